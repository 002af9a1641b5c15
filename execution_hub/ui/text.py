"""All words of the pages, by language, and which language a browser gets."""

from typing import Any, Literal

import reflex as rx

from execution_hub.errors import HubError
from execution_hub.ui.words import WORDS

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
STORAGE_KEY = "hub-language"


def preferred_language(accept_language: str) -> Language:
    """Choose the language from what a browser asks for; English if it asks for neither.

    Args:
        accept_language: The header, such as `zh-CN,zh;q=0.9,en;q=0.8`.

    Examples:
        >>> preferred_language("zh-CN,zh;q=0.9,en;q=0.8")
        'zh'
        >>> preferred_language("de-DE,en;q=0.7,zh;q=0.9")
        'zh'
        >>> preferred_language("fr")
        'en'
    """
    best: tuple[float, Language] = (0.0, "en")
    for entry in accept_language.split(","):
        tag, _, weight = entry.strip().partition(";q=")
        language = tag.split("-")[0].lower()
        quality = _quality(weight)
        if language in LANGUAGES and quality > best[0]:
            best = (quality, language)  # type: ignore[assignment]
    return best[1]


def _quality(weight: str) -> float:
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0


class LocaleState(rx.State):
    """Which language this browser reads: the chosen one, else the one it asks for."""

    chosen_language: str = rx.LocalStorage("", name=STORAGE_KEY, sync=True)

    @rx.var
    def language(self) -> str:
        """The language of every word on the page: `en` or `zh`."""
        if self.chosen_language in LANGUAGES:
            return self.chosen_language
        return preferred_language(self.router.headers.accept_language)

    @rx.event
    def choose_language(self, language: str) -> None:
        """Keep the person's choice; it wins over the browser's language from now on."""
        if language in LANGUAGES:
            self.chosen_language = language


def t(key: str, **values: Any) -> rx.Var[str]:
    """Return the words for a key, switching with the language of the page.

    Args:
        key: A key of `words.WORDS`.
        **values: What fills the placeholders: Vars or plain values.

    Returns:
        A Var for a component's child or prop.

    Raises:
        KeyError: The catalogue lacks the key or a placeholder's value.
    """
    english, chinese = WORDS[key]
    return rx.cond(  # type: ignore[no-any-return]
        LocaleState.language == "zh",
        rx.Var.create(chinese.format(**values)),
        rx.Var.create(english.format(**values)),
    )


def t_one_of(value: rx.Var[str], keys: dict[str, str], default: "rx.Var[str] | str" = "") -> rx.Var[str]:
    """Return the words that belong to a value, such as a status.

    Args:
        value: The value on the page.
        keys: Its possible values, each with a key of the catalogue.
        default: What to show for any other value.

    Returns:
        A Var for a component's child or prop.
    """
    return rx.match(value, *((name, t(key)) for name, key in keys.items()), default)  # type: ignore[no-any-return]


def say(language: str, key: str, **values: Any) -> str:
    """Return the words for a key as plain text, for handlers: toasts, messages under a field.

    Args:
        language: `en` or `zh`, as in `LocaleState.language`.
        key: A key of `words.WORDS`.
        **values: What fills the placeholders.
    """
    return WORDS[key][LANGUAGES.index("zh") if language == "zh" else 0].format(**values)


def say_error(language: str, error: HubError) -> str:
    """Return an error in words: the localised text of its code, else its own message."""
    return say_error_code(language, error.code, error.message)


def say_error_code(language: str, code: str, message: str) -> str:
    """Return a stored error in words.

    Its own message is in English and the most exact there is, so English keeps it.
    """
    key = f"error.{code}"
    return say(language, key) if language != "en" and key in WORDS else message


def error_text(code: rx.Var[str], message: rx.Var[str]) -> rx.Var[str]:
    """Return a stored error in the language of the page: as `say_error_code`, for components."""
    known = ((key.removeprefix("error."), words[1]) for key, words in WORDS.items() if key.startswith("error."))
    chinese = rx.match(code, *known, message)
    return rx.cond(LocaleState.language == "zh", chinese, message)  # type: ignore[no-any-return]

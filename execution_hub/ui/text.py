"""The words of the pages as Vars that follow the language of the page."""

from typing import Any

import reflex as rx

from execution_hub.words.by_value import ERRORS
from execution_hub.words.catalogue import WORDS
from execution_hub.words.say import LANGUAGES, preferred_language, say

STORAGE_KEY = "hub-language"


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


def error_text(code: rx.Var[str], message: rx.Var[str]) -> rx.Var[str]:
    """Return a stored error in the language of the page: as `say_error_code`, for components."""
    chinese = rx.match(code, *((name, say("zh", key)) for name, key in ERRORS.items()), message)
    return rx.cond(LocaleState.language == "zh", chinese, message)  # type: ignore[no-any-return]

"""Words as plain text, and which language a browser gets. Pure."""

from typing import Any, Literal

from execution_hub.errors import HubError
from execution_hub.words.by_value import ERRORS
from execution_hub.words.catalogue import WORDS

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


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
        quality = _quality(weight)
        for language in LANGUAGES:
            if language == tag.split("-")[0].lower() and quality > best[0]:
                best = (quality, language)
    return best[1]


def _quality(weight: str) -> float:
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0


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
    return say(language, ERRORS[code]) if language != "en" and code in ERRORS else message

"""Words as plain text, and which language a browser gets. Pure."""

from collections.abc import Iterable
from typing import Any

from babel import negotiate_locale

from execution_hub.domain.result import CheckResult
from execution_hub.errors import HubError
from execution_hub.words.by_value import ERRORS
from execution_hub.words.catalogue import CATALOGUES, SOURCE
from execution_hub.words.marking import Phrase
from execution_hub.words.reasons import REASONS


def preferred_language(accept_language: str, languages: Iterable[str] = tuple(CATALOGUES)) -> str:
    """Choose the language from what a browser asks for; English if it asks for none there is.

    Args:
        accept_language: The header, such as `zh-CN,zh;q=0.9,en;q=0.8`.
        languages: Those there are.

    Examples:
        >>> preferred_language("zh-CN,zh;q=0.9,en;q=0.8")
        'zh'
        >>> preferred_language("de-DE,en;q=0.7,zh;q=0.9")
        'zh'
        >>> preferred_language("fr")
        'en'
    """
    asked = [_weighed(entry) for entry in accept_language.lower().replace(" ", "").split(",")]
    tags = [tag for quality, tag in sorted(asked, key=lambda each: -each[0]) if quality > 0]
    return negotiate_locale(tags, languages, sep="-") or SOURCE


def _weighed(entry: str) -> tuple[float, str]:
    """Read an entry: how much it is wanted, and the language."""
    tag, _, weight = entry.partition(";q=")
    try:
        return (float(weight) if weight else 1.0), tag
    except ValueError:
        return 0.0, tag


def say(language: str, text: str, /, **values: Any) -> str:
    """Return words in a language as plain text, for handlers: toasts, messages under a field.

    Args:
        language: As in `LocaleState.language`.
        text: The words in English; `{name}` is a placeholder.
        **values: What fills the placeholders.

    Raises:
        KeyError: A placeholder's value is missing.
    """
    return CATALOGUES.get(language, CATALOGUES[SOURCE]).translate(text).format(**values)


def say_n(language: str, singular: str, plural: str, n: int, /, **values: Any) -> str:
    """Return words of something counted as plain text: as `say`.

    Args:
        language: As in `LocaleState.language`.
        singular: The words for one, in English; `{n}` is the number.
        plural: Those for none and for several.
        n: How many.
        **values: What fills the other placeholders; `n` may be given as it is to be read.

    Examples:
        >>> say_n("en", "{n} call", "{n} calls", 1), say_n("en", "{n} call", "{n} calls", 1_200, n="1.2k")
        ('1 call', '1.2k calls')
    """
    counted = CATALOGUES.get(language, CATALOGUES[SOURCE]).count(singular, plural)
    return counted.form(n).format(**{"n": n, **values})


def say_phrase(language: str, text: str) -> str:
    """Return words that remember what they were made of, in a language; any others as they are."""
    if not isinstance(text, Phrase):
        return text
    values = {name: say_phrase(language, each) if isinstance(each, str) else each for name, each in text.values.items()}
    return say(language, text.template, **values)


def say_error(language: str, error: HubError) -> str:
    """Return an error in words: its own where they can be said, else the localised text of its code."""
    if isinstance(error.message, Phrase):
        return say_phrase(language, error.message)
    return say_error_code(language, error.code, error.message)


def say_error_code(language: str, code: str, message: str) -> str:
    """Return a stored error in words.

    Its own message is in English and the most exact there is, so English keeps it.
    """
    return say(language, ERRORS[code]) if language != SOURCE and code in ERRORS else message


def say_reason(language: str, check: CheckResult) -> str:
    """Return why a check passed or did not, in words; those of a model that judged are its own in every language.

    >>> say_reason("en", CheckResult("max_chars", False, "It has 5 characters; at most 3 are right."))
    'It has 5 characters; at most 3 are right.'
    """
    if language == SOURCE or check.code not in REASONS:
        return check.reason
    values = dict(check.values)
    if "error" in values:
        values["error"] = say_error_code(language, values.pop("error_code", ""), values["error"])
    return say(language, REASONS[check.code], **values)

"""The words of the pages as Vars that follow the language of the page."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from execution_hub.words.by_value import ERRORS
from execution_hub.words.catalogue import CATALOGUES, SOURCE
from execution_hub.words.say import preferred_language, say

STORAGE_KEY = "hub-language"
# Unicode's own sign for what is not text.
_DRAWN = "\ufffc"


class LocaleState(rx.State):
    """Which language this browser reads: the chosen one, else the one it asks for."""

    chosen_language: str = rx.LocalStorage("", name=STORAGE_KEY, sync=True)

    @rx.var
    def language(self) -> str:
        """The language of every word on the page: one of the catalogues, such as `en` or `zh`."""
        if self.chosen_language in CATALOGUES:
            return self.chosen_language
        return preferred_language(self.router.headers.accept_language)

    @rx.event
    def choose_language(self, language: str) -> None:
        """Keep the person's choice; it wins over the browser's language from now on."""
        if language in CATALOGUES:
            self.chosen_language = language


def in_each_language(shown: Callable[[str], Any]) -> rx.Var[Any]:
    """Return what is shown in each language, switching with the language of the page.

    A branch a language, which the page's code decides at once: `rx.match` would write both sides as JSON
    at every word of every row that is drawn.

    Args:
        shown: Gives a Var or a plain value for a language.

    Returns:
        A Var for a component's child or prop.
    """
    found: rx.Var[Any] = rx.Var.create(shown(SOURCE))
    for language in CATALOGUES:
        if language != SOURCE:
            found = rx.cond(LocaleState.language == language, rx.Var.create(shown(language)), found)
    return found


# What browsers call the language of the page: for `<html lang>`, and for the dates and numbers of `Intl`.
LOCALE: rx.Var[str] = in_each_language(lambda language: CATALOGUES[language].tag)


def t(text: str, /, **values: Any) -> rx.Var[str]:
    """Return words that switch with the language of the page.

    Args:
        text: The words in English; `{name}` is a placeholder.
        **values: What fills the placeholders: Vars or plain values.

    Returns:
        A Var for a component's child or prop.

    Raises:
        KeyError: A placeholder's value is missing.
    """
    return in_each_language(lambda language: say(language, text, **values))


def pt(context: str, text: str) -> rx.Var[str]:
    """Return words that have two meanings in English and two texts in another language: as `t`.

    Args:
        context: Which meaning it is, for those who translate it.
        text: The words in English, without placeholders.
    """
    return in_each_language(lambda language: CATALOGUES[language].translate(text, context))


def tn(singular: str, plural: str, n: "rx.Var[int] | rx.Var[str]", /, **values: Any) -> rx.Var[str]:
    """Return words of something counted that switch with the language of the page: as `t`.

    Args:
        singular: The words for one, in English; `{n}` is the number.
        plural: Those for none and for several.
        n: How many, as a number or as it is read: `1`, or `12.4k`, which is no number and so several.
        **values: What fills the other placeholders.
    """
    return in_each_language(lambda language: _counted(language, singular, plural, n, values))


def tn_later(singular: str, plural: str, /) -> rx.Var[Any]:
    """Return words of what only the browser counts: a function of the number, for props of components.

    Args:
        singular: As for `tn`.
        plural: As for `tn`.
    """
    number: rx.Var[int] = rx.Var("n")
    return in_each_language(lambda language: rx.Var(f"((n) => {_counted(language, singular, plural, number, {})!s})"))


def _counted(language: str, singular: str, plural: str, n: rx.Var[Any], values: dict[str, Any]) -> rx.Var[str]:
    counted = CATALOGUES[language].count(singular, plural)
    forms: list[rx.Var[str]] = [rx.Var.create(form.format(**{"n": n, **values})) for form in counted.forms]
    if len(forms) == 1:
        return forms[0]
    place = rx.Var(f"Number(((n) => {counted.rule})(Number({n!s})))", _var_data=n._get_all_var_data()).to(int)
    return rx.Var.create(forms)[place].to(str)


def t_around(text: str, at: rx.Component, /, **values: Any) -> rx.Component:
    """Return words with something drawn in their midst, such as a time that ticks.

    Args:
        text: The words in English; the placeholder `{at}` is where it is drawn.
        at: What is drawn there.
        **values: What fills the other placeholders.
    """

    def side(place: int) -> rx.Var[str]:
        return in_each_language(lambda language: say(language, text, at=_DRAWN, **values).partition(_DRAWN)[place])

    drawn: rx.Component = rx.fragment(side(0), at, side(2))
    return drawn


def t_one_of(value: rx.Var[str], texts: dict[str, str], default: "rx.Var[str] | str" = "") -> rx.Var[str]:
    """Return the words that belong to a value, such as a status.

    Args:
        value: The value on the page.
        texts: Its possible values, each with its words in English.
        default: What to show for any other value.

    Returns:
        A Var for a component's child or prop.
    """
    return rx.match(value, *((name, t(text)) for name, text in texts.items()), default)  # type: ignore[no-any-return]


def error_text(code: rx.Var[str], message: rx.Var[str]) -> rx.Var[str]:
    """Return a stored error in the language of the page: as `say_error_code`, for components."""

    def shown(language: str) -> rx.Var[str]:
        if language == SOURCE:
            return message
        told: rx.Var[str] = rx.match(code, *((name, say(language, text)) for name, text in ERRORS.items()), message)
        return told

    return in_each_language(shown)

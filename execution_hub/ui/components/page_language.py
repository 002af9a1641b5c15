"""The language of the page: what the document says of it, and the choice of another."""

import reflex as rx

from execution_hub.ui.browser_code import browser_component
from execution_hub.ui.components.icons import icon
from execution_hub.ui.text import LOCALE, LocaleState, in_each_language, t
from execution_hub.words.catalogue import CATALOGUES, language_name
from execution_hub.words.say import say

PageLanguage = browser_component("page_language.js", "PageLanguage", locale=str)


def page_language() -> rx.Component:
    """Let the document say which language it is in, from the beginning and after a change."""
    return PageLanguage.create(locale=LOCALE)


def language_choice() -> rx.Component:
    """Show the way to the other languages: a button where there is one more, else a choice."""
    return _toggle() if len(CATALOGUES) == 2 else _choice()


def _toggle() -> rx.Component:
    first, second = CATALOGUES
    other = {first: second, second: first}
    return rx.el.button(
        icon("globe"),
        # In its own language, for who does not read this one; its name is what it shows.
        rx.el.span(
            in_each_language(lambda language: language_name(other[language], other[language])),
            lang=in_each_language(lambda language: CATALOGUES[other[language]].tag),
        ),
        type="button",
        class_name="btn quiet",
        title=in_each_language(
            lambda language: say(language, "Switch to {language}", language=language_name(other[language], language))
        ),
        data_testid="language",
        on_click=LocaleState.choose_language(in_each_language(lambda language: other[language])),
    )


def _choice() -> rx.Component:
    return rx.el.select(
        *(
            rx.el.option(language_name(language, language), value=language, lang=catalogue.tag)
            for language, catalogue in CATALOGUES.items()
        ),
        value=LocaleState.language,
        on_change=LocaleState.choose_language,
        class_name="select",
        aria_label=t("Language"),
        data_testid="language",
    )

"""The language of the whole document, for screen readers, hyphenation and the choice of glyphs."""

import reflex as rx

from execution_hub.ui.browser_code import browser_component
from execution_hub.ui.text import LocaleState

PageLanguage = browser_component("page_language.js", "PageLanguage", language=str)


def page_language() -> rx.Component:
    """Let the document say which language it is in, from the beginning and after a change."""
    return PageLanguage.create(language=LocaleState.language)

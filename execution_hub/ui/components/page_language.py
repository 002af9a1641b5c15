"""The language of the whole document, for screen readers, hyphenation and the choice of glyphs."""

import reflex as rx

from execution_hub.ui.components.browser import BrowserComponent
from execution_hub.ui.text import LocaleState

# The document itself is built once for all: only the browser can change what it says of its language.
_PAGE_LANGUAGE = """
const HubPageLanguage = ({ language }) => {
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);
  return null;
};
"""


class PageLanguage(BrowserComponent):
    """See `page_language`."""

    tag = "HubPageLanguage"
    language: rx.Var[str]

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_PAGE_LANGUAGE,)


def page_language() -> rx.Component:
    """Let the document say which language it is in, from the beginning and after a change."""
    return PageLanguage.create(language=LocaleState.language)

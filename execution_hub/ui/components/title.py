"""The title of the browser's tab carries how many run: seen while another tab is in front."""

import reflex as rx

from execution_hub.ui.components.browser import BrowserComponent

# The router sets the title at every navigation, so it is looked at again and again.
_TITLE = """
const HubTitle = ({ count, needs }) => {
  useEffect(() => {
    const mark = `${needs ? "✋ " : ""}${count ? `(${count}) ` : ""}`;
    const set = () => {
      const plain = document.title.replace(/^(✋ )?(\\(\\d+\\) )?/, "");
      if (document.title !== mark + plain) document.title = mark + plain;
    };
    set();
    const timer = setInterval(set, 1000);
    return () => clearInterval(timer);
  }, [count, needs]);
  return null;
};
"""


class Title(BrowserComponent):
    """See `title_count`."""

    tag = "HubTitle"
    count: rx.Var[int]
    needs: rx.Var[bool]

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_TITLE,)


def title_count(count: rx.Var[int], needs: rx.Var[bool]) -> rx.Component:
    """Put a count before the page's title.

    Args:
        count: How many run; 0 shows none.
        needs: Whether something waits for a person.
    """
    return Title.create(count=count, needs=needs)

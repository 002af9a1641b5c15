"""The one button that copies: it says "Copied" only when something was."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.browser import BrowserComponent
from execution_hub.ui.components.icons import icon
from execution_hub.ui.text import t

# Over plain HTTP there is no clipboard to ask for. The old command copies what is selected, within the press of the
# button alone: so the text must be in the page already. Its own answer is true even when nothing was copied; that
# the text was taken, only its event knows.
_COPY = """
const hubCopyByHand = (text) => {
  const area = document.createElement("textarea");
  const before = document.activeElement;
  let isTaken = false;
  const take = (event) => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
    event.stopImmediatePropagation();
    isTaken = true;
  };
  area.className = "sr";
  area.value = text;
  // What is outside an open dialog cannot be selected.
  (before?.closest("dialog[open]") ?? document.body).append(area);
  window.addEventListener("copy", take, true);
  try {
    area.select();
    return document.execCommand("copy") && isTaken;
  } catch {
    return false;
  } finally {
    window.removeEventListener("copy", take, true);
    area.remove();
    before?.focus({ preventScroll: true });
  }
};
const hubCopy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return hubCopyByHand(text);
  }
};
const HubCopy = ({ parts, words, className, children }) => {
  const [state, setState] = useState("action");
  const text = () => parts.flat(2).join("");
  return jsx(
    Fragment,
    {},
    jsx(
      "button",
      {
        type: "button",
        className,
        title: state === "failed" ? words.failed_hint : undefined,
        "data-testid": "copy",
        "data-state": state,
        onClick: async () => setState((await hubCopy(text())) ? "done" : "failed"),
        onBlur: () => setState("action"),
      },
      children,
      jsx("span", {}, words[state]),
    ),
    jsx(
      "span",
      { className: "sr", role: "status" },
      state === "failed" ? words.failed_hint : state === "done" ? words.done : "",
    ),
  );
};
"""


class Copy(BrowserComponent):
    """See `copy_button`."""

    tag = "HubCopy"
    parts: rx.Var[list[Any]]
    words: rx.Var[dict[str, str]]

    def add_imports(self) -> dict[str, Any]:
        """Ask for the hooks the snippet uses."""
        return {"react": ["Fragment", "useState"]}

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_COPY,)


def copy_button(*parts: Any) -> rx.Component:
    """Show the button that copies a text which is in the page.

    Args:
        *parts: The text in pieces: texts, and lists of texts.
    """
    words = {
        "action": t("copy.action"),
        "done": t("copy.done"),
        "failed": t("copy.failed"),
        "failed_hint": t("copy.failed_hint"),
    }
    return Copy.create(icon("copy"), parts=rx.Var.create(list(parts)), words=words, class_name="btn small")

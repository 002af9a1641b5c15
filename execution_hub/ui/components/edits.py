"""What only the browser knows of a form: whether somebody has typed into it, and when they come back to it."""

from typing import Any

import reflex as rx
from reflex_base.event import no_args_event_spec, passthrough_event_spec
from reflex_base.utils.imports import ImportVar

from execution_hub.ui.components.browser import BrowserComponent

# Each field knows what it began with. What the server believes comes as a prop, so that a lost word is said again.
_EDITS = """
const hubIsEdited = (field) => {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) return [...field.options].some((each) => each.selected !== each.defaultSelected);
  return field.value !== undefined && field.type !== "submit" && field.value !== field.defaultValue;
};
const HubEdits = ({ isDirty, onDirty }) => {
  const mark = useRef(null);
  const known = useRef(isDirty);
  known.current = isDirty;
  useEffect(() => {
    const form = mark.current.closest("form");
    const look = () => {
      const found = [...form.elements].some((field) => field.name && hubIsEdited(field));
      if (found !== known.current) onDirty((known.current = found));
    };
    look();
    form.addEventListener("input", look);
    return () => form.removeEventListener("input", look);
  }, []);
  return jsx("span", { ref: mark, hidden: true });
};
"""
_RETURNS = """
const HubReturns = ({ onReturn }) => {
  useEffect(() => {
    const back = () => document.visibilityState === "visible" && onReturn();
    window.addEventListener("focus", back);
    document.addEventListener("visibilitychange", back);
    return () => {
      window.removeEventListener("focus", back);
      document.removeEventListener("visibilitychange", back);
    };
  }, []);
  return null;
};
"""


class Edits(BrowserComponent):
    """See `edits`."""

    tag = "HubEdits"
    is_dirty: rx.Var[bool]
    on_dirty: rx.EventHandler[passthrough_event_spec(bool)]

    def add_imports(self) -> dict[str, Any]:
        """Ask for the hooks the snippet uses."""
        return {"react": [ImportVar(tag="useEffect"), ImportVar(tag="useRef")]}

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_EDITS,)


class Returns(BrowserComponent):
    """See `returns`."""

    tag = "HubReturns"
    on_return: rx.EventHandler[no_args_event_spec]

    def add_imports(self) -> dict[str, Any]:
        """Ask for the hooks the snippet uses."""
        return {"react": [ImportVar(tag="useEffect")]}

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_RETURNS,)


def edits(is_dirty: rx.Var[bool], on_dirty: Any) -> rx.Component:
    """Tell whether the form around it holds something else than it began with, whenever that becomes another answer.

    Args:
        is_dirty: What the server believes.
        on_dirty: Called with the answer.
    """
    return Edits.create(is_dirty=is_dirty, on_dirty=on_dirty)


def returns(on_return: Any) -> rx.Component:
    """Call the server when somebody comes back to this window or tab.

    Args:
        on_return: Called each time.
    """
    return Returns.create(on_return=on_return)

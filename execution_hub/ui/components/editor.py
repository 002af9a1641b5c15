"""What only the browser can do for the editor: text where the caret is, a file, a question before leaving."""

from typing import Any

import reflex as rx
from reflex_base.event import no_args_event_spec
from reflex_base.utils.imports import ImportVar

from execution_hub.ui.components.browser import BrowserComponent

Text = rx.Var[str] | str

# The browser's own command keeps what was typed undoable; a press on the chip leaves the caret in the field.
_INSERT = """
const hubInsert = (target, text) => {
  const field = document.getElementById(target);
  if (!field) return;
  const isNew = document.activeElement !== field && field.selectionStart === 0 && field.selectionEnd === 0;
  field.focus();
  if (isNew) field.setSelectionRange(field.value.length, field.value.length);
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
};
const HubInsert = ({ target, text, title, className, children }) =>
  jsx(
    "button",
    {
      type: "button",
      className,
      title,
      onMouseDown: (event) => event.preventDefault(),
      onClick: () => hubInsert(target, text),
    },
    children,
  );
"""
_FILE_TEXT = """
const HubFileText = ({ target, limit, className, testId, children }) =>
  jsx(
    "label",
    { className },
    children,
    jsx("input", {
      type: "file",
      accept: ".json,application/json",
      className: "sr",
      "data-testid": testId,
      onChange: async (event) => {
        const picker = event.target;
        const [file] = picker.files;
        const field = document.getElementById(target);
        if (!file || !field) return;
        field.value = (await file.slice(0, limit * 4).text()).slice(0, limit);
        picker.value = "";
        field.form?.requestSubmit();
      },
    }),
  );
"""
_LEAVE_GUARD = """
const HubLeaveGuard = ({ isDirty, question, onLeave }) => {
  useEffect(() => {
    if (!isDirty) return undefined;
    const ask = (event) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isDirty]);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => isDirty && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (blocker.state !== "blocked") return;
    if (window.confirm(question)) {
      onLeave();
      blocker.proceed();
    } else blocker.reset();
  }, [blocker.state]);
  return null;
};
"""
# Each wish has a number of its own, so that the same field can be wished for twice.
_FOCUS_FIELD = """
const HubFocusField = ({ wish }) => {
  useEffect(() => {
    const field = document.getElementById(wish.split("#")[0]);
    field?.scrollIntoView({ block: "center" });
    field?.focus({ preventScroll: true });
  }, [wish]);
  return null;
};
"""
_WHEN_CHANGED = """
const HubWhenChanged = ({ value, onOther }) => {
  const last = useRef(value);
  useEffect(() => {
    if (last.current === value) return;
    last.current = value;
    onOther();
  }, [value]);
  return null;
};
"""


class Insert(BrowserComponent):
    """See `insert_chip`."""

    tag = "HubInsert"
    target: rx.Var[str]
    text: rx.Var[str]
    title: rx.Var[str]

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_INSERT,)


class FileText(BrowserComponent):
    """See `file_text`."""

    tag = "HubFileText"
    target: rx.Var[str]
    limit: rx.Var[int]
    test_id: rx.Var[str]

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_FILE_TEXT,)


class LeaveGuard(BrowserComponent):
    """See `leave_guard`."""

    tag = "HubLeaveGuard"
    is_dirty: rx.Var[bool]
    question: rx.Var[str]
    on_leave: rx.EventHandler[no_args_event_spec]

    def add_imports(self) -> dict[str, Any]:
        """Ask for the hooks the snippet uses."""
        return {"react": [ImportVar(tag="useEffect")], "react-router": [ImportVar(tag="useBlocker")]}

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_LEAVE_GUARD,)


class FocusField(BrowserComponent):
    """See `focus_field`."""

    tag = "HubFocusField"
    wish: rx.Var[str]

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_FOCUS_FIELD,)


class WhenChanged(BrowserComponent):
    """See `when_changed`."""

    tag = "HubWhenChanged"
    value: rx.Var[str]
    on_other: rx.EventHandler[no_args_event_spec]

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_WHEN_CHANGED,)


def insert_chip(label: Any, text: Text, target: str, title: Text = "", class_name: str = "chip") -> rx.Component:
    """Show a chip that puts a text into a field, where the caret is.

    Args:
        label: What the chip says.
        text: What it puts there.
        target: The id of the field.
        title: Its hint.
        class_name: Its classes.
    """
    return Insert.create(label, text=text, target=target, title=title, class_name=class_name)


def file_text(*children: Any, target: str, limit: int, test_id: str, class_name: str = "btn") -> rx.Component:
    """Show a button that reads a JSON file of this machine into a field and sends the field's form.

    Args:
        *children: What the button says.
        target: The id of the field.
        limit: The most characters that are read.
        test_id: Its hook for tests.
        class_name: Its classes.
    """
    return FileText.create(*children, target=target, limit=limit, test_id=test_id, class_name=class_name)


def leave_guard(is_dirty: rx.Var[bool], question: rx.Var[str], on_leave: Any) -> rx.Component:
    """Ask before the page is left with changes that are not saved.

    Args:
        is_dirty: Whether there are any.
        question: What to ask.
        on_leave: Called when the person leaves all the same.
    """
    return LeaveGuard.create(is_dirty=is_dirty, question=question, on_leave=on_leave)


def focus_field(wish: rx.Var[str]) -> rx.Component:
    """Put the caret into a field whenever that is wished for.

    Args:
        wish: The id of the field, `#` and a number that grows; empty for none.
    """
    return FocusField.create(wish=wish)


def when_changed(value: rx.Var[str], on_other: Any) -> rx.Component:
    """Call the server when a value of the page becomes another, wherever that was decided.

    Args:
        value: The value.
        on_other: Called each time.
    """
    return WhenChanged.create(value=value, on_other=on_other)

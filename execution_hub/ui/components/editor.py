"""What only the browser can do for the editor: text where the caret is, a file, a question before leaving."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component, event

Text = rx.Var[str] | str

Insert = browser_component("editor.jsx", "Insert", target=str, text=str, title=str)
FileText = browser_component("editor.jsx", "FileText", target=str, limit=int, test_id=str)
LeaveGuard = browser_component("editor.jsx", "LeaveGuard", is_dirty=bool, question=str, on_leave=event())
FocusField = browser_component("editor.jsx", "FocusField", wish=str)
WhenOld = browser_component("editor.jsx", "WhenOld", value=str, known=str, on_other=event())
WhenChanged = browser_component("editor.jsx", "WhenChanged", value=str, on_other=event())


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


def when_old(value: rx.Var[str], known: rx.Var[str], on_other: Any) -> rx.Component:
    """Call the server when what was read of something is not of what it is now.

    Args:
        value: What tells how it is now.
        known: What told how it was when it was read.
        on_other: Called each time that one of them becomes another and they differ.
    """
    return WhenOld.create(value=value, known=known, on_other=on_other)


def when_changed(value: rx.Var[str], on_other: Any) -> rx.Component:
    """Call the server when a value of the page becomes another, wherever that was decided.

    Args:
        value: The value.
        on_other: Called each time.
    """
    return WhenChanged.create(value=value, on_other=on_other)

"""The browser code of the editor: each wrapper renders what its code defines, with the hooks it uses."""

import re

import pytest
import reflex as rx

from execution_hub.ui.components import editor, edits


class Listener(rx.State):
    """Takes what the components tell."""

    @rx.event
    def take(self) -> None:
        """Take it."""

    @rx.event
    def note(self, is_dirty: bool) -> None:
        """Take it."""


def _wrappers() -> dict[str, rx.Component]:
    text = rx.Var.create("text")
    return {
        "HubInsert": editor.insert_chip("input", "{{ input }}", "field"),
        "HubFileText": editor.file_text("File", target="field", limit=10, test_id="file"),
        "HubLeaveGuard": editor.leave_guard(rx.Var.create(True), text, Listener.take),
        "HubFocusField": editor.focus_field(text),
        "HubEdits": edits.edits(rx.Var.create(False), Listener.note),
        "HubReturns": edits.returns(Listener.take),
        "HubWhenChanged": editor.when_changed(text, Listener.take),
    }


@pytest.mark.parametrize("tag", _wrappers())
def test_a_wrapper_renders_the_component_its_code_defines_once(tag: str) -> None:
    """Its name is among those its code defines, each of them once, and every hook it calls is imported."""
    component = _wrappers()[tag]
    code = "\n".join(component._get_all_custom_code())
    names = re.findall(r"^const (\w+) =", code, re.MULTILINE)
    assert component.render()["name"] == tag
    assert tag in names
    assert len(names) == len(set(names))
    imported = {each.tag for entries in component._get_all_imports().values() for each in entries}
    assert set(re.findall(r"\buse[A-Z]\w+", code)) <= imported

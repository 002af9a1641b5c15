"""What a person is told when a stop or a deletion was refused, and what the pages draw for it."""

import re

import pytest
import reflex as rx

from execution_hub.errors import Conflict, InvalidInput, NotFound, QueueFull, Unavailable
from execution_hub.ui.acting import _say_undeleted, _say_unstopped
from execution_hub.ui.components.dialog import dialog
from execution_hub.ui.components.foot import countdown
from execution_hub.ui.components.pick_box import pick_box
from execution_hub.ui.pages.execution.rerun_state import say_rerun_problem


class Listener(rx.State):
    """Takes what the components tell."""

    @rx.event
    def close(self) -> None:
        """Take it."""

    @rx.event
    def pick(self, is_picked: bool) -> None:
        """Take it."""

    @rx.event
    def end(self, until: float) -> None:
        """Take it."""


def _wrappers() -> dict[str, rx.Component]:
    return {
        "HubCountdown": countdown(rx.Var.create(1.0), Listener.end),
        "HubDialog": dialog(rx.el.p("text"), is_open=rx.Var.create(True), on_close=Listener.close, aria_label="Name"),
        "HubPickBox": pick_box("Name", is_picked=rx.Var.create(True), on_pick=Listener.pick),
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
    assert set(re.findall(r"\buse[A-Z]\w+", code)) <= imported | set(names)


def test_a_stop_that_came_too_late_is_told_in_words() -> None:
    """One had ended; of several, how many."""
    late = Conflict("Execution 3 has ended: succeeded.")
    assert _say_unstopped("en", [late], 1) == "It has ended already."
    assert _say_unstopped("en", [late, NotFound()], 5) == "2 had ended already."
    assert _say_unstopped("zh", [late], 1) == "它已经结束。"


def test_a_stop_that_could_not_be_stored_is_told_as_that() -> None:
    """A database that is away is no execution that has ended."""
    away = Unavailable("The database does not answer.")
    assert _say_unstopped("en", [Conflict(), away], 2) == "The database does not answer."


def test_a_deletion_that_was_refused_says_why() -> None:
    """It runs, or somebody was faster."""
    assert _say_undeleted("en", Conflict()) == "It has not ended. Stop it first."
    assert _say_undeleted("en", NotFound()) == "It was deleted already."
    assert _say_undeleted("en", Unavailable("Away.")) == "Away."


def test_a_rerun_that_was_refused_says_what_to_change() -> None:
    """At the input, at the choice, or in the hub's own words."""
    assert "Type what" in say_rerun_problem("en", InvalidInput("input", "input is empty."), " ")
    assert "200000" in say_rerun_problem("en", InvalidInput("input", "too long"), "x" * 200_001)
    assert say_rerun_problem("en", NotFound("There is no agent 3."), "x") == "It has been deleted since."
    assert "Try again" in say_rerun_problem("en", QueueFull("1000 wait already. Try again."), "x")

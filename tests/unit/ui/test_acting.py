"""What a person is told when a stop or a deletion was refused."""

from execution_hub.errors import Conflict, InvalidInput, NotFound, QueueFull, Unavailable
from execution_hub.ui.acting import _say_undeleted, _say_unstopped
from execution_hub.ui.pages.execution.rerun_state import say_rerun_problem


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

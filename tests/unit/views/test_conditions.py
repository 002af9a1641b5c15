"""Conditions in words, and the branch that runs where another one does not."""

import pytest

from execution_hub.domain.condition import OPERATIONS, Condition
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.views.conditions import edge_label, opposite, say_condition
from execution_hub.views.workflow_form import WorkflowForm
from execution_hub.views.workflow_view import graph_edges


def when(op: str = "less", value: str = "5", *, is_not: bool = False, **values: object) -> Condition:
    """Return a condition on step a."""
    found = {"step": "a", "op": op, "value": value, "not": is_not, **values}
    return Condition.model_validate(found)


def form(field: str | None = None) -> WorkflowForm:
    """Return a form of step a and a step b with a condition on it."""
    steps = [
        WorkflowStep(name="a", agent_id=1, input="{{ input }}"),
        WorkflowStep(name="b", agent_id=1, input="{{ steps.a.output }}", retries=3, when=when(field=field)),
    ]
    return WorkflowForm.of(WorkflowDraft(name="W", steps=steps))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (when("equals", "yes"), "is “yes”"),
        (when("not_equals", "yes"), "is not “yes”"),
        (when("equals", "yes", is_not=True), "is not “yes”"),
        (when("not_contains", "yes", is_not=True), "contains “yes”"),
        (when(field="a.b[0]"), "a.b[0] is less than 5"),
        (when("greater", is_not=True), "is not greater than 5"),
        (when("matches", "(?i)a  very long expression of words"), "matches (?i)a very long expressi…"),
    ],
)
def test_a_condition_has_words(found: Condition, words: str) -> None:
    assert say_condition("en", found) == words


def test_every_operation_and_its_opposite_have_words_of_their_own_in_both_languages() -> None:
    for language in ("en", "zh"):
        said = {say_condition(language, when(op, is_not=is_not)) for op in OPERATIONS for is_not in (False, True)}
        # Two operations are the opposites of two others.
        assert len(said) == 10


def test_lines_of_opposite_conditions_are_an_if_and_its_else() -> None:
    """Whatever the order of the steps; a condition alone is only told."""
    one = when(field="score")
    both = [None, opposite(one), one]
    assert edge_label("en", one, "a", both) == "if score is less than 5"
    assert edge_label("en", opposite(one), "a", both) == "else"
    assert edge_label("zh", opposite(one), "a", both) == "否则"
    assert edge_label("en", when(), "a", [when(), opposite(when())]) == "if it is less than 5"
    assert edge_label("en", one, "a", [one, opposite(when())]) == "score is less than 5"
    assert edge_label("en", one, "b", both) == edge_label("en", None, "a", both) == ""


def test_an_else_branch_is_the_same_step_under_the_opposite_condition() -> None:
    """And a valid workflow at once."""
    written, key = form(field="score").add_else("2")
    step = written.get(key)
    assert step is not None
    assert (step.name, step.input, step.retries) == ("b_else", "{{ steps.a.output }}", "3")
    assert written.problems({1: "Helper"}) == []
    assert [each.when for each in written.draft().steps] == [
        None,
        when(field="score"),
        when(field="score", is_not=True),
    ]
    labels = [(edge.source, edge.target, edge.label) for edge in graph_edges("en", written)]
    assert labels == [("1", "2", "if score is less than 5"), ("1", "3", "else")]


def test_an_else_branch_is_offered_once() -> None:
    before = form()
    after, key = before.add_else("2")
    assert not before.has_else(before.steps[1])
    assert not before.has_else(before.steps[0])
    assert after.has_else(after.steps[1])
    assert after.has_else(after.steps[2])
    assert after.add_else("1") == (after, "1")
    again, _ = after.change(key, when_value="6").add_else("2")
    assert again.steps[-1].name == "b_else_1"


def test_a_form_gives_a_condition_back_as_it_was() -> None:
    for found in (when(), when("not_equals", "x", field="a.b", is_not=True), when("matches", "^a")):
        steps = [WorkflowStep(name="a", agent_id=1, input="x"), WorkflowStep(name="b", agent_id=1, when=found)]
        draft = WorkflowDraft(name="W", steps=steps)
        assert WorkflowForm.of(draft).draft() == draft

"""The form of a workflow: renaming with references, to a draft and back, and what is wrong where."""

import time

import pytest

from execution_hub.domain.workflow import APPROVAL, Condition, WorkflowDraft, WorkflowStep
from execution_hub.hub import samples
from execution_hub.views.template_names import rename_in_template
from execution_hub.views.workflow_form import WorkflowForm

AGENTS = {1: "Helper"}


def step(name: str, template: str = "{{ input }}", **values: object) -> WorkflowStep:
    """Return a step of agent 1."""
    return WorkflowStep(name=name, **{"agent_id": 1, "input": template, **values})


def form(*steps: WorkflowStep, name: str = "Work") -> WorkflowForm:
    """Return the form of these steps; their keys are 1, 2, …."""
    return WorkflowForm.of(WorkflowDraft(name=name, steps=list(steps)))


def told(written: WorkflowForm) -> list[tuple[int | None, str, str]]:
    """Return step, field and code of all that is wrong."""
    return [(each.step, each.field, each.code) for each in written.problems(AGENTS)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ steps.old.output }}", "{{ steps.new.output }}"),
        ("{{steps.old.output|truncate(9)}}", "{{steps.new.output|truncate(9)}}"),
        (
            "{{ steps['old'].output }} {{ steps[\"old\"]['output'] }}",
            "{{ steps['new'].output }} {{ steps[\"new\"]['output'] }}",
        ),
        (
            "{% if steps . old.output %}{{ steps.old.output }}{% endif %}",
            "{% if steps . new.output %}{{ steps.new.output }}{% endif %}",
        ),
        ("{{ steps.older.output }} {{ steps.an_old.output }}", "{{ steps.older.output }} {{ steps.an_old.output }}"),
        ("steps.old.output {{ input }}", "steps.old.output {{ input }}"),
        ("{{ 'steps.old.output' }}", "{{ 'steps.old.output' }}"),
        ("{{ steps.old", "{{ steps.old"),
        ("研究 {{ steps.old.output }}\n", "研究 {{ steps.new.output }}\n"),
    ],
)
def test_a_template_follows_a_rename_in_its_expressions_only(source: str, expected: str) -> None:
    """Text, quoted text and longer names are left alone."""
    assert rename_in_template(source, "old", "new") == expected


def test_a_rename_is_followed_by_templates_dependencies_and_conditions() -> None:
    """All that names a step names it by its new name."""
    when = Condition(step="a", op="contains", value="yes")
    written = form(step("a"), step("b", "{{ steps.a.output }}", depends_on=["a"], when=when)).rename("1", "first")
    assert told(written) == []
    second = written.draft().steps[1]
    assert (second.input, second.depends_on, second.when) == (
        "{{ steps.first.output }}",
        ["first"],
        Condition(step="first", op="contains", value="yes"),
    )


def test_typing_a_name_through_bad_and_taken_ones_loses_no_reference() -> None:
    """Letter by letter, past the name of another step and past an empty field, the references arrive."""
    written = form(step("draft"), step("a", "{{ steps.draft.output }}"), step("b", "{{ steps.a.output }}"))
    for name in ("", "D", "a", "a_", "a_x"):
        written = written.rename("1", name)
    assert [each.input for each in written.draft().steps] == [
        "{{ input }}",
        "{{ steps.a_x.output }}",
        "{{ steps.a.output }}",
    ]
    assert told(written) == []


@pytest.mark.parametrize(
    ("name", "code"), [("", "step_name_bad"), ("Bad Name", "step_name_bad"), ("b", "step_name_twice")]
)
def test_while_a_name_is_not_good_only_that_is_told(name: str, code: str) -> None:
    """The steps that refer to it are not blamed for it, and stay joined in the graph."""
    written = form(step("a"), step("b", "{{ steps.a.output }}"), step("c", "{{ steps.b.output }}")).rename("1", name)
    assert [(field, each) for _, field, each in told(written)] == [("name", code)]
    assert written.links() == [("1", "2"), ("2", "3")]


def test_a_draft_and_its_form_are_one() -> None:
    """The sample goes into the form and comes out as it was; so does every field."""
    when = Condition(step="a", op="matches", value="^yes")
    full = step("b", "x", depends_on=["a"], when=when, timeout_seconds=1.5, retries=3)
    whole = WorkflowDraft(name="W", description="D", steps=[step("a", timeout_seconds=60.0), full])
    for draft in (samples.workflow(1), whole):
        assert WorkflowForm.of(draft).draft() == draft


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("timeout_seconds", "soon", "timeout_bad"),
        ("timeout_seconds", "nan", "timeout_bad"),
        ("timeout_seconds", "0", "timeout_bad"),
        ("retries", "1.5", "retries_bad"),
        ("retries", "-1", "retries_bad"),
        ("retries", "", None),
        ("timeout_seconds", " ", None),
    ],
)
def test_a_field_that_holds_no_number_is_told_under_its_name(field: str, text: str, code: str | None) -> None:
    """What cannot be read is refused like what does not fit."""
    written = form(step("a")).change("1", **{field: text})
    assert told(written) == ([] if code is None else [(0, field, code)])


def test_a_new_step_takes_the_output_of_the_one_before() -> None:
    """It has a free name and a key of its own, and is joined."""
    written, first = WorkflowForm(name="W").add("agent", agent_id="1")
    written, second = written.add(APPROVAL, after=first)
    written, third = written.add("agent", after=second, agent_id="1")
    assert [each.name for each in written.steps] == ["step_1", "approval_1", "step_2"]
    assert written.links() == [(first, second), (first, third), (second, third)]
    assert told(written) == []


def test_a_step_after_an_approval_takes_what_was_approved() -> None:
    """All that the person was asked about, and it waits for the person; a question about nothing gives the input."""
    draft = form(step("a"), step("b"))
    asked, key = draft.add(APPROVAL)
    both = asked.change(key, input="{{ steps.b.output }} or {{ steps.a.output }}?")
    for written, template in (
        (both, "{{ steps.a.output }}\n\n{{ steps.b.output }}"),
        (asked.change(key, input="Go on?"), "{{ input }}"),
        (asked.change(key, input="{{ broken"), "{{ input }}"),
    ):
        made, new = written.add("agent", after=key, agent_id="1")
        found = made.get(new)
        assert found is not None
        assert (found.input, found.depends_on) == (template, ("approval_1",))


def test_a_removed_step_is_no_longer_waited_for_and_a_template_that_names_it_is_wrong() -> None:
    """What can be let go is; what a person wrote is shown as a mistake."""
    written = form(step("a"), step("b", depends_on=["a"]), step("c", "{{ steps.a.output }}")).remove("1")
    assert written.draft().steps[0].depends_on == []
    assert told(written) == [(1, "input", "unknown_step")]


def test_a_dependency_is_switched_on_and_off() -> None:
    """They stand in the order of the steps, however they were pressed."""
    written = form(step("a"), step("b"), step("c"))
    written = written.toggle_dependency("3", "b").toggle_dependency("3", "a")
    assert written.get("3").depends_on == ("a", "b")  # type: ignore[union-attr]
    assert written.toggle_dependency("3", "b").get("3").depends_on == ("a",)  # type: ignore[union-attr]


def test_two_steps_of_one_name_do_not_take_each_others_references() -> None:
    """Nobody knows which of them is meant, so renaming one leaves the others as they are."""
    written = form(step("a"), step("a"), step("b", "{{ steps.a.output }}"))
    assert told(written) == [(1, "name", "step_name_twice")]
    written = written.rename("2", "c")
    assert written.draft().steps[2].input == "{{ steps.a.output }}"
    assert told(written) == []


def test_problems_come_in_the_order_of_the_page() -> None:
    """First the workflow's own, then step by step."""
    written = form(step("a", ""), step("b", retries=99), name="")
    assert told(written) == [(None, "name", "name_bad"), (0, "input", "no_input"), (1, "retries", "retries_bad")]


def test_renaming_takes_time_linear_in_a_template() -> None:
    """Also where nothing that is opened is closed, and with what is closed later."""
    started = time.process_time()
    for piece in ("{{", "{%", "{{ steps.", "{{'", "{{ steps [ "):
        source = piece * (20_000 // len(piece))
        assert rename_in_template(source, "a", "b") == source
    mixed = "{% {% {{ steps.a.output }} {{"
    assert rename_in_template(mixed, "a", "b") == "{% {% {{ steps.b.output }} {{"
    assert time.process_time() - started < 1

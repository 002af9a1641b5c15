"""Two have saved one workflow: what differs, and what "keep mine" saves."""

from typing import Any

from execution_hub.domain.clock import now
from execution_hub.domain.workflow import Condition, WorkflowDraft, WorkflowStep
from execution_hub.views.conflict import DIFFERENCES_MAX, find_conflict
from execution_hub.views.workflow_conflict import mine_over, texts_of

AGENTS = {1: "Writer"}


def step(name: str, text: str = "{{ input }}", **values: Any) -> WorkflowStep:
    """Return a step of an agent."""
    return WorkflowStep(name=name, agent_id=1, input=text, **values)


def draft(*steps: WorkflowStep, **values: Any) -> WorkflowDraft:
    """Return a workflow."""
    return WorkflowDraft(**{"name": "W", "steps": list(steps), **values})


def test_what_was_left_alone_here_is_kept_as_they_have_it() -> None:
    """Each step counts for itself: changed here, changed there, added and removed at either side."""
    base = draft(step("a"), step("b"), step("c"), step("d"))
    mine = draft(step("a", "mine"), step("b"), step("d"), step("new_here"))
    theirs = draft(step("a", "theirs"), step("b", "theirs"), step("c"), step("new_there"), description="D")
    over = mine_over(base, mine, theirs)
    assert [(each.name, each.input) for each in over.steps] == [
        ("a", "mine"),
        ("b", "theirs"),
        ("new_here", "{{ input }}"),
        ("new_there", "{{ input }}"),
    ]
    assert (over.name, over.description) == ("W", "D")


def test_a_step_is_laid_out_in_words() -> None:
    """Who answers, what is not as usual, and the template."""
    when = Condition(step="a", op="equals", value="yes")
    gate = WorkflowStep(name="gate", type="approval", input="Go on?")
    texts = texts_of("en", draft(step("b", "Do", retries=2, when=when), gate, WorkflowStep(name="c")), AGENTS)
    assert texts["Step b"].startswith('Agent: Writer\nRuns: {"step": "a"')
    assert texts["Step b"].endswith("Retries: 2\n\nDo")
    assert texts["Step gate"] == "Approval by a person\n\nGo on?"
    assert texts["Step c"].startswith("no agent")
    assert "步骤 b" in texts_of("zh", draft(step("b")), AGENTS)


def test_who_changed_what_is_told_and_equal_changes_are_left_out() -> None:
    """A field is yours, theirs or both's; what both made the same is no difference."""
    base = {"A": "1", "B": "1", "C": "1", "D": "1", "E": "1"}
    found = find_conflict(
        now(), 3, base=base, mine={**base, "A": "2", "C": "2", "D": "2"}, theirs={**base, "B": "2", "C": "3", "D": "2"}
    )
    assert [(each.label, each.is_mine, each.is_theirs) for each in found.differences] == [
        ("A", True, False),
        ("B", False, True),
        ("C", True, True),
    ]
    assert (found.both, found.version, found.left_out) == ("C", 3, 0)


def test_what_is_shown_is_bounded() -> None:
    """200 steps and texts without end come as the first ones, and as the parts that differ."""
    base = {str(n): "" for n in range(200)}
    found = find_conflict(
        now(),
        2,
        base=base,
        mine=dict.fromkeys(base, "x" * 50_000 + "a"),
        theirs=dict.fromkeys(base, "x" * 50_000 + "b"),
    )
    assert (len(found.differences), found.left_out) == (DIFFERENCES_MAX, 200 - DIFFERENCES_MAX)
    assert all(len(each.mine) < 5_000 and each.mine.endswith("a") for each in found.differences)

"""A cell of a suite's run as its panel shows it."""

from datetime import timedelta
from typing import Any

from execution_hub.domain.difference import Piece
from execution_hub.domain.result import CheckResult, Result
from execution_hub.domain.status import Status
from execution_hub.domain.usage import Usage
from execution_hub.domain.verdict import CellOutcome
from execution_hub.views.cell import TEXT_MAX, CellView
from execution_hub.views.matrix import MatrixPlan, TargetHead
from tests.support.executions import AT, make_execution

PLAN = MatrixPlan(["Paris", "Rome"], [TargetHead("Helper", "simulated")], 2)
CASE: dict[str, Any] = {
    "name": "Rome",
    "input": "Where?",
    "golden": "Rome.",
    "checks": [{"type": "contains", "value": "x", "not": True}, {"type": "judge", "rubric": "Is it\nkind?"}],
}
CHECKS = (CheckResult("contains", True, "It does not."), CheckResult("judge", None, "No answer.", 2.5, 77))


def test_a_cell_says_what_was_checked_and_what_came_of_it() -> None:
    child = make_execution(
        id=5,
        status=Status.SUCCEEDED,
        started_at=AT,
        finished_at=AT + timedelta(seconds=2),
        output="Roma.",
        usage=Usage(1, 2, cost_usd=0.25),
    )
    view = CellView.of(
        PLAN, CASE, 3, Result(3, 5, CellOutcome.ERROR, CHECKS), child, [Piece("added", "Roma.")], language="en"
    )
    assert (view.case, view.target, view.model, view.repeat) == ("Rome", "Helper", "simulated", 2)
    assert view.outcome == "error"
    assert [(each.outcome, each.is_not, each.wanted, each.weight_text, each.judge_id) for each in view.checks] == [
        ("passed", True, "x", "", 0),
        ("error", False, "Is it kind?", "2.5", 77),
    ]
    assert (view.took_text, view.cost_text, view.output, view.golden) == ("2.0 s", "$0.25", "Roma.", "Rome.")
    assert view.has_golden
    assert view.pieces == [Piece("added", "Roma.")]


def test_a_cell_that_has_not_begun_still_says_what_it_will_be() -> None:
    view = CellView.of(MatrixPlan(PLAN.cases, PLAN.targets), {**CASE, "golden": None}, 1, None, None, language="en")
    assert (view.case, view.repeat, view.outcome, view.execution_id, view.checks) == ("Rome", 0, "", 0, [])
    assert not view.has_golden


def test_long_texts_are_cut_and_say_so() -> None:
    long = "x" * (TEXT_MAX + 1)
    child = make_execution(status=Status.SUCCEEDED, output=long, finished_at=AT)
    view = CellView.of(PLAN, {**CASE, "input": long, "golden": long}, 0, Result(0, 1), child, language="en")
    assert (len(view.output), view.is_output_cut, view.is_input_cut) == (TEXT_MAX, True, True)
    assert len(view.golden) == TEXT_MAX

"""The matrix of a suite's run as pages are shown it, and the verdict so far."""

from typing import Any

from execution_hub.domain.result import ResultOutline
from execution_hub.domain.status import Status
from execution_hub.domain.usage import Usage
from execution_hub.domain.verdict import CellOutcome
from execution_hub.views.matrix import BLOCK, BLOCKS, CellState, Matrix, MatrixPlan, TargetHead, letter
from tests.support.executions import AT, make_execution

CHILD = 100


def definition(cases: int = 2, targets: int = 2, repeats: int = 1, **values: Any) -> dict[str, Any]:
    """Return what a run was started with."""
    heads = [
        {
            "agent_id": 1,
            "workflow_id": None,
            "name": "Helper",
            "agent_version": 3,
            "definition": {"model": "simulated"},
        },
        {"agent_id": None, "workflow_id": 1, "name": "Flow", "agent_version": None, "definition": {"version": 2}},
    ]
    return {
        "suite": {"id": 1, "name": "S", "version": 4},
        "cases": [{"name": f"case\n{number}"} for number in range(cases)],
        "targets": [heads[place % 2] for place in range(targets)],
        "repeats": repeats,
        "pass_rate": 1.0,
        **values,
    }


def begun(matrix: Matrix, **values: Any) -> Matrix:
    """Return a matrix whose cells have all begun."""
    matrix.take(ResultOutline(number, CHILD + number, **values) for number in range(matrix.plan.total))
    return matrix


def run(**values: Any) -> Any:
    """Return a run of a suite."""
    return make_execution(**{"id": 9, "execution_type": "suite_run", "suite_id": 1, "status": Status.RUNNING, **values})


def test_a_plan_names_its_cases_on_one_line_and_its_targets_with_their_models() -> None:
    plan = MatrixPlan.of(definition())
    assert plan.cases == ["case 0", "case 1"]
    assert plan.targets == [TargetHead("Helper", "simulated", 3), TargetHead("Flow", "", 2, is_workflow=True)]
    assert (plan.total, plan.suite_version, plan.place(3)) == (4, 4, (1, 1, 0))


def test_each_cell_is_a_letter_in_its_block() -> None:
    matrix = begun(Matrix(definition(cases=300)), status=Status.PENDING)
    matrix.take_outcome(501, "passed")
    blocks = matrix.blocks()
    assert len(blocks) == BLOCKS
    assert blocks["block_0"] == letter(CellState.QUEUED) * BLOCK
    assert blocks["block_1"] == "".join(map(letter, [CellState.QUEUED, CellState.PASSED])) + blocks["block_1"][2:]
    assert (len(blocks["block_1"]), blocks["block_2"]) == (100, "")


def test_of_ten_thousand_cells_one_outcome_changes_one_block_and_the_verdict() -> None:
    """All that a page is sent for it: the plan stays the very object that it was."""
    matrix = begun(Matrix(definition(cases=2_000, targets=5)), status=Status.RUNNING)
    plan, before = matrix.plan, matrix.blocks()
    assert matrix.plan.total == 10_000
    matrix.take_outcome(7_777, "failed")
    after = matrix.blocks()
    changed = [name for name in before if before[name] != after[name]]
    assert (changed, len(after[changed[0]])) == (["block_15"], BLOCK)
    made = [name for name in before if before[name] is not after[name]]
    assert made == ["block_15"], "the texts of the others are the very ones that they were"
    assert matrix.plan is plan


def test_a_child_is_followed_until_it_is_judged_and_marked_after_that() -> None:
    matrix = begun(Matrix(definition()), status=Status.PENDING)
    states = lambda: matrix.blocks()["block_0"]  # noqa: E731 - asked again and again
    assert matrix.take_child(make_execution(id=CHILD, status=Status.RUNNING))
    assert states()[0] == letter(CellState.RUNNING)
    matrix.take_child(make_execution(id=CHILD, status=Status.SUCCEEDED, finished_at=AT))
    assert states()[0] == letter(CellState.RUNNING), "it has ended and is not judged yet"
    matrix.take_outcome(0, "failed")
    matrix.take_child(make_execution(id=CHILD, status=Status.SUCCEEDED, finished_at=AT))
    assert states()[0] == letter(CellState.FAILED)
    assert not matrix.take_child(make_execution(id=7, status=Status.RUNNING)), "none of its cells"
    matrix.take([ResultOutline(0, CHILD, CellOutcome.FAILED, Status.SUCCEEDED, "wrong")])
    assert states()[0] == letter(CellState.FAILED, "wrong")


def test_what_has_no_outcome_at_the_end_was_not_run() -> None:
    matrix = begun(Matrix(definition()), status=Status.RUNNING)
    matrix.take_outcome(1, "error")
    matrix.end()
    left = letter(CellState.LEFT)
    assert matrix.blocks()["block_0"] == left + letter(CellState.ERROR) + 2 * left


def test_a_log_that_names_no_cell_and_no_outcome_changes_nothing() -> None:
    matrix = Matrix(definition())
    before = matrix.blocks()
    for number, outcome in ((-1, "passed"), (4, "passed"), ("0", "passed"), (0, "queued"), (0, None), (None, "failed")):
        matrix.take_outcome(number, outcome)
    assert matrix.blocks() == before


def test_the_verdict_says_the_rate_the_interval_and_what_is_needed() -> None:
    matrix = Matrix(definition(pass_rate=0.5))
    for number, outcome in enumerate(("passed", "passed", "failed")):
        matrix.take_outcome(number, outcome)
    shown = matrix.verdict(run(meta={"judged": {"cost_usd": 0.5}, "limit": "max_seconds"}, usage=Usage(cost_usd=0.75)))
    assert (shown.outcome, shown.passed, shown.failed, shown.errors, shown.open) == ("passed", 2, 1, 0, 1)
    assert (shown.rate_text, shown.needed_text, shown.low_text, shown.high_text) == ("50 %", "50 %", "20.8 %", "93.9 %")
    assert (shown.has_judges, shown.tested_text, shown.judged_text) == (True, "$0.25", "$0.50")
    assert (shown.limit, shown.is_over) == ("max_seconds", False)
    open_one = Matrix(definition()).verdict(run())
    assert (open_one.outcome, open_one.has_judges, open_one.judged_text) == ("open", False, "")


def test_a_case_is_flaky_where_its_repeats_on_one_target_disagree() -> None:
    matrix = Matrix(definition(repeats=2))
    # Case 0 passes on one target and fails on the other; case 1 passes once and fails once on the first.
    for number, outcome in enumerate(("passed", "failed", "passed", "passed", "passed", "failed", "failed", "passed")):
        matrix.take_outcome(number, outcome)
    shown = matrix.verdict(run())
    assert (shown.flaky, shown.flaky_count) == (["case 1"], 1)

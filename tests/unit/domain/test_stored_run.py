"""Runs of suites as they are stored, held against each other."""

import json
from typing import Any

import pytest

from execution_hub.domain.result import MeasuredResult
from execution_hub.domain.stored_run import StoredRun, compare_stored, write_compared
from execution_hub.errors import InvalidInput

TARGETS = [
    {"name": "Helper", "agent_id": 1, "workflow_id": None, "agent_version": 1, "definition": {"model": "m"}},
    {"name": "Flow", "agent_id": None, "workflow_id": 2, "agent_version": None, "definition": {"version": 3}},
]


def run(*outcomes: str | None, target: int | None = None) -> StoredRun:
    """Return a run of cases on two targets; a cell without an outcome has not begun."""
    cases = [{"name": f"case {number}", "input": "Go"} for number in range(len(outcomes) // 2)]
    plan: dict[str, Any] = {"targets": TARGETS, "cases": cases, "repeats": 1, "pass_rate": 1.0}
    results = [
        MeasuredResult(number, 100 + number, outcome, 0.5, 3, 4, 1_500)
        for number, outcome in enumerate(outcomes)
        if outcome
    ]
    return StoredRun(json.dumps(plan), results, target, "first_target")


def test_a_page_gets_the_cases_that_it_shows_and_the_counts_of_all() -> None:
    first, second = run("passed", "passed", "failed", None), run("failed", "passed", "passed", "passed")
    found, targets = compare_stored(first, second, "", 2)
    assert [(each.case, each.turn.value) for each in found.cases] == [("case 0", "regression"), ("case 1", "fixed")]
    assert {name: count for name, count in found.counts().items() if count} == {
        "regression": 1,
        "fixed": 1,
        "open": 1,
        "still_passing": 1,
    }
    chosen, _ = compare_stored(first, second, "open", 2)
    assert ([each.case for each in chosen.cases], chosen.counts()) == (["case 1"], found.counts())
    assert targets == ((("Helper", "m"), ("Flow", None)),) * 2


def test_what_is_written_has_every_case_and_what_each_cell_took() -> None:
    text = write_compared(run("passed", "passed"), run("failed", None), [{"target": None}, {"target": None}])
    told = json.loads(text)
    assert [each["turn"] for each in told["cases"]] == ["regression", "open"]
    assert told["runs"][0]["figures"] == {
        "passed": 2,
        "errors": 0,
        "total": 2,
        "cost_usd": 1.0,
        "tokens": 14,
        "seconds": 1.5,
        "pass_rate": 1.0,
    }


def test_a_target_that_a_run_has_not_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"first_target is none of the run.s targets: 2\. Use 0 to 1\."):
        compare_stored(run("passed", "passed", target=2), run("passed", "passed", target=0), "", 9)

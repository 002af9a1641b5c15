"""Ended runs of suites, written into a database: as if they had run, without running them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from execution_hub.domain.cell import cells_of
from execution_hub.domain.clock import now
from execution_hub.domain.result import CheckResult, ResultChange
from execution_hub.domain.verdict import CellOutcome, TargetVerdict, Verdict
from execution_hub.runners.suite_run import SUITE_RUN, SuiteRun
from execution_hub.store import results, verdicts
from execution_hub.store.executions import executions

MARKS = {"+": CellOutcome.PASSED, "-": CellOutcome.FAILED, "!": CellOutcome.ERROR}
OUTPUT = "The answer is 84."


def store_run(
    connection: Connection,
    suite_id: int,
    marks: str,
    *,
    outputs: Sequence[str] = (),
    seconds: float = 1.0,
    cost_usd: float | None = 0.001,
    at: datetime | None = None,
    version: int | None = None,
) -> int:
    """Store an ended run of a suite as it is now, with its children, results and verdicts.

    Args:
        connection: A writing transaction.
        suite_id: Whose run.
        marks: A mark for each cell, in the order of `cells_of`: `+`, `-` or `!`.
        outputs: What the cells answered; those past the last say OUTPUT.
        seconds: How long each took.
        cost_usd: What each cost.
        at: When it ended; now if left out.
        version: The version that the agents had; the one they have if left out.

    Returns:
        The run's id.
    """
    new, ended = SuiteRun(suite_id).prepare(connection), at or now()
    plan, cells = new.definition, cells_of(new.definition)
    assert len(cells) == len(marks), f"{len(cells)} cells"
    for target in plan["targets"] if version is not None else ():
        target["agent_version"] = version
    outcomes = [MARKS[mark] for mark in marks]
    verdict = Verdict.of(outcomes, len(cells), plan["pass_rate"])
    common: dict[str, Any] = {
        "status": "succeeded",
        "created_at": ended - timedelta(seconds=seconds * len(cells)),
        "updated_at": ended,
        "started_at": ended - timedelta(seconds=seconds * len(cells)),
        "finished_at": ended,
        "input_tokens": 10,
        "output_tokens": 20,
        "cost_usd": cost_usd,
        "attempt": 1,
    }
    run_id = _insert(
        connection,
        {
            **common,
            "execution_type": SUITE_RUN,
            "name": new.name,
            "suite_id": suite_id,
            "definition": plan,
            "test_input": new.input,
            "test_output": f"{verdict.passed} of {verdict.total} passed.",
            "cost_usd": None if cost_usd is None else cost_usd * len(cells),
            "active_ms": int(1000 * seconds * len(cells)),
            "meta": {"verdict": verdict.as_json()},
        },
    )
    ran = []
    for cell, outcome in zip(cells, outcomes, strict=True):
        target = plan["targets"][cell.target]
        child = {
            **common,
            **{name: target[name] for name in ("execution_type", "name", "agent_id", "workflow_id", "agent_version")},
            "model": target["definition"].get("model"),
            "definition": target["definition"],
            "parent_id": run_id,
            "test_input": plan["cases"][cell.case]["input"],
            "test_output": outputs[cell.number] if cell.number < len(outputs) else OUTPUT,
            "active_ms": int(1000 * seconds),
        }
        passed = {CellOutcome.PASSED: True, CellOutcome.FAILED: False}.get(outcome)
        words = f"It is “{child['test_output'][:60]}”."
        checks = tuple(CheckResult(each["type"], passed, words) for each in plan["cases"][cell.case]["checks"])
        ran.append(ResultChange(cell.number, _insert(connection, child), outcome, checks))
    results.change(connection, run_id, [replace(each, outcome=None) for each in ran])
    results.change(connection, run_id, ran)
    verdicts.put(connection, run_id, [_verdict(run_id, plan, place, outcomes) for place in range(len(plan["targets"]))])
    return run_id


def _verdict(run_id: int, plan: dict[str, Any], place: int, outcomes: Sequence[CellOutcome]) -> TargetVerdict:
    target = plan["targets"][place]
    own = [outcome for cell, outcome in zip(cells_of(plan), outcomes, strict=True) if cell.target == place]
    return TargetVerdict(
        run_id,
        place,
        plan["suite"]["id"],
        target["agent_id"],
        target["workflow_id"],
        target["agent_version"],
        target["definition"].get("model"),
        Verdict.of(own, len(own), plan["pass_rate"]),
    )


def _insert(connection: Connection, values: dict[str, Any]) -> int:
    found = connection.execute(insert(executions).values(values).returning(executions.c.id)).scalar_one()
    # As the one writer numbers changes: lists of what changed ask for it.
    newest = select(executions.c.changed).order_by(executions.c.changed.desc()).limit(1).scalar_subquery()
    connection.execute(update(executions).where(executions.c.id == found).values(changed=newest))
    return int(found)

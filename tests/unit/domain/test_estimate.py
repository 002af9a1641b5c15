"""What a suite's run is likely to cost, told by the runs before it."""

from typing import Any

import pytest

from execution_hub.domain.estimate import Estimate, Tested, estimate_of
from execution_hub.domain.run import Run
from execution_hub.domain.status import Status
from execution_hub.domain.usage import Usage
from execution_hub.domain.verdict import TargetVerdict, Verdict
from tests.support.executions import make_execution

HELPER: Tested = (1, None, "m")
FLOW: Tested = (None, 2, None)


def run(*targets: Tested, run_id: int = 9, cost_usd: float | None = 0.3, **values: Any) -> Run:
    """Return a run that judged ten of twelve cells of each target."""
    partial = values.pop("is_partial", False)
    usage = Usage(cost_usd=cost_usd, is_partial=partial)
    execution = make_execution(**{"id": run_id, "status": Status.SUCCEEDED, "usage": usage, **values})
    return Run(
        execution,
        tuple(
            TargetVerdict(run_id, place, 1, agent, flow, 3, model, Verdict(7, 2, 1, 12))
            for place, (agent, flow, model) in enumerate(targets)
        ),
    )


def test_the_newest_run_of_the_same_targets_tells_what_a_cell_costs() -> None:
    runs = [run(HELPER, run_id=9), run(FLOW, HELPER, run_id=8), run(HELPER, FLOW, run_id=7, cost_usd=5)]
    found = estimate_of(40, [HELPER, FLOW], runs)
    assert found.as_json() == {"cells": 40, "cost_usd": 0.6, "run_id": 8}
    assert found.cost_usd(20) == 0.3, "20 cells were judged for that much"


@pytest.mark.parametrize(
    "other",
    [
        run((1, None, "another"), FLOW),
        run(HELPER, FLOW, cost_usd=None),
        run(HELPER, FLOW, cost_usd=0),
        run(HELPER, FLOW, is_partial=True),
        run(HELPER, FLOW, status=Status.CANCELLED),
        run(HELPER, FLOW, meta={"failed_of": 3}),
        run(),
    ],
)
def test_where_no_run_tells_nothing_is_said(other: Run) -> None:
    """Other targets, a cost that is not known whole, nothing paid, a run that was stopped or paid for a part only."""
    assert estimate_of(4, [HELPER, FLOW], [other]) == Estimate(4)
    assert Estimate(4).as_json() == {"cells": 4, "cost_usd": None, "run_id": None}

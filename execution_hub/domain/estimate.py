"""What a suite's run is likely to cost, before it is started: as its like did. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from execution_hub.domain.run import Run
from execution_hub.domain.status import Status

# What makes a target the same: its agent, its workflow and the model.
Tested = tuple[int | None, int | None, str | None]
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run is likely to cost.

    Attributes:
        cells: How many executions it makes.
        cell_usd: What one is likely to cost, judges included; None where no earlier run tells it.
        run_id: The run that tells it.
    """

    cells: int
    cell_usd: float | None = None
    run_id: int | None = None

    def cost_usd(self, cells: int) -> float | None:
        """Return what so many cells are likely to cost; None where nobody knows."""
        return None if self.cell_usd is None else round(cells * self.cell_usd, _DIGITS)

    def as_json(self) -> dict[str, Any]:
        """Return it as on the wire."""
        return {"cells": self.cells, "cost_usd": self.cost_usd(self.cells), "run_id": self.run_id}


def estimate_of(cells: int, targets: Sequence[Tested], runs: Iterable[Run]) -> Estimate:
    """Estimate by the first run that tells.

    It ended, on the same targets, whatever their versions; its cost is known, and is more than nothing; and it judged
    all its cells itself: one that ran again what failed has verdicts that others paid.

    Args:
        cells: How many cells are to run.
        targets: What they run on.
        runs: Earlier runs, the newest first.
    """
    wanted = sorted(targets, key=str)
    for run in runs:
        usage, judged = run.execution.usage, sum(each.verdict.judged for each in run.targets)
        tested = sorted(((each.agent_id, each.workflow_id, each.model) for each in run.targets), key=str)
        is_whole = run.execution.status is Status.SUCCEEDED and "failed_of" not in run.execution.meta
        if is_whole and tested == wanted and judged and usage.cost_usd and not usage.is_partial:
            return Estimate(cells, usage.cost_usd / judged, run.execution.id)
    return Estimate(cells)

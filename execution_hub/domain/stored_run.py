"""Runs of suites as they are stored, held against each other: all that takes time with many cells. Pure.

A plan of thousands of cases is read here, and what differs is written here, so that another process can do both.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from execution_hub.domain.case_turn import RanCell
from execution_hub.domain.cell import cells_of
from execution_hub.domain.result import MeasuredResult
from execution_hub.domain.run_comparison import RunComparison, Side, compare_runs
from execution_hub.errors import InvalidInput

# The name and the model of each target; no model for a workflow.
Targets = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run as it is stored.

    Attributes:
        plan: What it was to do, as JSON text.
        results: What came of its cells.
        target: The only target of it that is compared; None for all.
        field: What somebody who names that target gives it in.
    """

    plan: str
    results: Sequence[MeasuredResult]
    target: int | None
    field: str

    def side(self) -> Side:
        """Return it as one of the sides of a comparison.

        Raises:
            InvalidInput: It has no such target.
        """
        plan = json.loads(self.plan)
        if self.target is not None and not 0 <= self.target < len(plan["targets"]):
            most = len(plan["targets"]) - 1
            words = f"{self.field} is none of the run's targets: {self.target}. Use 0 to {most}."
            raise InvalidInput(self.field, words, limit=most)
        by_number = {each.number: each for each in self.results}
        cells = []
        for cell in cells_of(plan):
            ran = by_number.get(cell.number)
            taken = () if ran is None else (ran.child_id, ran.outcome, ran.cost_usd, ran.tokens, ran.seconds)
            cells.append(RanCell(cell.case, cell.target, cell.repeat, *taken))
        return Side(plan, cells, self.target)


def compare_stored(
    first: StoredRun, second: StoredRun, turn: str, most: int, *, is_marked: bool = True
) -> tuple[RunComparison, tuple[Targets, Targets]]:
    """Hold two runs against each other, for a page that shows part of the cases; return also the targets of each.

    Args:
        first: One of them.
        second: The other.
        turn: Only cases that went so; empty for all.
        most: How many cases at most.
        is_marked: See `compare_runs`.
    """
    sides = first.side(), second.side()
    found = compare_runs(*sides, is_marked=is_marked)
    return found.part(turn, most), (_targets(sides[0]), _targets(sides[1]))


def write_compared(
    first: StoredRun, second: StoredRun, runs: Sequence[Mapping[str, Any]], *, is_marked: bool = True
) -> str:
    """Hold two runs against each other and write all of it, as on the wire.

    Args:
        first: One of them.
        second: The other.
        runs: What else stands with each.
        is_marked: See `compare_runs`.
    """
    found = compare_runs(first.side(), second.side(), is_marked=is_marked)
    told = [{**run, "figures": figures.as_json()} for run, figures in zip(runs, found.figures, strict=True)]
    return json.dumps({"runs": told, **found.as_json()}, ensure_ascii=False, separators=(",", ":"))


def _targets(side: Side) -> Targets:
    return tuple((each["name"], each["definition"].get("model")) for each in side.plan["targets"])

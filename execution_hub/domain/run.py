"""A run of a suite, as the list of its runs shows it."""

from dataclasses import dataclass
from typing import Any

from execution_hub.domain.clock import to_wire
from execution_hub.domain.execution import Execution
from execution_hub.domain.verdict import TargetVerdict


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a suite, and what came of it.

    Attributes:
        execution: It, as an excerpt.
        targets: What came of each target, in their order; empty before the end.
    """

    execution: Execution
    targets: tuple[TargetVerdict, ...] = ()

    @property
    def verdict(self) -> dict[str, Any] | None:
        """What came of it, as on the wire; None before the end, and of one that was stopped or failed."""
        return self.execution.verdict

    @property
    def cost_usd(self) -> float | None:
        """What its cases cost; None if that is not known."""
        return self.execution.usage.cost_usd

    @property
    def judges_cost_usd(self) -> float | None:
        """What its judges cost; None if that is not known, or there were none."""
        judged = self.execution.meta.get("judged")
        return judged.get("cost_usd") if isinstance(judged, dict) else None

    @property
    def seconds(self) -> float | None:
        """How long it ran, or has been running; None if it never started."""
        took = self.execution.duration_ms()
        return None if took is None else took / 1000

    def brief(self) -> dict[str, Any]:
        """Return what lists of suites say of it, as on the wire."""
        return {"id": self.execution.id, "status": self.execution.status.value, "verdict": self.verdict}

    def as_json(self) -> dict[str, Any]:
        """Return it as on the wire."""
        return {
            **self.brief(),
            "targets": [each.as_json() for each in self.targets],
            "cost_usd": self.cost_usd,
            "judges_cost_usd": self.judges_cost_usd,
            "seconds": self.seconds,
            "created_at": to_wire(self.execution.created_at),
            "finished_at": to_wire(self.execution.finished_at),
        }

"""A try of a tool, as the page Tools shows it. Pure."""

from dataclasses import dataclass, replace
from typing import Protocol

from execution_hub.views.call_arguments import seen

RUNNING = "running"
SUCCEEDED = "succeeded"
FAILED = "failed"
STOPPED = "cancelled"


class ToolOutput(Protocol):
    """What a tool gave back: see `tools.port.ToolResult`."""

    @property
    def text(self) -> str:
        """Its text, the first of it."""

    @property
    def is_error(self) -> bool:
        """Whether the tool says that it failed."""

    @property
    def chars(self) -> int:
        """How long the whole text is."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A try.

    Attributes:
        key: The tool; empty before anything was tried.
        status: `running`, `succeeded`, `failed` or `cancelled`.
        started_at: ISO 8601 with Z.
        duration_text: How long it took, for a person; empty while it runs.
        size_text: How many characters the result has, for a person; empty where there is none.
        is_cut: Whether more came than the hub keeps.
        is_told: Whether the tool itself says that it failed: its result says why.
        error: Why there is no result.
    """

    key: str = ""
    status: str = ""
    started_at: str = ""
    duration_text: str = ""
    size_text: str = ""
    is_cut: bool = False
    is_told: bool = False
    error: str = ""

    def after(self, started_at: str, duration_text: str) -> "Tried":
        """Return it with its times; what was never begun has none."""
        if not self.key:
            return self
        return replace(self, started_at=started_at, duration_text=duration_text, error=seen(self.error))


def tried_result(key: str, output: ToolOutput) -> Tried:
    """Return a try that gave a result."""
    return Tried(
        key,
        FAILED if output.is_error else SUCCEEDED,
        size_text=f"{output.chars:,}",
        is_cut=output.chars > len(output.text),
        is_told=output.is_error,
    )

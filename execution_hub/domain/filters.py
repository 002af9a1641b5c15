"""Which executions a list shows."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from execution_hub.domain.clock import from_wire
from execution_hub.domain.status import Status
from execution_hub.domain.texts import check_text
from execution_hub.errors import InvalidInput

if TYPE_CHECKING:
    from execution_hub.domain.execution import Execution

LIMIT_DEFAULT = 25
LIMIT_MAX = 200
WORD_MAX = 1_000
# The largest integer of SQLite and PostgreSQL.
ID_MAX = 2**63 - 1
# Beyond 18 digits it is no id of ours, and no integer of the database.
_NUMBER = re.compile(r"(#?)([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class ExecutionFilter:
    """Which executions a list shows; every field that is None lets all through.

    Attributes:
        execution_type: Only this type.
        status: Only this status.
        agent_id: Only tests of this agent.
        workflow_id: Only runs of this workflow.
        task_id: Only runs on this task.
        batch_id: Only what was started together under this number.
        parent_id: Only what this execution started as parts of itself.
        suite_id: Only runs of this suite.
        q: Only those whose name, input, output or error holds this text, whatever its case. `#56` is the execution with
            this number and no other; `56` is that one, and those whose texts hold it.
        since, until: Only those created in this half-open span, UTC.
    """

    execution_type: str | None = None
    status: Status | None = None
    agent_id: int | None = None
    workflow_id: int | None = None
    task_id: int | None = None
    batch_id: int | None = None
    parent_id: int | None = None
    suite_id: int | None = None
    q: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def but(self, **changes: Any) -> "ExecutionFilter":
        """Return a filter with some fields changed."""
        return replace(self, **changes)

    @property
    def number(self) -> int | None:
        """The number that `q` is, with a # or without; None if it is a text.

        >>> ExecutionFilter(q=" #56 ").number, ExecutionFilter(q="56").number, ExecutionFilter(q="#5 6").number
        (56, 56, None)
        """
        found = _NUMBER.fullmatch((self.q or "").strip())
        return int(found[2]) if found else None

    @property
    def is_number(self) -> bool:
        """Whether `q` asks for one execution by its number, and for no text.

        >>> ExecutionFilter(q="#56").is_number, ExecutionFilter(q="56").is_number
        (True, False)
        """
        return self.number is not None and (self.q or "").strip().startswith("#")

    def admits(self, execution: "Execution") -> bool:
        """Tell whether an execution passes, `q` apart."""
        names = ("execution_type", "status", "agent_id", "workflow_id", "task_id", "batch_id", "parent_id", "suite_id")
        is_equal = all(getattr(self, name) in (None, getattr(execution, name)) for name in names)
        is_late = self.since is None or execution.created_at >= self.since
        # What is a part of another is shown where that is asked for.
        is_listed = execution.parent_id in (None, self.parent_id)
        return is_listed and is_equal and is_late and (self.until is None or execution.created_at < self.until)

    @classmethod
    def from_query(cls, query: dict[str, str]) -> "ExecutionFilter":
        """Read a filter from the words of a URL; empty words are as absent ones.

        Args:
            query: `type`, `status`, `agent_id`, `workflow_id`, `task_id`, `batch_id`, `q`, `since`, `until`; others are
                ignored.

        Raises:
            InvalidInput: A word does not fit, or is longer than 1,000 characters; it is named.
        """
        given = {name: value for name, value in query.items() if value not in (None, "")}
        for name, value in given.items():
            check_text(name, value, WORD_MAX)
        return cls(
            execution_type=given.get("type"),
            status=_status(given["status"]) if "status" in given else None,
            agent_id=_integer("agent_id", given["agent_id"]) if "agent_id" in given else None,
            workflow_id=_integer("workflow_id", given["workflow_id"]) if "workflow_id" in given else None,
            task_id=_integer("task_id", given["task_id"]) if "task_id" in given else None,
            batch_id=_integer("batch_id", given["batch_id"]) if "batch_id" in given else None,
            q=given.get("q"),
            since=_time("since", given["since"]) if "since" in given else None,
            until=_time("until", given["until"]) if "until" in given else None,
        )


def _status(text: str) -> Status:
    try:
        return Status(text)
    except ValueError:
        raise InvalidInput("status", f"status is not one of {', '.join(Status)}.") from None


def _integer(field: str, text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise InvalidInput(field, f"{field} is not a number.") from None
    if abs(number) > ID_MAX:
        raise InvalidInput(field, f"{field} is larger than {ID_MAX}.", limit=ID_MAX)
    return number


def _time(field: str, text: str) -> datetime:
    try:
        return from_wire(text)
    except (ValueError, OverflowError):
        raise InvalidInput(field, f"{field} is no ISO 8601 time. Example: 2026-01-31T12:00:00Z") from None

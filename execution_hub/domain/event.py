"""An entry of an execution's log."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from execution_hub.domain.clock import to_wire


class EventKind(StrEnum):
    """What an event tells."""

    STATUS = "status"
    STEP = "step"
    TEXT = "text"
    THINKING = "thinking"
    TURN = "turn"
    TOOL_CALL = "tool_call"
    TOOL_RESULT = "tool_result"
    USAGE = "usage"
    ERROR = "error"
    RETRY = "retry"
    HELD = "held"
    CANCEL = "cancel"
    RESULT = "result"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event before the log gave it a number.

    Attributes:
        kind: What it tells.
        data: Its content, as JSON: `{"text": …}` for text and thinking; `{"status", "attempt"}` for status,
            with `stop_reason` and `is_cut` once a model has stopped, `worker` where one of several processes runs it;
            the usage's fields; `{"code", "message"}` for an error, with `seconds` until the next try for a
            retry; `{"until"}` for a call that is held back for its provider's rate limit;
            `{"stage": "requested" | "closed", …}` for a cancel; `{"name", "status", …}` for a step,
            `{"name", …}` for a tool; `{"mark", "note", "actor"}` for a mark, after the end. What belongs to a step of
            a workflow names it as `step`.
    """

    kind: EventKind
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """A stored event.

    Attributes:
        execution_id: Whose log it is in.
        seq: Its number there: 1, 2, 3 … without gaps, over all attempts.
        attempt: Which attempt wrote it; text of an older attempt is abandoned.
        kind, data: See NewEvent.
        created_at: When it was stored, UTC.
    """

    execution_id: int
    seq: int
    attempt: int
    kind: EventKind
    data: dict[str, Any]
    created_at: datetime

    def as_json(self) -> dict[str, Any]:
        """Return the event as on the wire."""
        return {
            "seq": self.seq,
            "attempt": self.attempt,
            "kind": self.kind.value,
            "data": self.data,
            "created_at": to_wire(self.created_at),
        }

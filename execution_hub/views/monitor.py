"""What the monitor shows: what runs, waits, and ended a moment ago. Pure."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from execution_hub.domain.call import AskedCall, CallStatus
from execution_hub.domain.clock import from_wire, to_wire
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.domain.step import Asked
from execution_hub.domain.texts import one_line
from execution_hub.live.typical_durations import TypicalDuration
from execution_hub.views.rows import ExecutionRow
from execution_hub.views.texts import plain_words

LINGER_SECONDS = 6.0
SHOWN_MAX = 12
QUEUE_MAX = 3
QUESTION_MAX = 140


@dataclass(frozen=True, slots=True)
class WaitingRow(ExecutionRow):
    """What the monitor shows of an execution that waits for a person.

    Attributes:
        question: The first words of what is asked.
        asked_at: Since when, ISO 8601 with Z; empty where nobody knows.
        asked_count: How many approvals and calls of tools wait.
        approval: The approval that can be answered at once; empty if several wait: those are read on their page.
        round: Its round; of a call, how often it was begun.
        call: The number of the call of a tool that can be answered at once; 0 if there is none, or several wait.
        tool: Whose tool that is, and its name.
        of_step: The workflow's step whose agent wants it; empty in an agent test.
        is_unknown: Whether nobody knows whether that call had its effect: its process died meanwhile.
    """

    question: str = ""
    asked_at: str = ""
    asked_count: int = 0
    approval: str = ""
    round: int = 0
    call: int = 0
    tool: str = ""
    of_step: str = ""
    is_unknown: bool = False


Question = Asked | AskedCall


class MonitorView:
    """What one watcher knows: active executions by id, and what ended a moment ago."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._active: dict[int, Execution] = {}
        self._ended: dict[int, tuple[float, Execution]] = {}
        # What waiting executions ask, with the change as of which this is known.
        self._questions: dict[int, tuple[int, Sequence[Question]]] = {}
        self.is_queue_paused = False
        # How long the like of what runs usually takes, by execution.
        self.typical_durations: Mapping[int, TypicalDuration] = {}

    @property
    def running(self) -> list[Execution]:
        """What runs, oldest first."""
        found = (each for each in self._active.values() if each.status is Status.RUNNING)
        return sorted(found, key=lambda execution: execution.id)

    @property
    def is_busy(self) -> bool:
        """Whether anything runs, or is about to."""
        return any(each.status in (Status.RUNNING, Status.PENDING) for each in self._active.values())

    def take(self, changed: list[Execution]) -> bool:
        """Take what changed; tells whether a status did, or something is over: what cannot wait."""
        now, is_new = time.monotonic(), False
        for execution in changed:
            known = self._active.get(execution.id)
            if _is_told_by_its_run(execution):
                is_new = self._active.pop(execution.id, None) is not None or is_new
                continue
            is_new = is_new or known is None or known.status is not execution.status
            is_new = is_new or _is_asked_to_stop(known) != _is_asked_to_stop(execution)
            if execution.deleted_at is not None:
                self._ended.pop(execution.id, None)
            if not execution.is_finished:
                self._active[execution.id] = execution
            elif self._active.pop(execution.id, None) is not None:
                self._ended[execution.id] = (now, execution)
        over = [each for each, (ended_at, _) in self._ended.items() if now - ended_at > LINGER_SECONDS]
        for each in over:
            del self._ended[each]
        return is_new or bool(over)

    def unread_questions(self) -> list[int]:
        """Return the executions that are shown to wait for a person, and nobody knows with what."""
        return [each.id for each in self._waiting()[:SHOWN_MAX] if self._known(each)[0] != each.changed]

    def take_questions(self, asked: Mapping[int, Sequence[Question]]) -> None:
        """Take the approvals and calls that wait, by execution; what waits no more is forgotten."""
        kept = {each: known for each, known in self._questions.items() if each in self._active}
        new = {each: (self._active[each].changed, found) for each, found in asked.items() if each in self._active}
        self._questions = {**kept, **new}

    def values(self) -> dict[str, Any]:
        """Return the vars of the monitor, by name: see ui/live.py."""
        by_status: dict[Status, list[Execution]] = {status: [] for status in Status}
        for execution in self._active.values():
            by_status[execution.status].append(execution)
        running = [self._running_row(execution) for execution in self.running]
        waiting = self._waiting()
        ended = [execution for _, execution in self._ended.values()]
        pending = sorted(by_status[Status.PENDING], key=lambda execution: (execution.queue_number, execution.id))
        shown: dict[str, list[ExecutionRow]] = {
            "running": running[:SHOWN_MAX],
            "waiting": [self._waiting_row(execution) for execution in waiting[:SHOWN_MAX]],
            "ended": [ExecutionRow.of(execution) for execution in ended[-SHOWN_MAX:]],
            "pending": [
                replace(ExecutionRow.of(each), place=place) for place, each in enumerate(pending[:QUEUE_MAX], 1)
            ],
        }
        return {
            **shown,
            "listed": {name: [row.id for row in rows] for name, rows in shown.items()},
            "soonest": _soonest(running),
            "running_count": len(running),
            "pending_count": len(pending),
            "waiting_count": len(waiting),
            "is_queue_paused": self.is_queue_paused,
        }

    def _running_row(self, execution: Execution) -> ExecutionRow:
        row, typical = ExecutionRow.of(execution), self.typical_durations.get(execution.id)
        return row if typical is None else replace(row, usual_ms=typical.median_ms, slow_ms=typical.p95_ms)

    def _waiting(self) -> list[Execution]:
        found = (each for each in self._active.values() if each.status is Status.WAITING)
        return sorted(found, key=lambda execution: execution.id)

    def _known(self, execution: Execution) -> tuple[int, Sequence[Question]]:
        return self._questions.get(execution.id, (0, ()))

    def _waiting_row(self, execution: Execution) -> WaitingRow:
        row, asked = WaitingRow.of(execution), self._known(execution)[1]
        if not asked:
            return row
        first = asked[0]
        # From before that was kept: not before the execution did what it did last.
        since = first.asked_at or execution.updated_at
        # An answer is Markdown; the arguments of a call are told as they are.
        words = plain_words(first.text[: 4 * QUESTION_MAX]) if isinstance(first, Asked) else first.text
        row = replace(
            row,
            question=one_line(words)[:QUESTION_MAX],
            asked_at=to_wire(since) or "",
            asked_count=len(asked),
        )
        if len(asked) > 1:
            return row
        if isinstance(first, Asked):
            return replace(row, approval=first.name, round=first.round)
        is_unknown = first.status is CallStatus.UNKNOWN
        tool = tool_name(first.server, first.tool)
        row = replace(row, call=first.number, round=first.attempt, tool=tool, is_unknown=is_unknown)
        return replace(row, of_step=first.step or "")


def tool_name(server: str, tool: str) -> str:
    """Return what people read of whose tool it is.

    >>> tool_name("hub", "calculate"), tool_name("", "made_up")
    ('hub › calculate', 'made_up')
    """
    return " › ".join(one_line(word) for word in (server, tool) if word)


def _soonest(running: list[ExecutionRow]) -> ExecutionRow:
    known = [row for row in running if row.usual_ms and row.clock_from]
    ends = {row.id: from_wire(row.clock_from) + timedelta(milliseconds=row.usual_ms) for row in known}
    return min(known, key=lambda row: ends[row.id], default=ExecutionRow())


def _is_told_by_its_run(execution: Execution) -> bool:
    """Tell whether it is a part of another, which is shown instead of its parts; a person is asked by each itself."""
    return execution.parent_id is not None and execution.status is not Status.WAITING


def _is_asked_to_stop(execution: Execution | None) -> bool:
    return execution is not None and execution.cancel_requested_at is not None

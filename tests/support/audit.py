"""Looks at a hub after faults, in its database and at its provider, and counts what went wrong."""

import time
from collections.abc import Collection
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime

from execution_hub.domain.event import Event, EventKind
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import FINISHED, Status
from execution_hub.store import events, executions, steps
from execution_hub.store.database import Connection, Database
from tests.support.messages_replies import Call, default_text
from tests.support.messages_server import MessagesServer

_FINISHED = {status.value for status in FINISHED}
# Who was claimed first may have lost its process before its first word, and began again after a take-over.
ORDER_SECONDS = 15.0


@dataclass
class Counts:
    """What went wrong, each in words.

    Attributes:
        lost: Executions that are gone, or ended in another way than they should.
        stuck: Executions that have not ended.
        wrong: Outputs that are not their own input's.
        ended_twice: Logs with more than one end.
        gaps: Logs whose numbers have holes, or doubles.
        called_again: Calls for what was recorded as ended before.
        beyond_attempts: Calls for an answer beyond the attempts of its execution.
        beyond_limit: Moments at which more ran than may.
        out_of_order: Executions that began long after others that had come later.
    """

    lost: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    ended_twice: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    called_again: list[str] = field(default_factory=list)
    beyond_attempts: list[str] = field(default_factory=list)
    beyond_limit: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)

    def found(self) -> dict[str, list[str]]:
        """Return what went wrong, by kind."""
        return {each.name: words for each in fields(self) if (words := getattr(self, each.name))}

    def row(self) -> str:
        """Return the numbers as cells of a line of a Markdown table."""
        return " | ".join(str(len(getattr(self, each.name))) for each in fields(self))

    @classmethod
    def head(cls) -> str:
        """Return the names of the cells."""
        return " | ".join(each.name.replace("_", " ") for each in fields(cls))


def audit(database: Database, server: MessagesServer, ids: Collection[int], limit: int) -> Counts:
    """Look at executions of agents and workflows that the local Messages API has answered by its default.

    Args:
        database: The hub's.
        server: Its provider.
        ids: All that was started; each should have succeeded.
        limit: How many may run at once in all processes.
    """
    counts, calls = Counts(), _calls_by_input(server)
    logs: dict[int, list[Event]] = {}
    known: list[Execution] = []
    for execution_id in ids:
        execution = database.read(lambda c, each=execution_id: executions.find(c, each))  # type: ignore[misc]
        if execution is None:
            counts.lost.append(f"{execution_id} is gone")
            continue
        known.append(execution)
        logs[execution_id] = database.read(lambda c, each=execution_id: _log(c, each))  # type: ignore[misc]
        _look(counts, execution, logs[execution_id])
        database.read(lambda c, each=execution: _look_at_answers(counts, c, each, calls))  # type: ignore[misc]
    _look_at_limit(counts, logs, limit)
    _look_at_order(counts, known, logs)
    return counts


def _calls_by_input(server: MessagesServer) -> dict[str, list[Call]]:
    found: dict[str, list[Call]] = {}
    for call in list(server.calls):
        found.setdefault(call.input, []).append(call)
    return found


def _log(connection: Connection, execution_id: int) -> list[Event]:
    found: list[Event] = []
    while more := events.after(connection, execution_id, found[-1].seq if found else 0, 10_000):
        found += more
    return found


def _look(counts: Counts, execution: Execution, log: list[Event]) -> None:
    name = f"{execution.id}"
    if not execution.is_finished:
        counts.stuck.append(f"{name}: {execution.status}")
    elif execution.status is not Status.SUCCEEDED:
        counts.lost.append(f"{name}: {execution.status} {execution.error}")
    if [each.seq for each in log] != list(range(1, execution.last_seq + 1)):
        counts.gaps.append(name)
    if sum(status in _FINISHED for _, status in _moves(log)) > 1:
        counts.ended_twice.append(name)


def _look_at_answers(
    counts: Counts, connection: Connection, execution: Execution, calls: dict[str, list[Call]]
) -> None:
    """Compare outputs with inputs, and calls with what was recorded: of an execution, or of each of its steps."""
    answers: list[tuple[str, str | None, datetime | None]] = []
    if execution.workflow_id is None:
        answers = [(execution.input, execution.output, execution.finished_at)]
    else:
        found = [each for each in steps.of(connection, execution.id) if each.type == "agent"]
        answers = [(each.input, each.output, each.finished_at) for each in found if each.input is not None]
    for text, output, ended_at in answers:
        if output is not None and output != default_text(text):
            counts.wrong.append(f"{execution.id}: {output[:80]!r} for {text!r}")
        mine = calls.get(text, [])
        if len(mine) > execution.claims:
            counts.beyond_attempts.append(f"{execution.id}: {len(mine)} calls, begun {execution.claims} times: {text}")
        again = [each for each in mine if ended_at is not None and _wall(each.started_at) > ended_at]
        if again:
            counts.called_again.append(f"{execution.id}: {text}")


def _look_at_limit(counts: Counts, logs: dict[int, list[Event]], limit: int) -> None:
    changes: list[tuple[datetime, int]] = []
    for log in logs.values():
        is_running = False
        for at, status in _moves(log):
            if (status == Status.RUNNING.value) is not is_running:
                is_running = not is_running
                changes.append((at, 1 if is_running else -1))
    running = 0
    for at, change in sorted(changes):
        running += change
        if running > limit:
            counts.beyond_limit.append(f"{running} at {at.isoformat()}")


def _look_at_order(counts: Counts, known: list[Execution], logs: dict[int, list[Event]]) -> None:
    latest: datetime | None = None
    began = {each.id: next((at for at, to in _moves(logs[each.id]) if to == "running"), None) for each in known}
    for execution in sorted(known, key=lambda each: each.queue_number, reverse=True):
        at = began[execution.id]
        if at is None:
            continue
        # Whoever came later began no earlier than this.
        if latest is not None and (at - latest).total_seconds() > ORDER_SECONDS:
            counts.out_of_order.append(f"{execution.id}: {(at - latest).total_seconds():.0f} s after one behind it")
        latest = at if latest is None else min(latest, at)


def _moves(log: list[Event]) -> list[tuple[datetime, str]]:
    return [(each.created_at, str(each.data["status"])) for each in log if each.kind is EventKind.STATUS]


def _wall(monotonic: float) -> datetime:
    return datetime.fromtimestamp(time.time() - (time.monotonic() - monotonic), UTC)

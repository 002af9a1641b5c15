"""How long the like usually takes: from the past of the same agent or workflow, or no word at all."""

from datetime import timedelta

import pytest

from execution_hub.domain.clock import now
from execution_hub.domain.execution import AGENT_TEST, Execution, NewExecution
from execution_hub.domain.status import Status
from execution_hub.live import typical_durations
from execution_hub.live.typical_durations import TypicalDuration, TypicalDurations
from execution_hub.store import executions, writes
from execution_hub.store.database import Connection, Database
from execution_hub.store.intents import Change, Submit


def run(database: Database, agent_id: int, milliseconds: int | None, status: Status = Status.SUCCEEDED) -> Execution:
    """Store an execution; without a duration it runs still."""
    at = now()

    def work(connection: Connection) -> Execution:
        new = NewExecution(AGENT_TEST, "A", "hello", {}, agent_id=agent_id)
        identity = writes.write(connection, Submit(new), at).execution.id
        writes.write(connection, Change(identity, Status.RUNNING), at)
        if milliseconds is not None:
            later = at + timedelta(milliseconds=milliseconds)
            writes.write(connection, Change(identity, status, values={"active_ms": milliseconds}), later)
        found = executions.find(connection, identity)
        assert found is not None
        return found

    return database.write(work)


async def test_the_median_and_p95_of_the_same_agents_past(database: Database) -> None:
    """Another agent's, and what failed, do not count."""
    for milliseconds in (1_000, 2_000, 3_000, 4_000, 5_000):
        run(database, 1, milliseconds)
    run(database, 1, 99_000, Status.FAILED)
    run(database, 2, 70_000)
    one, two = run(database, 1, None), run(database, 2, None)
    assert await TypicalDurations(database).of([one, two]) == {one.id: TypicalDuration(3_000, 5_000)}


async def test_it_is_read_again_after_a_while(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kept for half a minute, not for ever."""
    times = TypicalDurations(database)
    for milliseconds in (1_000, 1_000, 1_000):
        run(database, 1, milliseconds)
    open_one = run(database, 1, None)
    assert (await times.of([open_one]))[open_one.id].median_ms == 1_000
    for milliseconds in (5_000,) * 7:
        run(database, 1, milliseconds)
    assert (await times.of([open_one]))[open_one.id].median_ms == 1_000
    monkeypatch.setattr(typical_durations.time, "monotonic", lambda: 1e9)
    assert (await times.of([open_one]))[open_one.id].median_ms == 5_000

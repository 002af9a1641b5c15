"""Reading the event log."""

from functools import partial

import pytest

from execution_hub.domain.clock import now
from execution_hub.domain.event import EventKind, NewEvent
from execution_hub.domain.status import Status
from execution_hub.store import events, writes
from execution_hub.store.database import Database
from execution_hub.store.intents import Change
from tests.support.executions import add_execution

SIZES = (10, 10, 4_000, 10, 700, 700)


def _logged(database: Database) -> int:
    """Return an execution that was claimed and told texts of those sizes."""
    execution_id = add_execution(database)
    told = tuple(NewEvent(EventKind.TEXT, {"text": "x" * size}) for size in SIZES)
    for change in (Change(execution_id, Status.RUNNING), Change(execution_id, fence=1, events=told)):
        database.write(partial(writes.write, intent=change, at=now()))
    return execution_id


def test_several_logs_are_read_as_each_alone(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """From any number on, one log twice, one without news, one that is not there, cut by count and by bytes."""
    monkeypatch.setattr(events, "PAGE_SIZE_MAX", 1_000)
    first, second = _logged(database), _logged(database)
    asked = [(second, 0), (first, 3), (first, 0), (second, 8), (first + second + 9, 0), (second, 4), (first, 5)]
    for limit in (1, 3, 100):
        alone = [database.read(partial(events.after, execution_id=each, seq=seq, limit=limit)) for each, seq in asked]
        assert database.read(partial(events.after_each, asked=asked, limit=limit)) == alone
    assert [len(each) for each in alone] == [4, 1, 4, 0, 0, 1, 2]
    assert [event.seq for event in alone[2]] == [1, 2, 3, 4]

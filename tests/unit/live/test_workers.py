"""Whose lease is taken away."""

from typing import Any

import pytest
from sqlalchemy import text

from execution_hub.live.bus import LocalBus
from execution_hub.live.workers import SILENT_SECONDS, Workers
from execution_hub.store.database import Database

_JOINED = text(
    "INSERT INTO workers (id, host, pid, role, version, slots, beat, started_at, last_beat_at) "
    "VALUES ('w', 'here', 1, 'worker', '1', 10, 7, '2026-01-02 03:04:05', '2026-01-02 03:04:05')"
)


@pytest.fixture
def clock() -> list[float]:
    """Return the time by which silence is told, to be changed."""
    return [0.0]


@pytest.fixture
def workers(database: Database, clock: list[float]) -> Workers:
    """Return who follows one process."""
    database.write(lambda connection: connection.execute(_JOINED))
    return Workers(database, LocalBus(), lambda: clock[0])


async def test_one_that_is_silent_too_long_loses_its_lease(workers: Workers, clock: list[float]) -> None:
    for moment, living in ((0.0, {"w"}), (SILENT_SECONDS - 0.1, {"w"}), (SILENT_SECONDS, set())):
        clock[0] = moment
        assert await workers.look() == living


async def test_one_that_beats_while_its_lease_is_taken_away_keeps_it(
    workers: Workers, clock: list[float], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the taking: what runs there must not be begun elsewhere."""
    await workers.look()
    write: Any = database.awrite

    async def beat_first(work: Any) -> Any:
        await write(lambda connection: connection.execute(text("UPDATE workers SET beat = beat + 1")))
        return await write(work)

    monkeypatch.setattr(database, "awrite", beat_first)
    clock[0] = SILENT_SECONDS
    assert await workers.look() == {"w"}
    assert [each.id for each in workers.known] == ["w"]

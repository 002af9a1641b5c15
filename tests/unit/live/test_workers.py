"""Who lives, as one process sees it: by its own clock, from when it saw each beat."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from execution_hub.domain.worker import Worker, WorkerStatus
from execution_hub.live.bus import LocalBus
from execution_hub.live.workers import LATE_SECONDS, LOST_MAX, LOST_SECONDS, SILENT_SECONDS, Workers
from execution_hub.rate_limit import RateLimit
from execution_hub.role import Role

BEGAN = datetime(2026, 5, 5, 12, tzinfo=UTC)


def a_worker(name: str, **changes: Any) -> Worker:
    given = Worker(name, name, 4711, Role.WORKER, "0.8.0", WorkerStatus.RUNNING, 0, 10, 1, BEGAN, BEGAN)
    return replace(given, **changes)


class Table:
    """The rows of the processes, which a test changes; as a database it answers at once."""

    def __init__(self, rows: Iterable[Worker]) -> None:
        self.rows = list(rows)
        # Those that beat between a look and the taking of a lease.
        self.beating_late: tuple[str, ...] = ()

    def beat(self, *names: str) -> None:
        self.rows = [replace(each, beat=each.beat + (each.id in names)) for each in self.rows]

    async def aread(self, _work: Any) -> list[Worker]:
        return list(self.rows)

    async def awrite(self, work: Any) -> bool:
        self.beat(*self.beating_late)
        worker_id, beat = work.keywords["worker_id"], work.keywords["beat"]
        before = len(self.rows)
        self.rows = [each for each in self.rows if (each.id, each.beat) != (worker_id, beat)]
        return len(self.rows) < before


@dataclass
class Watch:
    """A process that looks at a table, by a clock that the test moves."""

    table: Table
    time: float = 0.0

    def __post_init__(self) -> None:
        self.workers = Workers(self.table, LocalBus(), lambda: self.time)  # type: ignore[arg-type]

    async def look(self, seconds: float = 1.0, *beating: str) -> bool:
        """Look after some seconds in which some have beaten; tell whether those who watch are woken."""
        changed = self.workers.changed
        self.time += seconds
        self.table.beat(*beating)
        await self.workers.look()
        return changed.is_set()

    @property
    def lost(self) -> list[str]:
        return [each.worker.id for each in self.workers.lost]


@pytest.fixture
async def watch() -> Watch:
    made = Watch(Table([a_worker("a"), a_worker("b")]))
    await made.look()
    return made


async def test_a_beat_alone_wakes_nobody(watch: Watch) -> None:
    assert not any([await watch.look(1.0, "a", "b") for _ in range(20)])
    watch.table.rows[0] = replace(watch.table.rows[0], running=3)
    assert await watch.look(1.0, "a", "b")


async def test_one_that_misses_beats_is_late_and_told_of_once(watch: Watch) -> None:
    woken = [await watch.look(1.0, "a") for _ in range(5)]
    assert woken == [False, False, True, False, False]
    (since,) = watch.workers.late.values()
    assert abs(datetime.now(UTC) - timedelta(seconds=LATE_SECONDS) - since) < timedelta(seconds=1)
    assert await watch.look(0.5, "a", "b"), "it is back"
    assert (watch.workers.late, watch.lost) == ({}, [])


async def test_one_that_stays_silent_is_lost_and_its_row_goes(watch: Watch) -> None:
    for _ in range(round(SILENT_SECONDS)):
        await watch.look(1.0, "a")
    assert [each.id for each in watch.workers.known] == [each.id for each in watch.table.rows] == ["a"]
    assert (watch.lost, watch.workers.late) == (["b"], {})


async def test_one_that_beats_while_its_lease_is_taken_away_keeps_it(watch: Watch) -> None:
    """Between the look and the taking: what runs there must not be begun elsewhere."""
    watch.table.beating_late = ("b",)
    await watch.look(SILENT_SECONDS, "a")
    assert [each.id for each in watch.workers.known] == ["a", "b"]
    assert watch.lost == []


async def test_one_that_another_process_removes_is_lost_only_if_it_was_late(watch: Watch) -> None:
    await watch.look(2.0, "b")
    watch.table.rows.pop(0)
    await watch.look(0.5, "b")
    assert watch.lost == [], "it left"
    for _ in range(4):
        await watch.look()
    watch.table.rows.clear()
    assert await watch.look(0.5)
    assert watch.lost == ["b"]


async def test_a_look_that_comes_late_finds_the_lost_too(watch: Watch) -> None:
    assert await watch.look(60.0, "a")
    assert watch.lost == ["b"]


async def test_the_lost_are_few_and_forgotten_in_the_end(watch: Watch) -> None:
    watch.table.rows += [a_worker(str(each)) for each in range(LOST_MAX + 3)]
    await watch.look(1.0, "a")
    for _ in range(7):
        await watch.look(1.0, "a")
    assert len(watch.lost) == LOST_MAX
    assert await watch.look(LOST_SECONDS, "a")
    assert watch.lost == []


async def test_who_looks_at_the_change_while_it_is_told_misses_none(watch: Watch) -> None:
    changed = watch.workers.changed
    watch.table.rows.pop()
    await watch.look(1.0, "a")
    await asyncio.wait_for(changed.wait(), 1)
    assert not watch.workers.changed.is_set()


def elected(rows: Iterable[Worker], watch: Watch, *, to_prune: bool = False) -> list[str]:
    """Return which of these processes take themselves for the leader, all of them having looked at the same moment.

    Args:
        rows: The processes.
        watch: What they have seen.
        to_prune: Whether that is asked of who prunes instead.
    """
    seen = []
    for each in rows:
        watch.workers._own_id = each.id
        seen += [each.id] * (watch.workers.prunes if to_prune else watch.workers.is_leader)
    return seen


async def test_one_of_the_processes_leads_and_another_once_it_goes_or_is_not_heard() -> None:
    """The first that executes: one that only serves does so if there is no other."""
    rows = [
        a_worker("web", role=Role.WEB),
        a_worker("second", started_at=BEGAN + timedelta(seconds=2)),
        a_worker("first", started_at=BEGAN + timedelta(seconds=1)),
    ]
    watch = Watch(Table(rows))
    assert elected(rows, watch) == [], "nobody has looked"
    await watch.look()
    assert elected(rows, watch) == ["first"]
    watch.table.rows[2] = replace(rows[2], status=WorkerStatus.DRAINING)
    await watch.look(1.0, "web", "first", "second")
    assert elected(rows, watch) == ["second"]
    await watch.look(LATE_SECONDS, "web", "first")
    assert elected(rows, watch) == ["web"], "the one that drains may be gone in a moment"
    await watch.look(SILENT_SECONDS, "first")
    assert elected(rows, watch) == ["first"], "better than nobody"


async def test_a_worker_takes_no_old_execution_away_however_long_it_is_there() -> None:
    """How much is kept is said where pages are served; a worker may have been started without it."""
    rows = [
        a_worker("worker", role=Role.WORKER),
        a_worker("web", role=Role.WEB, started_at=BEGAN + timedelta(seconds=1)),
        a_worker("all", role=Role.ALL, started_at=BEGAN + timedelta(seconds=2)),
    ]
    watch = Watch(Table(rows))
    await watch.look()
    assert elected(rows, watch, to_prune=True) == ["web"]
    await watch.look(LATE_SECONDS, "worker", "all")
    assert elected(rows, watch, to_prune=True) == ["all"]
    watch.table.rows[1:] = []
    await watch.look()
    assert elected(rows, watch, to_prune=True) == []


async def test_a_limit_is_the_lowest_that_any_process_sets(watch: Watch) -> None:
    watch.table.rows = [
        a_worker("a", provider_limits={"anthropic/k": (50, None), "openai/k": (None, 9)}),
        a_worker("b", provider_limits={"anthropic/k": (70, 4000)}),
        a_worker("c"),
    ]
    await watch.look()
    found = [watch.workers.limit_of(each) for each in ("anthropic/k", "openai/k", "anthropic/other")]
    assert found == [RateLimit(50, 4000), RateLimit(None, 9), RateLimit()]

"""Schedules of the engine itself: real DBOS, every second, which is more often than a person may ask for."""

import asyncio
from collections import Counter
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from execution_hub.engine.durable import DurableEngine
from execution_hub.engine.port import Due, Steps
from tests.support.hub import eventually

EVERY_SECOND = "* * * * * *"


async def nothing(_execution_id: int, _segment: int, _steps: Steps) -> bool:
    """Run a job."""
    return True


async def opened(file: Path, due: Due, hub_uuid: str = "one") -> DurableEngine:
    """Return a started engine on a database."""
    engine = DurableEngine(make_url(f"sqlite:///{file}"), hub_uuid)
    await engine.open(1)
    await engine.start(nothing, 1, due)
    return engine


async def test_a_time_is_served_once_and_one_that_was_not_by_the_next_boot(tmp_path: Path) -> None:
    """Once: what an engine did not get done before it stopped comes again, nothing else does."""
    begun: Counter[tuple[str, datetime]] = Counter()
    served: Counter[tuple[str, datetime]] = Counter()

    async def hang(name: str, at: datetime) -> None:
        begun[name, at] += 1
        await asyncio.sleep(3600)

    async def serve(name: str, at: datetime) -> None:
        served[name, at] += 1

    first = await opened(tmp_path / "engine.sqlite3", hang)
    await first.keep_schedules({"suite-1": EVERY_SECOND})

    async def has_begun() -> bool:
        return bool(begun)

    await eventually(has_begun)
    await first.stop()
    left = set(begun)

    second = await opened(tmp_path / "engine.sqlite3", serve)

    async def goes_on() -> bool:
        return left <= served.keys() and len(served) >= len(left) + 2

    await eventually(goes_on)
    await second.stop()
    assert {name for name, _ in served} == {"suite-1"} and set(served.values()) == {1}


async def test_an_engine_serves_its_own_hub_s_schedules_and_those_it_is_to_have(tmp_path: Path) -> None:
    """A database that was another hub's before has that one's, until they are taken away."""
    served: list[str] = []

    async def serve(name: str, _at: datetime) -> None:
        served.append(name)

    other = await opened(tmp_path / "engine.sqlite3", serve, "other")
    await other.keep_schedules({"other": EVERY_SECOND})
    await other.stop()
    served.clear()

    engine = await opened(tmp_path / "engine.sqlite3", serve)
    await engine.keep_schedules({"gone": "0 3 * * *", "stays": "0 4 * * *"})
    await engine.keep_schedules({"stays": EVERY_SECOND, "new": EVERY_SECOND})
    assert {each["schedule_name"] for each in engine._ready().list_schedules()} == {"one-stays", "one-new"}

    async def both() -> bool:
        return {"stays", "new"} <= set(served)

    await eventually(both)
    await engine.keep_schedules({})
    assert engine._ready().list_schedules() == []
    await engine.stop()
    assert set(served) == {"stays", "new"}

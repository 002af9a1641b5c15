"""A million executions, on SQLite and on PostgreSQL: what an idle hub needs, and how fast each list comes."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import httpx

from bench import process
from bench.figures import Figure
from execution_hub.domain.status import Status
from execution_hub.store.migrate import migrate
from tests.support.history import RARE_AGENT, History, fill
from tests.support.postgres import OwnPostgres
from tests.support.server import HubProcess

Words = dict[str, str | int]
ROWS = 1_000_000
# About what an answer has; the database then takes 2 to 3 GB.
OUTPUT_CHARS = 1_100
SECONDS_APART = 60
FEW = 100
CALLS = 40
IDLE_GOAL = 5.0
LIST_GOAL_MS = 10.0
# The first page of a long history may take so much of the time of a short one, and a millisecond.
FIRST_FACTOR = 1.5
KEEPS_ALL = {"HUB_RETENTION_DAYS": "0", "HUB_RETENTION_MAX": "0"}


def measure(folder: Path, rows: int = ROWS) -> list[Figure]:
    """Measure both databases; what they hold is removed."""
    figures = _measure_one("SQLite", folder, rows, None)
    own = OwnPostgres()
    try:
        return figures + _measure_one("PostgreSQL", folder, rows, own)
    finally:
        own.close()


def _measure_one(name: str, folder: Path, rows: int, own: OwnPostgres | None) -> list[Figure]:
    with _hub(folder / f"{name}-few", FEW, own) as few:
        first_ms = _median_ms(few, {})
    with _hub(folder / f"{name}-many", rows, own) as many:
        figures = [_idle(name, rows, many)]
        many_ms = _median_ms(many, {})
        goal_ms = FIRST_FACTOR * first_ms + 1
        figures.append(
            Figure(
                f"{name}, first page of {rows:,} executions, median; of {FEW}: {first_ms:.1f} ms",
                f"{many_ms:.1f} ms",
                f"{goal_ms:.1f} ms",
                many_ms < goal_ms,
            )
        )
        for words in _filters(rows):
            took = _median_ms(many, words)
            what = ", ".join(f"{key} {value}" for key, value in words.items())
            figures.append(Figure(f"{name}, {what}, median", f"{took:.1f} ms", f"{LIST_GOAL_MS:.0f} ms", took < 10))
    return figures


@contextmanager
def _hub(folder: Path, rows: int, own: OwnPostgres | None) -> Iterator[HubProcess]:
    """Serve a history of so many executions, and remove it."""
    folder.mkdir(parents=True)
    name, settings = f"bench_{rows}", dict(KEEPS_ALL)
    if own is None:
        url = f"sqlite:///{folder / 'hub.sqlite3'}"
    else:
        own.server.execute(f"CREATE DATABASE {name}")
        url = own.server.url(name)
        settings["HUB_DATABASE_URL"] = url.replace("+psycopg", "")
    migrate(url)
    fill(url, History(rows, OUTPUT_CHARS, SECONDS_APART, active=0, deleted=0))
    hub = HubProcess(folder, **settings).start()
    try:
        yield hub
    finally:
        hub.stop()
        for file in folder.iterdir():
            if file.is_file():
                file.unlink()
        if own is not None:
            own.server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _idle(name: str, rows: int, hub: HubProcess) -> Figure:
    # What starting leaves to do is over by then.
    time.sleep(5)
    share = process.idle_share(hub.pid)
    what = f"{name}, processor, idle, {rows:,} executions, over {process.IDLE_SECONDS} s"
    return Figure(what, f"{share:.1f} % of a core", f"{IDLE_GOAL:.0f} %", share <= IDLE_GOAL)


def _filters(rows: int) -> list[Words]:
    """Return every filter, and two at once."""
    old = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - SECONDS_APART * rows / 2))
    older = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - SECONDS_APART * rows / 2 - 86_400))
    alone: list[Words] = [
        *(dict[str, str | int](status=each.value) for each in Status),
        {"type": "agent_test"},
        {"type": "workflow"},
        {"agent_id": 3},
        {"agent_id": RARE_AGENT},
        {"workflow_id": 3},
        {"task_id": 2},
        {"since": old},
        {"until": old},
        {"since": older, "until": old},
    ]
    both: list[Words] = [
        {"status": "running", "type": "workflow"},
        {"status": "failed", "agent_id": 3},
        {"status": "cancelled", "workflow_id": 3},
        {"type": "agent_test", "agent_id": 3},
        {"type": "workflow", "agent_id": 3},
        {"status": "running", "until": old},
        {"agent_id": 3, "until": old},
        {"agent_id": 3, "workflow_id": 3},
    ]
    return alone + both


def _median_ms(hub: HubProcess, words: Words) -> float:
    took = []
    with httpx.Client(base_url=hub.url, timeout=60) as client:
        for _ in range(CALLS):
            began = time.perf_counter()
            client.get(f"/api/executions?{urlencode(words)}").raise_for_status()
            took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)

"""What a suite adds to the executions it is made of, and how late its news are.

`python -m bench suites` measures this alone. The model is a process of its own and answers at once; the hub and who
watches it are in this one, so that the processor's time is the hub's.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

from bench.acting_model import MODEL, ModelProcess
from bench.figures import Figure, quantile
from bench.sockets import SocketClients
from execution_hub.api.app import create_api
from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.clock import from_wire
from execution_hub.domain.difference import differences
from execution_hub.domain.suite import SuiteDraft
from execution_hub.domain.target import Target
from execution_hub.heap import FrozenHeap
from execution_hub.hub.hub import Hub
from execution_hub.hub.run_comparisons import Pair
from execution_hub.pool import WorkPool
from execution_hub.runners.agent_test import AgentTest
from execution_hub.runners.suite_run import SuiteRun
from tests.support.api import Api, served
from tests.support.hub import make_settings
from tests.support.server import HubProcess

CASES, AT_ONCE = 1_000, 50
# As many as a suite has under way: see runners/suite_runner.py.
AHEAD = AT_ONCE + AT_ONCE // 2
COST_GOAL_MS, LAG_GOAL_MS, LATE_GOAL_MS, COMPARE_GOAL_MS, DIFF_GOAL_MS = 15, 100, 100, 1_000, 300
DIFF_CHARS = 100_000
INPUT = json.dumps({"turns": 0, "tool": "", "argument": ""})
SETTLE_SECONDS, END_SECONDS = 1.0, 300
CHECKS = [
    {"type": "contains", "value": "done"},
    {"type": "max_chars", "value": 100},
    {"type": "max_seconds", "value": 60},
]


def measure(folder: Path) -> list[Figure]:
    """Measure all of it; the hub is its own."""
    with ModelProcess() as model:
        settings = make_settings(folder / "data", HUB_MAX_CONCURRENCY=AT_ONCE, **model.settings)
        return [*asyncio.run(_measure(settings)), *_page(folder / "page", model), asyncio.run(_diff())]


async def _measure(settings: Any) -> list[Figure]:
    hub = await Hub.open(settings)
    try:
        async with served(hub, create_api()) as api:
            agent = await hub.agents.create(AgentDraft("Bench", model=MODEL))
            await _plain(hub, agent.id, AT_ONCE)  # loads what is loaded once
            FrozenHeap()
            async with _measured() as plain:
                await _plain(hub, agent.id, CASES)
            suite = await hub.suites.create(SuiteDraft("Bench", targets=(Target(agent.id),), cases=_cases()))
            first, of_suite, _ = await _run(api, suite.id)
            second, _, late = await _run(api, suite.id)
            return [*_costs(plain, of_suite), _late(late), *await _compared(hub, suite.id, first, second)]
    finally:
        await hub.close()


def _cases() -> Any:
    return [{"name": f"{number}", "input": INPUT, "checks": CHECKS} for number in range(CASES)]


class _Took:
    """What something took: seconds of the clock, seconds of the processor, how late the loop was each time, in ms."""

    def __init__(self) -> None:
        self.seconds, self.cpu_seconds = -time.monotonic(), -time.process_time()
        self.lags: list[float] = []


@asynccontextmanager
async def _measured() -> AsyncIterator[_Took]:
    took = _Took()

    async def look() -> None:
        while True:
            due = time.monotonic() + 0.02
            await asyncio.sleep(0.02)
            took.lags.append((time.monotonic() - due) * 1_000)

    looking = asyncio.create_task(look())
    yield took
    looking.cancel()
    took.seconds += time.monotonic()
    took.cpu_seconds += time.process_time()


async def _plain(hub: Hub, agent_id: int, count: int) -> None:
    """Start as many executions as a suite would, as many ahead as it does, without one."""
    for _ in range(count):
        await _until_open(hub, AHEAD - 1)
        await hub.executions.start(AgentTest(agent_id, INPUT))
    await _until_open(hub, 0)


async def _until_open(hub: Hub, most: int) -> None:
    while len(hub.queue.numbers()) + (await hub.queue.facts())["running"] > most:  # noqa: ASYNC110 - the feed fills it
        await asyncio.sleep(0.02)


async def _run(api: Api, suite_id: int) -> tuple[int, _Took, list[float]]:
    """Run a suite, watched; return its execution, what it took, and how late each outcome came, in milliseconds."""
    late: list[float] = []
    async with _measured() as took:
        run = await api.hub.executions.start(SuiteRun(suite_id))
        after, is_over = 0, False
        while not is_over:
            _, page = await api.call("GET", f"/api/executions/{run.id}/events?after={after}&wait=10")
            now = time.time()
            for event in page["events"]:
                after = event["seq"]
                is_over = event["kind"] == "status" and event["data"]["status"] == "succeeded"
                if event["kind"] == "result":
                    late.append((now - from_wire(event["created_at"]).timestamp()) * 1_000)
    assert len(late) == CASES
    return run.id, took, late


def _costs(plain: _Took, of_suite: _Took) -> list[Figure]:
    cpu, wall = (
        1_000 * (getattr(of_suite, name) - getattr(plain, name)) / CASES for name in ("cpu_seconds", "seconds")
    )
    lag = quantile(of_suite.lags, 0.99)
    name = f"a suite of {CASES} cases, {AT_ONCE} at once"
    whole = f"{of_suite.seconds:.1f} s, {of_suite.cpu_seconds:.1f} s of the processor; without {plain.seconds:.1f} s, "
    return [
        Figure(
            f"{name}: over the same executions without it, a case",
            f"{wall:.1f} ms",
            f"{COST_GOAL_MS} ms",
            wall < COST_GOAL_MS,
        ),
        Figure(f"{name}: of the processor, a case", f"{cpu:.1f} ms", f"{COST_GOAL_MS} ms", cpu < COST_GOAL_MS),
        Figure(f"{name}: the web loop's lag, p99", f"{lag:.1f} ms", f"{LAG_GOAL_MS} ms", lag < LAG_GOAL_MS),
        Figure(f"{name}: all ended", f"{whole}{plain.cpu_seconds:.1f} s", "-", True),
    ]


def _cost(name: str, cost_ms: float) -> Figure:
    return Figure(name, f"{cost_ms:.1f} ms", f"{COST_GOAL_MS} ms", cost_ms < COST_GOAL_MS)


def _late(late: list[float]) -> Figure:
    p50, p99 = quantile(late, 0.5), quantile(late, 0.99)
    said = f"p50 {p50:.0f}, p99 {p99:.0f} ms of {len(late)}"
    return Figure(
        "an outcome, from its commit to who watches the run", said, f"p99 {LATE_GOAL_MS} ms", p99 < LATE_GOAL_MS
    )


async def _compared(hub: Hub, suite_id: int, first: int, second: int) -> list[Figure]:
    began = time.monotonic()
    await hub.suites.compare_text(Pair(suite_id, first, second))
    took = (time.monotonic() - began) * 1_000
    name = f"two runs of {CASES} cases, compared"
    return [Figure(name, f"{took:.0f} ms", f"{COMPARE_GOAL_MS} ms", took < COMPARE_GOAL_MS)]


def _page(folder: Path, model: ModelProcess) -> list[Figure]:
    """Measure how far a run's page is behind it: from the commit of an outcome to the page's socket."""
    if find_spec("execution_hub.ui.matrix") is None:
        return []
    hub = HubProcess(folder, **model.settings, HUB_MAX_CONCURRENCY=str(AT_ONCE)).start()
    try:
        agent = hub.call("POST", "/api/agents", {"name": "Bench", "model": MODEL})[1]
        about = {"name": "Bench", "targets": [{"agent_id": agent["id"]}], "cases": _cases()}
        suite = hub.call("POST", "/api/suites", about)[1]
        hub.call("POST", "/api/queue/pause", {})
        run = hub.call("POST", f"/api/suites/{suite['id']}/run")[1]
        with SocketClients(hub.port, [f"/executions/{run['id']}"], outcomes=True) as clients:
            hub.call("POST", "/api/queue/resume", {})
            hub.ended(run["id"], END_SECONDS)
            time.sleep(SETTLE_SECONDS)
            (noted,) = clients.notes()
        committed = list(_committed(hub, run["id"]))
    finally:
        hub.stop()
    late = [noted.seen[str(number)] - at for number, at in enumerate(committed, 1)]
    p50, p99 = quantile(late, 0.5), quantile(late, 0.99)
    sent = f"{noted.messages} messages, {noted.received_bytes / 1_000:.0f} kB"
    said = f"p50 {p50:.0f}, p99 {p99:.0f} ms of {len(late)}; {sent}"
    name = f"the matrix of {CASES} cells on its page: how far behind"
    return [Figure(name, said, f"p99 {LATE_GOAL_MS} ms", p99 < LATE_GOAL_MS)]


def _committed(hub: HubProcess, run_id: int) -> Iterator[float]:
    """Yield when each outcome was written, in milliseconds since 1970, in their order."""
    after = 0
    while events := hub.call("GET", f"/api/executions/{run_id}/events?after={after}")[1]["events"]:
        after = events[-1]["seq"]
        yield from (from_wire(each["created_at"]).timestamp() * 1_000 for each in events if each["kind"] == "result")


async def _diff() -> Figure:
    """Measure where two long texts differ, told word by word, as a page asks for it."""
    chance = Random(7)
    words = [f"word{chance.randrange(2_000)}" for _ in range(DIFF_CHARS // 8)]
    other = [f"other{place}" if chance.random() < 0.02 else word for place, word in enumerate(words)]
    pool = WorkPool()
    try:
        await pool.run(differences, "a", "b")  # starts its process
        began = time.monotonic()
        await pool.run(differences, " ".join(words), " ".join(other))
        took = (time.monotonic() - began) * 1_000
    finally:
        pool.close()
    name = f"two texts of {DIFF_CHARS // 1_000} kB, word by word"
    return Figure(name, f"{took:.0f} ms", f"{DIFF_GOAL_MS} ms", took < DIFF_GOAL_MS)

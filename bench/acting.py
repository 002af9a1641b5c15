"""What agents that act cost: a turn, a call, a hundred of them at once, a long transcript, a server of tools.

`python -m bench acting` measures this alone. The model is a process of its own and answers at once.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil

from bench import tool_server
from bench.acting_model import MODEL, ModelProcess, asking
from bench.figures import Figure, quantile
from bench.sockets import Noted, SocketClients
from bench.transcript import measure_transcript
from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.clock import from_wire
from execution_hub.domain.tool_choice import AUTO, ToolChoice
from execution_hub.heap import FrozenHeap
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from tests.support.hub import make_settings
from tests.support.postgres import OwnPostgres
from tests.support.server import HubProcess, poll

TURNS = 60
CROWD, CROWD_TURNS = 100, 20
SERVERS = 5
COST_GOAL_MS, LAG_GOAL_MS, MEMORY_GOAL_MB = 20, 50, 5
SETTLE_SECONDS = 2.0
CALCULATE = ("hub", "calculate", "expression")
SAY = ("bench0", "say_0", "text")

Row = dict[str, Any]


def measure(folder: Path) -> list[Figure]:
    """Measure all of it; starts hubs of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    with ModelProcess() as model:
        figures = [*_cost("SQLite", folder / "cost", model), *_crowd("SQLite", model)]
        postgres = OwnPostgres()
        try:
            for name in ("cost", "crowd"):
                postgres.server.execute(f"CREATE DATABASE {name}")
            urls = [postgres.server.url(name).replace("+psycopg", "") for name in ("cost", "crowd")]
            figures += _cost("PostgreSQL", folder / "cost-postgres", model, HUB_DATABASE_URL=urls[0])
            figures += _crowd("PostgreSQL", model, HUB_DATABASE_URL=urls[1])
        finally:
            postgres.close()
        figures.append(_watched(folder / "watched", model))
    return [*figures, *measure_transcript(folder / "transcript"), *_memory(folder)]


# A turn and a call


def _cost(name: str, folder: Path, model: ModelProcess, **settings: str) -> list[Figure]:
    """Measure one agent that acts alone, with a built-in tool and with one of a server over stdio."""
    file = tool_server.write_file(folder.with_suffix(".json"), 1)
    hub = HubProcess(folder, **model.settings, **settings, HUB_MCP_FILE=str(file)).start()
    try:
        _until_ready(hub)
        turns, built_in = _act(hub, model, CALCULATE)
        more_turns, over_stdio = _act(hub, model, SAY)
    finally:
        hub.stop()
    return [
        _cost_figure(f"a turn of an agent, over its model's own time, {name}", turns + more_turns),
        _cost_figure(f"a call of a built-in tool, {name}", built_in),
        _cost_figure(f"a call of a tool server over stdio, its own time among it, {name}", over_stdio),
    ]


def _act(hub: HubProcess, model: ModelProcess, tool: tuple[str, str, str]) -> tuple[list[float], list[float]]:
    """Return what each turn and each call cost, in milliseconds."""
    agent_id = _agent(hub, tool)
    _run(hub, agent_id, tool, 3)  # loads what is loaded once
    model.took_ms()
    rows = _run(hub, agent_id, tool, TURNS)
    took = model.took_ms()
    turns = [each for each in rows if each["kind"] == "turn"]
    calls = [each for each in rows if each["kind"] == "tool"]
    assert len(calls) == TURNS
    assert len(took) == TURNS + 1
    # From where a turn begins to where its call does, and from there to where the next turn does.
    of_turns = [_ms(turn, call) - own for turn, call, own in zip(turns, calls, took, strict=False)]
    of_calls = [_ms(call, turn) for call, (_, turn) in zip(calls, pairwise(turns), strict=True)]
    return of_turns, of_calls


def _cost_figure(name: str, costs: Sequence[float]) -> Figure:
    mean = sum(costs) / len(costs)
    text = f"{mean:.1f} ms; p50 {quantile(costs, 0.5):.0f}, p95 {quantile(costs, 0.95):.0f} ms of {len(costs)}"
    return Figure(name, text, f"{COST_GOAL_MS} ms", mean < COST_GOAL_MS)


def _ms(one: Row, other: Row) -> float:
    return (from_wire(other["started_at"]) - from_wire(one["started_at"])).total_seconds() * 1_000


def _agent(hub: HubProcess, tool: tuple[str, str, str], turns: int = TURNS) -> int:
    tools = [{"server": tool[0], "tool": tool[1], "approval": "auto"}]
    limits = {"max_turns": turns + 1, "max_tool_calls": turns}
    status, agent = hub.call("POST", "/api/agents", {"name": tool[1], "model": MODEL, "tools": tools, **limits})
    assert status == 201, agent
    return int(agent["id"])


def _run(hub: HubProcess, agent_id: int, tool: tuple[str, str, str], turns: int) -> list[Row]:
    execution_id = hub.start_test(asking(turns, f"{tool[0]}__{tool[1]}", tool[2]), agent_id)
    # Seldom: asking takes the hub's time as well.
    found = poll(lambda: _ended(hub, execution_id), seconds=120, pause=0.5)
    assert found["status"] == "succeeded", found["error"]
    rows: list[Row] = hub.call("GET", f"/api/executions/{execution_id}/calls")[1]["items"]
    return rows


def _ended(hub: HubProcess, execution_id: int) -> Row | None:
    found = hub.execution(execution_id)
    return found if found["finished_at"] else None


def _until_ready(hub: HubProcess) -> None:
    poll(lambda: all(each["status"] == "ready" for each in hub.call("GET", "/api/tools")[1]["items"]), 60)


# Many at once


def _crowd(name: str, model: ModelProcess, **settings: str) -> list[Figure]:
    lag, seconds, cpu = asyncio.run(_run_crowd(model, settings))
    many = f"{CROWD} agents at once, {CROWD_TURNS} turns each with a call, {name}"
    return [
        Figure(f"{many}: web loop's lag, p99", f"{lag:.1f} ms", f"{LAG_GOAL_MS} ms", lag < LAG_GOAL_MS),
        Figure(f"{many}: all ended, processor of the hub", f"{seconds:.1f} s, {cpu:.1f} s", "-", True),
    ]


async def _end_one(hub: Hub, start: AgentTest) -> None:
    first = (await hub.executions.start(start)).id
    while not (await hub.history.get(first)).is_finished:  # noqa: ASYNC110 - a bench
        await asyncio.sleep(0.1)


async def _run_crowd(model: ModelProcess, settings: dict[str, str]) -> tuple[float, float, float]:
    lags: list[float] = []

    async def measure_lag() -> None:
        while True:
            due = time.monotonic() + 0.02
            await asyncio.sleep(0.02)
            lags.append((time.monotonic() - due) * 1_000)

    with tempfile.TemporaryDirectory() as folder:
        hub = await Hub.open(
            make_settings(Path(folder) / "data", HUB_MAX_CONCURRENCY=CROWD, **model.settings, **settings)
        )
        try:
            server, tool, argument = CALCULATE
            agent = await hub.agents.create(
                AgentDraft("Crowd", model=MODEL, tools=(ToolChoice(server, tool, AUTO),), max_turns=CROWD_TURNS + 1)
            )
            text = asking(CROWD_TURNS, f"{server}__{tool}", argument)
            await _end_one(hub, AgentTest(agent.id, text))
            # What one has loaded, a served hub freezes within five seconds: see execution_hub/heap.py.
            FrozenHeap()
            cpu_before, began = time.process_time(), time.monotonic()
            measuring = asyncio.create_task(measure_lag())
            for _ in range(CROWD):
                await hub.executions.start(AgentTest(agent.id, text))
            while hub.queue.numbers() or (await hub.queue.facts())["running"]:  # noqa: ASYNC110 - the feed fills it
                await asyncio.sleep(0.05)
            measuring.cancel()
            return quantile(lags, 0.99), time.monotonic() - began, time.process_time() - cpu_before
        finally:
            await hub.close()


def _watched(folder: Path, model: ModelProcess) -> Figure:
    """Measure a page that watches one of many agents: how far behind it is, and what it is sent."""
    hub = HubProcess(folder, **model.settings, HUB_MAX_CONCURRENCY=str(CROWD)).start()
    try:
        agent_id = _agent(hub, CALCULATE, CROWD_TURNS)
        hub.call("POST", "/api/queue/pause", {})
        text = asking(CROWD_TURNS, f"{CALCULATE[0]}__{CALCULATE[1]}", CALCULATE[2])
        ids = [hub.start_test(text, agent_id) for _ in range(CROWD)]
        with SocketClients(hub.port, [f"/executions/{ids[0]}"], words=True) as clients:
            hub.call("POST", "/api/queue/resume", {})
            for each in ids:
                hub.ended(each, 300)
            time.sleep(SETTLE_SECONDS)
            (noted,) = clients.notes()
        delays = list(_delays(hub, ids[0], noted))
    finally:
        hub.stop()
    said = f"p50 {quantile(delays, 0.5):.0f}, at most {max(delays):.0f} ms of {len(delays)} turns; "
    sent = f"{noted.messages} messages, {noted.received_bytes / 1_000:.0f} kB"
    return Figure(f"a page that watches one of {CROWD} agents at once: how far behind", said + sent, "-", True)


def _delays(hub: HubProcess, execution_id: int, noted: Noted) -> Iterator[float]:
    """Yield how long each turn's text took from its commit to the page."""
    events = hub.call("GET", f"/api/executions/{execution_id}/events")[1]["events"]
    for event in events:
        for word in event["data"]["text"].split() if event["kind"] == "text" else ():
            if word.startswith("w"):
                yield noted.seen[word[1:]] - from_wire(event["created_at"]).timestamp() * 1_000


# Servers of tools


def _memory(folder: Path) -> list[Figure]:
    """Measure how much more memory a hub has with servers that are ready than without."""
    (without, _), (with_one, _), (with_many, servers) = (_resident(folder, count) for count in (0, 1, SERVERS))
    each = (with_many - with_one) / (SERVERS - 1)
    first = f"the first {with_one - without:.1f} MB, which loads MCP"
    text = f"{each:.1f} MB; {first}; its own process {servers / SERVERS:.0f} MB"
    name = f"memory of the hub for one more tool server of {tool_server.TOOLS} tools"
    return [Figure(name, text, f"{MEMORY_GOAL_MB} MB", each < MEMORY_GOAL_MB)]


def _resident(folder: Path, count: int) -> tuple[float, float]:
    """Return the resident memory of a hub with so many servers, and of the servers, in MB.

    Without the processes of its work pool: it has two at most, whatever they are needed for first.
    """
    with _hub_with(folder / f"servers-{count}", count) as hub:
        _until_ready(hub)
        time.sleep(SETTLE_SECONDS)
        root = psutil.Process(hub.pid)
        processes = [root, *root.children(recursive=True)]
        servers = [each for each in processes if tool_server.__name__ in each.cmdline()]
        assert len(servers) == count
        hubs = [each for each in processes if each not in servers and "execution_hub.pool" not in each.cmdline()[-1]]
        return _mb(hubs), _mb(servers)


@contextmanager
def _hub_with(folder: Path, count: int) -> Iterator[HubProcess]:
    file = tool_server.write_file(folder.with_suffix(".json"), count)
    hub = HubProcess(folder, HUB_MCP_FILE=str(file)).start()
    try:
        yield hub
    finally:
        hub.stop()


def _mb(processes: Sequence[psutil.Process]) -> float:
    return float(sum(each.memory_info().rss for each in processes)) / 1_000_000

"""How fast a stop bites, how fast a restart resumes, how many executions a hub carries."""

import asyncio
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from bench.figures import Figure, quantile
from execution_hub.domain.execution import NewExecution
from execution_hub.domain.status import Status
from execution_hub.hub.hub import Hub
from execution_hub.runners import registry
from execution_hub.runners.port import ExecutionType, Outcome, RunContext, Start
from execution_hub.store.database import Connection
from tests.support import messages_replies as replies
from tests.support.hub import make_settings
from tests.support.messages_server import MessagesServer
from tests.support.postgres import OwnPostgres
from tests.support.server import HubProcess, poll

STOPS = 100
TRIVIAL = 4_000
CROWD = 300
CROWD_SECONDS = 30
# Below the limit of pending executions, so that the bench is never refused.
IN_FLIGHT = 800
# Callers at once: few would be measured for how long they wait for their answers.
SUBMITTERS = 64


def measure(folder: Path) -> list[Figure]:
    """Measure all of it; starts hubs of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = [*_stops(folder / "stops"), _restart(folder / "restart")]
    figures += _throughput("SQLite", None, 150)
    postgres = OwnPostgres()
    try:
        postgres.server.execute("CREATE DATABASE throughput")
        url = postgres.server.url("throughput").replace("+psycopg", "")
        figures += _throughput("PostgreSQL", url, 200)
    finally:
        postgres.close()
    figures += _crowd()
    return figures


def _stops(folder: Path) -> list[Figure]:
    with MessagesServer(default=lambda call: replies.default_reply(call, delay=0.05)) as server:
        hub = HubProcess(folder, ANTHROPIC_API_KEY="test-key-not-secret", ANTHROPIC_BASE_URL=server.url).start()
        try:
            claude = hub.agent_id("claude-sonnet-5-5")
            took = [stop_one(hub, server, claude, index) for index in range(STOPS)]
        finally:
            hub.stop()
    p50, p99 = quantile(took, 0.5), quantile(took, 0.99)
    return [
        Figure(f"stop to closed connection, p50 of {len(took)}", f"{p50:.1f} ms", "-", True),
        Figure("stop to closed connection, p99", f"{p99:.1f} ms", "50 ms", p99 < 50),
    ]


def stop_one(hub: HubProcess, server: MessagesServer, agent_id: int, index: int) -> float:
    """Stop an execution that writes; return after how many milliseconds the model's connection was closed."""
    execution_id = hub.start_test(f"stop me {index} " * 20, agent_id)
    poll(lambda: hub.execution(execution_id)["progress"]["phase"] == "writing", pause=0.01)
    call = server.calls[-1]
    clicked = time.monotonic()
    hub.call("POST", f"/api/executions/{execution_id}/cancel")
    poll(lambda: call.closed_by_client is not None, pause=0.001)
    hub.ended(execution_id)
    assert call.closed_by_client is not None, "polled for"
    return (call.closed_by_client - clicked) * 1000


def _restart(folder: Path) -> Figure:
    with MessagesServer(default=lambda call: replies.default_reply(call, delay=0.2)) as server:
        hub = HubProcess(folder, ANTHROPIC_API_KEY="test-key-not-secret", ANTHROPIC_BASE_URL=server.url).start()
        try:
            claude = hub.agent_id("claude-sonnet-5-5")
            ids = [hub.start_test(f"go on {index} " * 20, claude) for index in range(10)]
            poll(lambda: all(hub.execution(each)["progress"]["phase"] == "writing" for each in ids))
            hub.kill()
            hub.start()
            served = time.monotonic()
            poll(lambda: all(hub.execution(each)["attempt"] == 2 for each in ids), pause=0.01)
            took = time.monotonic() - served
        finally:
            hub.kill()
    return Figure("restart to all 10 resumed, after it serves", f"{took:.2f} s", "2 s", took < 2)


@dataclass(frozen=True, slots=True)
class Trivial(Start):
    """One of many that do next to nothing."""

    execution_type: ClassVar[str] = "trivial"

    index: int

    def prepare(self, _connection: Connection) -> NewExecution:
        """See Start."""
        return NewExecution(self.execution_type, self.execution_type, "go", {})


@dataclass(frozen=True, slots=True)
class _Crowd(Trivial):
    """One of many that run for long."""

    execution_type: ClassVar[str] = "crowd"


class TrivialRunner(ExecutionType):
    """Does nothing: what is measured is what a hub does around it."""

    start, one, many = Trivial, "trivial", "trivial"

    async def run(self, context: RunContext) -> Outcome:
        """See ExecutionType."""
        return Outcome("done")


class _OneStepRunner(ExecutionType):
    """Does one durable step, as an agent test does."""

    start, one, many = Trivial, "trivial", "trivial"

    async def run(self, context: RunContext) -> Outcome:
        async def work() -> str:
            return "done"

        return Outcome(await context.durable.reserve().run("work", work))


class _PatientRunner(ExecutionType):
    """Does durable steps of a second each, as a run that waits for its models."""

    start, one, many = _Crowd, "crowd", "crowd"

    async def run(self, context: RunContext) -> Outcome:
        async def work() -> str:
            await asyncio.sleep(1)
            return "done"

        for _ in range(CROWD_SECONDS):
            await context.durable.reserve().run("work", work)
        return Outcome("done")


class _StreamingRunner(ExecutionType):
    """Streams ten pieces of text a second."""

    start, one, many = _Crowd, "crowd", "crowd"

    async def run(self, context: RunContext) -> Outcome:
        async def work() -> str:
            for _ in range(10 * CROWD_SECONDS):
                await asyncio.sleep(0.1)
                context.journal.text("word ")
            return "done"

        return Outcome(await context.durable.reserve().run("work", work))


def _throughput(name: str, url: str | None, goal: int) -> list[Figure]:
    trivial, one_step = (
        asyncio.run(_with_hub(run_trivial, runner, 100, url)) for runner in (TrivialRunner(), _OneStepRunner())
    )
    return [
        Figure(f"trivial executions, 100 at once, {name}", f"{trivial:.0f}/s", f"{goal}/s", trivial >= goal),
        Figure("the same with one durable step each", f"{one_step:.0f}/s", "-", True),
    ]


def _crowd() -> list[Figure]:
    most, lag = asyncio.run(_with_hub(_run_crowd, _PatientRunner(), CROWD, None))
    name = f"web loop's lag with {most} running, p99"
    busiest, streaming = asyncio.run(_with_hub(_run_crowd, _StreamingRunner(), CROWD, None))
    return [
        Figure(name, f"{lag:.1f} ms", f"50 ms with {CROWD}", lag < 50 and most >= CROWD),
        Figure(f"the same with {busiest} that stream 10 pieces a second each", f"{streaming:.1f} ms", "-", True),
    ]


async def _with_hub(work: Any, runner: Any, at_once: int, url: str | None) -> Any:
    before, registry.TYPES = registry.TYPES, (*registry.TYPES, runner)
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings = {"HUB_MAX_CONCURRENCY": at_once, **({"HUB_DATABASE_URL": url} if url else {})}
            hub = await Hub.open(make_settings(Path(folder) / "data", **settings))
            try:
                return await work(hub)
            finally:
                await hub.close()
    finally:
        registry.TYPES = before


async def run_trivial(hub: Hub, count: int = TRIVIAL) -> float:
    """Start executions that do nothing; return how many a second have ended."""
    started = time.monotonic()

    indices = iter(range(count))
    ended = 0

    async def submit() -> None:
        for index in indices:
            while index - ended > IN_FLIGHT:  # noqa: ASYNC110 - a figure, no event
                await asyncio.sleep(0.01)
            await hub.executions.start(Trivial(index))

    submitting = asyncio.gather(*(submit() for _ in range(SUBMITTERS)))
    async for update in hub.history.watch():
        ended += sum(each.status is Status.SUCCEEDED for each in update.executions)
        if ended >= count:
            break
    await submitting
    return count / (time.monotonic() - started)


async def _run_crowd(hub: Hub) -> tuple[int, float]:
    lags: list[float] = []
    most = 0

    async def measure_lag() -> None:
        nonlocal most
        while True:
            due = time.monotonic() + 0.02
            await asyncio.sleep(0.02)
            running = (await hub.queue.facts())["running"]
            most = max(most, running)
            if running >= CROWD * 0.9:
                lags.append((time.monotonic() - due) * 1000)

    async def submit() -> None:
        for index in range(CROWD):
            await hub.executions.start(_Crowd(index))
        # Of what runs, not of its submission.
        await measure_lag()

    # Beside the watch, which tells only what changes: on a slow machine the first end before the last is submitted.
    submitting = asyncio.create_task(submit())
    ended = 0
    async for update in hub.history.watch():
        ended += sum(each.is_finished for each in update.executions)
        if ended >= CROWD:
            break
    submitting.cancel()
    return most, quantile(lags, 0.99) if lags else float("inf")


if __name__ == "__main__":
    from bench.figures import table

    with tempfile.TemporaryDirectory() as name:
        print(table(measure(Path(name))))

"""What several processes on one PostgreSQL do: throughput beside DBOS alone, take-over, stops, streams, and idling.

`python -m bench cluster` measures this alone. All processes and the server share this machine's cores, so that more
workers are not faster here than its cores allow: what is compared is how far they are behind DBOS with as many.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from dbos import DBOSClient, EnqueueOptions

from bench import streaming
from bench.cluster_worker import QUEUE, READY, WORKFLOW, settings_of
from bench.figures import Figure, quantile
from bench.reliability import TrivialRunner, run_trivial, stop_one
from execution_hub.domain.clock import from_wire
from execution_hub.heap import FrozenHeap
from execution_hub.hub.hub import Hub
from execution_hub.logs import quieten_logs
from execution_hub.runners import registry
from tests.support import messages_replies as replies
from tests.support.cluster import Cluster, WorkerProcess, runs_at, started_by
from tests.support.hub import make_settings
from tests.support.messages_server import MessagesServer
from tests.support.postgres import OwnPostgres, PostgresServer
from tests.support.server import ROOT, HubProcess, poll

WORKERS = (1, 2, 4)
EXECUTIONS = 1_000
# Before those that are measured: what is loaded once is loaded, and tables that are no longer empty can be analyzed.
WARMING = 200
# One after the other, DBOS alone and the hub by turns: within a minute a shared machine may be half as fast.
ROUNDS = 3
# Of what DBOS alone does with as many workers.
SHARE = 0.6
TAKE_OVERS = 3
STOPS = 100
STREAMS = 10
IDLE_SECONDS = 20
# A server counts what a session did some seconds later.
SETTLE_SECONDS = 12
END_SECONDS = 300


def measure(folder: Path) -> list[Figure]:
    """Measure all of it, on a PostgreSQL and processes of its own."""
    postgres = OwnPostgres()
    try:
        figures = [figure for count in WORKERS for figure in _throughput(folder, postgres.server, count)]
        with MessagesServer(default=lambda call: replies.default_reply(call, delay=0.05)) as server:
            provider = {"ANTHROPIC_API_KEY": "bench", "ANTHROPIC_BASE_URL": server.url, "HUB_DRAIN_SECONDS": "0"}
            cluster = Cluster(folder, _database(postgres.server, "cluster"), **provider)
            try:
                return figures + _together(cluster, server)
            finally:
                cluster.close()
    finally:
        postgres.close()


def _database(server: PostgresServer, name: str) -> str:
    server.execute(f"CREATE DATABASE {name}")
    return server.url(name).replace("+psycopg", "")


# Throughput


def _throughput(folder: Path, server: PostgresServer, count: int) -> list[Figure]:
    alone_seconds = our_seconds = 0.0
    for turn in range(ROUNDS):
        with _workers("dbos", _database(server, f"dbos_{count}_{turn}"), count) as url:
            alone_seconds += _run_dbos(url)
        with _workers("hub", _database(server, f"hub_{count}_{turn}"), count) as url:
            our_seconds += asyncio.run(_run_hub(url, folder / f"hub-{count}-{turn}"))
    alone, ours = (ROUNDS * EXECUTIONS / seconds for seconds in (alone_seconds, our_seconds))
    share = ours / alone
    name = f"trivial executions, {count} worker{'s' if count > 1 else ''} and a web process"
    return [
        Figure(f"{name}, PostgreSQL", f"{ours:.0f}/s, {100 * share:.0f} %", f"{100 * SHARE:.0f} %", share >= SHARE),
        Figure("the same, DBOS alone", f"{alone:.0f}/s", "-", True),
    ]


@contextmanager
def _workers(kind: str, url: str, count: int) -> Iterator[str]:
    command = [sys.executable, "-m", "bench.cluster_worker", kind, url]
    pipe = subprocess.PIPE
    started = [subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in range(count)]
    try:
        for each in started:
            assert each.stdout is not None
            while READY not in (line := each.stdout.readline()):
                assert line, "a worker ended before it was ready"
        yield url
    finally:
        for each in started:
            each.communicate("")


def _run_dbos(url: str) -> float:
    """Return how many seconds DBOS alone takes for the executions."""
    client = DBOSClient(system_database_url=url)
    try:
        _time_dbos(client, url, WARMING, WARMING)
        _analyze(url)
        return _time_dbos(client, url, EXECUTIONS, WARMING + EXECUTIONS)
    finally:
        client.destroy()


def _time_dbos(client: DBOSClient, url: str, count: int, ended: int) -> float:
    """Return how many seconds DBOS alone takes for so many, until so many have ended in all."""
    began = time.monotonic()
    for index in range(count):
        options: EnqueueOptions = {"workflow_name": WORKFLOW, "queue_name": QUEUE, "app_version": "1"}
        client.enqueue(options, index)
    asked = "SELECT count(*) = %s FROM dbos.workflow_status WHERE status = 'SUCCESS'"
    with psycopg.connect(url, autocommit=True) as session:
        poll(lambda: session.execute(asked, (ended,)).fetchone() == (True,), END_SECONDS, 0.05)
    return time.monotonic() - began


def _analyze(url: str) -> None:
    """Do at once what a server does by itself within a minute: until then it plans for tables that are empty."""
    with psycopg.connect(url, autocommit=True) as session:
        session.execute("ANALYZE")


async def _run_hub(url: str, folder: Path) -> float:
    """Return how many seconds the hub takes for the executions."""
    quieten_logs()
    before, registry.TYPES = registry.TYPES, (*registry.TYPES, TrivialRunner())
    try:
        hub = await Hub.open(make_settings(folder, **settings_of(url, "web")))
        try:
            async with asyncio.timeout(END_SECONDS):
                await run_trivial(hub, WARMING)
                await asyncio.to_thread(_analyze, url)
                # As a served hub does: see execution_hub/asgi.py.
                FrozenHeap()
                return EXECUTIONS / await run_trivial(hub, EXECUTIONS)
        finally:
            await hub.close()
    finally:
        registry.TYPES = before


# A web process and workers


def _together(cluster: Cluster, server: MessagesServer) -> list[Figure]:
    web = cluster.web()
    by_web = _commits_a_second(cluster)
    workers = [cluster.worker(), cluster.worker()]
    by_workers = (_commits_a_second(cluster) - by_web) / len(workers)
    figures = [
        Figure("idle web process, database transactions a second", f"{by_web:.1f}", "5", by_web < 5),
        Figure("idle worker, database transactions a second", f"{by_workers:.1f}", "20", by_workers < 20),
    ]
    claude = web.agent_id("claude-sonnet-5-5")
    # The first one loads what is loaded once.
    for _ in workers:
        web.ended(web.start_test("Hello", claude))
    stops = [stop_one(web, server, claude, index) for index in range(STOPS)]
    p50, p99 = quantile(stops, 0.5), quantile(stops, 0.99)
    told = f"p50 {p50:.0f}, p99 {p99:.0f} ms of {len(stops)}"
    figures.append(Figure("stop on one process to closed connection on another", told, "p99 150 ms", p99 < 150))
    figures.append(_watched(web, server))
    figures.append(_taken_over(cluster, web, workers, "kill -9", 8))
    figures.append(_taken_over(cluster, web, workers, "SIGTERM, no time to drain", 1))
    return figures


def _commits_a_second(cluster: Cluster) -> float:
    """Return how many transactions all that is connected commits a second, once it has come to rest."""
    asked = "SELECT xact_commit, extract(epoch FROM clock_timestamp()) FROM pg_stat_database WHERE datname = 'cluster'"
    time.sleep(SETTLE_SECONDS)
    with psycopg.connect(cluster.url, autocommit=True) as session:
        before = session.execute(asked).fetchone()
        time.sleep(IDLE_SECONDS)
        after = session.execute(asked).fetchone()
    assert before is not None
    assert after is not None
    return float((after[0] - before[0]) / (float(after[1]) - float(before[1])))


def _watched(web: HubProcess, server: MessagesServer) -> Figure:
    words = [f"w{number} " for number in range(streaming.TOKENS_PER_SECOND * streaming.SECONDS)]
    before = server.default
    server.default = replies.text(words, delay=1 / streaming.TOKENS_PER_SECOND)
    try:
        delays = [each for mine in streaming.delays(web, STREAMS, range(STREAMS)) for each in mine]
    finally:
        server.default = before
    p50, p99 = quantile(delays, 0.5), quantile(delays, 0.99)
    name = f"{STREAMS} streams of {streaming.TOKENS_PER_SECOND} tokens a second, on pages of another process"
    told = f"p50 {p50:.0f}, p99 {p99:.0f}, at most {max(delays):.0f} ms behind"
    return Figure(name, told, "p50 30, p99 100 ms", p50 < 30 and p99 < 100)


def _taken_over(cluster: Cluster, web: HubProcess, workers: list[WorkerProcess], how: str, goal: float) -> Figure:
    took = []
    for _ in range(TAKE_OVERS):
        execution_id = web.start_test("[slow] Hello")
        runs_at(web, execution_id)
        at = next(each for each in workers if runs_at(web, execution_id).endswith(f":{each.pid}"))
        told_at = time.time()
        if "TERM" in how:
            at.stop()
        else:
            at.kill()
        poll(lambda: len(started_by(web, execution_id)) == 2)  # noqa: B023 - called at once
        took.append(_started_at(web, execution_id) - told_at)
        web.call("POST", f"/api/executions/{execution_id}/cancel")
        workers.remove(at)
        workers.append(cluster.worker())
    told = f"{', '.join(f'{each:.1f}' for each in took)} s"
    return Figure(f"{how} to running elsewhere", told, f"{goal} s", max(took) < goal)


def _started_at(web: HubProcess, execution_id: int) -> float:
    """Return when the newest attempt of an execution began, in seconds since 1970."""
    events = web.call("GET", f"/api/executions/{execution_id}/events")[1]["events"]
    return max(from_wire(each["created_at"]).timestamp() for each in events if each["data"].get("status") == "running")

"""Faults of a hub of five processes, and what must not come of them: counted in its database and at its provider."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from sqlalchemy import text

from execution_hub.domain.status import Status
from execution_hub.runners.left import CUT_OFF, HANDED_OVER
from execution_hub.store import executions
from execution_hub.store.database import Database
from tests.support import messages_replies as replies
from tests.support.audit import audit
from tests.support.cluster import Cluster, WorkerProcess, name_of, reasons, runs_at, started_by, workers_of
from tests.support.messages_server import MessagesServer
from tests.support.network import FROM_HUB, BadNetwork
from tests.support.postgres import OwnPostgres
from tests.support.server import HubProcess, poll
from tests.support.workflows import make_workflow, run, waiting

LIMIT = 6
STILL_SECONDS = 3.5
BACKENDS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'faults' AND pid <> pg_backend_pid()"


@dataclass
class Five:
    """Two processes that serve and three that execute, on a PostgreSQL of their own.

    Attributes:
        cluster: All of them.
        postgres: Their database's server.
        database: The database.
        server: The local Messages API.
        webs: Those that serve.
        workers: Those that execute, by the names that logs give them.
        claude: An agent whose model is asked at the local Messages API.
    """

    cluster: Cluster
    postgres: OwnPostgres
    database: Database
    server: MessagesServer
    webs: list[HubProcess]
    workers: dict[str, WorkerProcess]
    claude: int

    def kill(self, name: str) -> None:
        """Kill a worker; another one takes its place."""
        self.workers.pop(name).kill()
        self.workers |= workers_of(self.cluster.worker())

    def revive(self) -> None:
        """Have another worker take the place of each that has ended."""
        for name in [name for name, each in self.workers.items() if each.is_over]:
            del self.workers[name]
            self.workers |= workers_of(self.cluster.worker())

    def beat(self, pid: int) -> int:
        """Return how often a worker has beaten."""
        found = text("SELECT beat FROM workers WHERE pid = :pid")
        return int(self.database.read(lambda connection: connection.execute(found, {"pid": pid}).scalar_one()))

    def has_ended(self, execution_id: int) -> bool:
        """Ask for an execution; while the database is away nobody can tell."""
        status, found = self.webs[0].call("GET", f"/api/executions/{execution_id}")
        assert status in (200, 503), found
        return status == 200 and found["finished_at"] is not None

    def check(self, *ids: int) -> None:
        """Wait until executions have ended; nothing may have gone wrong."""
        for each in ids:
            poll(lambda each=each: self.has_ended(each), 60)  # type: ignore[misc]
        assert audit(self.database, self.server, ids, LIMIT).found() == {}


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Five]:
    """Yield a hub whose processes are all started at one time, on an empty database."""
    postgres = OwnPostgres()
    postgres.server.execute("CREATE DATABASE faults")
    url = postgres.server.url("faults")
    with MessagesServer() as server:
        provider = {"ANTHROPIC_API_KEY": "test-key-not-secret", "ANTHROPIC_BASE_URL": server.url}
        folder: Path = tmp_path_factory.mktemp("five")
        cluster = Cluster(
            folder, url, HUB_MAX_CONCURRENCY=str(LIMIT), HUB_WORKER_CONCURRENCY="2", HUB_DRAIN_SECONDS="0", **provider
        )
        database = Database(url)
        try:
            webs, workers = cluster.together(2, 3)
            body = {"name": "Claude", "model": "claude-sonnet-5-5"}
            claude = int(webs[0].call("POST", "/api/agents", body)[1]["id"])
            yield Five(cluster, postgres, database, server, webs, workers_of(*workers), claude)
        finally:
            cluster.close()
            database.close()
            postgres.close()


def slow(seconds: float) -> Callable[..., Any]:
    """Return a reply that takes about so long a piece."""
    return lambda call: replies.default_reply(call, delay=seconds)


def test_five_first_boots_at_once_are_one_hub(five: Five) -> None:
    for web in five.webs:
        poll(lambda web=web: len(five.cluster.members(web)) == 5)  # type: ignore[misc]
    found = five.webs[1].call("GET", "/api/agents")[1]["items"]
    assert len({each["name"] for each in found}) == len(found), "the samples are there once"


def test_a_worker_that_stands_still_for_three_seconds_goes_on(five: Five) -> None:
    five.server.default = slow(0.2)
    execution_id = five.webs[0].start_test("stands still", five.claude)
    ran_at = runs_at(five.webs[0], execution_id)
    process = psutil.Process(five.workers[ran_at].pid)
    before = five.beat(process.pid)
    poll(lambda: five.beat(process.pid) != before, pause=0.02)
    began = time.monotonic()
    process.suspend()
    time.sleep(3)
    process.resume()
    stood_still = time.monotonic() - began
    five.check(execution_id)
    # On a machine that stands still itself it is more, and others rightly go on with it.
    if stood_still < STILL_SECONDS:
        assert started_by(five.webs[0], execution_id) == [ran_at]
        assert process.is_running()
    five.revive()


def test_a_step_in_the_middle_of_which_its_worker_is_told_to_stop_is_handed_over(five: Five) -> None:
    """It does not fail because its worker let go of the connection to the provider."""
    five.server.default = slow(0.3)
    web = five.webs[0]
    step = {"name": "one", "agent_id": five.claude, "input": "told to stop"}
    execution_id = run(web, make_workflow(web, "One step", step), "x")
    ran_at = runs_at(web, execution_id)
    poll(lambda: any(each.input == "told to stop" for each in five.server.calls))
    assert five.workers.pop(ran_at).stop() == 0
    poll(lambda: len(started_by(web, execution_id)) == 2)
    assert HANDED_OVER in reasons(web, execution_id)
    five.workers |= workers_of(five.cluster.worker())
    five.server.default = slow(0.01)
    five.check(execution_id)


def test_a_workflow_answered_at_another_process_pays_no_recorded_step_again_after_a_kill(five: Five) -> None:
    five.server.default = slow(0.02)
    first, second = five.webs
    steps = [{"name": "top", "agent_id": five.claude, "input": "top of {{ input }}"}]
    steps += [{"name": "gate", "type": "approval", "input": "Go on?", "depends_on": ["top"]}]
    steps += [
        {"name": side, "agent_id": five.claude, "input": f"{side} of {{{{ input }}}}", "depends_on": ["gate"]}
        for side in ("left", "right")
    ]
    steps += [{"name": "bottom", "agent_id": five.claude, "input": "bottom of {{ input }}"}]
    steps[-1]["depends_on"] = ["left", "right"]
    execution_id = run(first, make_workflow(first, "Diamond", *steps), "a diamond")
    waiting(first, execution_id)
    five.server.default = lambda call: replies.default_reply(call, 0.5 if call.input.startswith("right") else 0.01)
    status, answer = second.call("POST", f"/api/executions/{execution_id}/steps/gate/approve", {})
    assert status == 202, answer

    def has_left() -> bool:
        statuses = {each["name"]: each["status"] for each in first.execution(execution_id)["steps"]}
        return bool(statuses["left"] == "succeeded")

    poll(has_left)
    five.kill(runs_at(first, execution_id))
    five.server.default = slow(0.01)
    five.check(execution_id)
    assert first.execution(execution_id)["attempt"] == 2


def test_a_worker_that_the_database_hears_and_that_hears_nothing_ends_itself(five: Five) -> None:
    """Its beats arrive as long as it lives; what it ran goes on elsewhere."""
    five.server.default = slow(0.15)
    web, ids = five.webs[0], list[int]()
    network = BadNetwork(five.postgres.server.port).start()
    try:
        worker = five.cluster.worker(HUB_DATABASE_URL=network.instead_of(five.cluster.url))

        def runs_there() -> bool:
            ids.append(web.start_test(f"unheard {len(ids)}", five.claude))
            return runs_at(web, ids[-1]) == name_of(worker)

        poll(runs_there, 60)
        network.fall_silent(FROM_HUB)
        poll(lambda: worker.is_over)
        five.server.default = slow(0.01)
        five.check(*ids)
        assert len(started_by(web, ids[-1])) == 2
    finally:
        network.stop()


def test_a_suite_s_run_spreads_over_all_workers_and_goes_on_when_one_of_them_is_killed(five: Five) -> None:
    """Together they have as many slots as may run at once: whoever took none would leave two of them empty."""
    five.server.default = slow(0.1)
    web = five.webs[0]
    cases = [{"name": f"c{number}", "input": f"case {number}"} for number in range(16)]
    body = {"name": "S", "targets": [{"agent_id": five.claude}], "cases": cases}
    status, suite = web.call("POST", "/api/suites", body)
    assert status == 201, suite
    status, started = web.call("POST", f"/api/suites/{suite['id']}/run", {})
    assert status == 202, started

    def parts() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = web.call("GET", f"/api/executions?parent_id={started['id']}&limit=100")[1][
            "items"
        ]
        return found

    poll(lambda: {name for each in parts() for name in started_by(web, each["id"])} == set(five.workers))
    poll(lambda: sum(each["status"] == "succeeded" for each in parts()) >= 4)
    # The one that runs the run itself: all that follows is another's.
    five.kill(started_by(web, started["id"])[-1])
    assert web.ended(started["id"], 60)["status"] == "succeeded"
    ids = [each["id"] for each in parts()]
    assert len(ids) == len(cases)
    five.check(*ids)


def test_nothing_is_lost_when_all_connections_are_cut_and_the_server_restarts(five: Five) -> None:
    five.server.default = slow(0.15)
    ids = [five.webs[number % 2].start_test(f"cut {number}", five.claude) for number in range(20)]
    runs_at(five.webs[0], ids[0])
    with five.database._engine.connect() as connection:
        connection.exec_driver_sql(BACKENDS)
    poll(lambda: five.has_ended(ids[3]), 30)
    began = time.monotonic()
    five.postgres.restart()
    # Who has no database for 4 s ends, rightly.
    if time.monotonic() - began < STILL_SECONDS:
        five.check(*ids)
        assert all(not each.is_over for each in five.workers.values())
    five.revive()
    five.check(*ids)
    poll(lambda: len(five.cluster.members(five.webs[0])) == 5)


def test_what_ran_while_the_database_was_away_goes_on_and_nothing_is_held_against_it(five: Five) -> None:
    """All workers end, after 4 s without one; that happens to an innocent as often as its server is moved."""
    five.server.default = slow(0.15)
    web = five.webs[0]
    execution_id = web.start_test("away", five.claude)
    runs_at(web, execution_id)
    five.postgres.restart(seconds_down=6)
    for each in five.workers.values():
        poll(lambda each=each: each.is_over)  # type: ignore[misc]
    # Whoever takes over joins after a web process has taken their leases away: it has never known them.
    poll(lambda: len(five.cluster.members(web)) == 2)
    five.workers = workers_of(five.cluster.worker())
    five.server.default = slow(0.01)
    five.check(execution_id)
    found = five.database.read(lambda connection: executions.get(connection, execution_id))
    assert (found.status, found.crashes, found.attempt) == (Status.SUCCEEDED, 0, 2)
    assert reasons(web, execution_id) == [CUT_OFF]


def test_nothing_is_held_against_what_ran_while_the_network_to_the_database_was_away(
    new_cluster: Cluster, postgres_url: str
) -> None:
    """Its server was not started anew: the process that serves, which lives on, missed its beats as well."""
    address = urlsplit(postgres_url)
    network = BadNetwork(address.port or 0, address.hostname or "").start()
    database = Database(postgres_url)
    try:
        url = network.instead_of(postgres_url)
        web, worker = new_cluster.web(HUB_DATABASE_URL=url), new_cluster.worker(HUB_DATABASE_URL=url)
        execution_id = web.start_test("[slow] Hello")
        runs_at(web, execution_id)
        network.go_away()
        poll(lambda: worker.is_over)
        network.come_back()
        new_cluster.worker()
        poll(lambda: len(started_by(web, execution_id)) == 2, 40)
        found = database.read(lambda connection: executions.get(connection, execution_id))
        assert (found.status, found.crashes, found.attempt) == (Status.RUNNING, 0, 2)
    finally:
        network.stop()
        database.close()

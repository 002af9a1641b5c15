"""A hub of several processes: what one starts runs on another, and nothing is lost when one of them dies."""

import os
import signal
import time
from collections.abc import Callable

import psutil

from execution_hub.runners.left import HANDED_OVER
from execution_hub.version import VERSION
from tests.support.cluster import Cluster, name_of, reasons, refused, runs_at, started_by, workers_of
from tests.support.metrics import Scrape
from tests.support.server import HubProcess, fetch, poll

ALIVE_SECONDS = 60
# Every 5 s a runner looks for a stop that nobody told it of.
LOOK_SECONDS = 4


def test_what_one_process_starts_another_executes_and_a_third_shows(new_cluster: Cluster) -> None:
    worker, first, second = new_cluster.worker(), new_cluster.web(), new_cluster.web()
    execution_id = first.start_test("[fast] Hello")
    ended = second.ended(execution_id)
    assert ended["status"] == "succeeded"
    assert started_by(second, execution_id) == [name_of(worker)]
    members = new_cluster.members(second)
    assert [(each["role"], each["slots"]) for each in members.values()] == [("worker", 10), ("web", 0), ("web", 0)]
    assert members.keys() == {worker.pid, first.pid, second.pid}, "each by the number of what one would stop"
    assert members[worker.pid]["version"] == VERSION
    # Who wrote the end counts it; what holds for the hub, each tells.

    def told() -> list[Scrape]:
        return [Scrape(fetch(f"{each.url}/metrics")[1].decode()) for each in (worker, first)]

    def ended_by() -> list[float]:
        return [each.value("hub_executions_ended_total", type="agent_test", status="succeeded") for each in told()]

    poll(lambda: [each.value("hub_workers", role="web", status="running") for each in told()] == [2, 2])
    poll(lambda: ended_by() == [1, 0])
    assert [each.value("hub_process_slots") for each in told()] == [10, 0]


def test_a_stop_reaches_the_process_that_runs_it(cluster: Cluster) -> None:
    cluster.worker()
    web = cluster.web()
    took = []
    for _ in range(3):
        execution_id = web.start_test("[slow] Hello")
        runs_at(web, execution_id)
        asked = time.monotonic()
        web.call("POST", f"/api/executions/{execution_id}/cancel")
        assert web.ended(execution_id)["status"] == "cancelled"
        took.append(time.monotonic() - asked)
        if took[-1] < LOOK_SECONDS:
            break
    assert min(took) < LOOK_SECONDS, "the bus told it, not the look of every 5 s"


def test_what_a_killed_worker_ran_goes_on_at_another(cluster: Cluster) -> None:
    names = workers_of(cluster.worker(), cluster.worker())
    web = cluster.web()
    execution_id = web.start_test("[slow] Hello")
    ran_at = runs_at(web, execution_id)
    names.pop(ran_at).kill()
    poll(lambda: len(started_by(web, execution_id)) == 2, ALIVE_SECONDS)
    assert started_by(web, execution_id) == [ran_at, *names]
    poll(lambda: len(cluster.members(web)) == 2)
    web.call("POST", f"/api/executions/{execution_id}/cancel")


def test_a_worker_that_is_told_to_stop_hands_over_at_once(cluster: Cluster) -> None:
    names = workers_of(cluster.worker(HUB_DRAIN_SECONDS="0"), cluster.worker(HUB_DRAIN_SECONDS="0"))
    web = cluster.web()
    execution_id = web.start_test("[slow] Hello")
    ran_at = runs_at(web, execution_id)
    assert names[ran_at].stop() == 0
    poll(lambda: len(started_by(web, execution_id)) == 2)
    assert HANDED_OVER in reasons(web, execution_id)
    assert set(started_by(web, execution_id)) == set(names)


def test_a_worker_that_is_told_to_stop_twice_waits_for_nothing(cluster: Cluster) -> None:
    worker, web = cluster.worker(HUB_DRAIN_SECONDS="600"), cluster.web()
    execution_id = web.start_test("[slow] Hello")
    runs_at(web, execution_id)
    os.kill(worker.pid, signal.SIGTERM)
    poll(lambda: cluster.members(web)[worker.pid]["status"] == "draining")
    assert web.execution(execution_id)["status"] == "running"
    assert worker.stop() == 0
    assert web.execution(execution_id)["status"] == "pending"


def test_a_frozen_worker_is_taken_over_from_and_ends_itself_when_it_thaws(cluster: Cluster) -> None:
    names = workers_of(cluster.worker(), cluster.worker())
    web = cluster.web()
    execution_id = web.start_test("[slow] Hello")
    ran_at = runs_at(web, execution_id)
    frozen = psutil.Process(names[ran_at].pid)
    frozen.suspend()
    poll(lambda: len(started_by(web, execution_id)) == 2, ALIVE_SECONDS)
    frozen.resume()
    assert psutil.wait_procs([frozen], ALIVE_SECONDS)[0]
    assert len(started_by(web, execution_id)) == 2


def test_a_drained_worker_ends_what_it_has_and_then_itself(cluster: Cluster) -> None:
    names = workers_of(cluster.worker(), cluster.worker())
    web = cluster.web()
    execution_id = web.start_test("Hello")
    ran_at = runs_at(web, execution_id)
    drained = cluster.members(web)[names[ran_at].pid]
    status, told = web.call("POST", f"/api/workers/{drained['id']}/drain")
    assert (status, told["status"]) == (200, "draining")
    assert web.ended(execution_id)["status"] == "succeeded"
    assert started_by(web, execution_id) == [ran_at]
    poll(lambda: names[ran_at].pid not in cluster.members(web))
    assert web.ended(web.start_test("[fast] Hello"))["status"] == "succeeded"


def test_a_worker_that_is_stopped_hands_over_at_once_also_while_it_drains(cluster: Cluster) -> None:
    """However long it may wait for what runs there; what serves pages is stopped where it was started."""
    worker, web = cluster.worker(HUB_DRAIN_SECONDS="600"), cluster.web()
    execution_id = web.start_test("[slow] Hello")
    runs_at(web, execution_id)
    members = cluster.members(web)
    (serving,) = (each for each in members.values() if each["role"] == "web")
    assert web.call("POST", f"/api/workers/{serving['id']}/stop")[0] == 409
    path = f"/api/workers/{members[worker.pid]['id']}"
    assert web.call("POST", f"{path}/drain")[0] == 200
    poll(lambda: cluster.members(web)[worker.pid]["status"] == "draining")
    assert web.execution(execution_id)["status"] == "running"
    status, told = web.call("POST", f"{path}/stop")
    assert (status, told["is_stopping"]) == (200, True)
    poll(lambda: worker.is_over)
    assert web.execution(execution_id)["status"] == "pending"
    assert web.call("POST", f"{path}/stop")[0] == 404


def test_a_pause_holds_the_queue_of_every_process(cluster: Cluster) -> None:
    worker = cluster.worker()
    first, second = cluster.web(), cluster.web()
    first.call("POST", "/api/queue/pause")
    poll(lambda: second.call("GET", "/api/queue")[1]["is_paused"])
    execution_id = second.start_test("[fast] Hello")
    # It has slots, and has known for a second that something waits.
    poll(lambda: Scrape(fetch(f"{worker.url}/metrics")[1].decode()).value("hub_queue_oldest_seconds") > 1)
    assert second.execution(execution_id)["status"] == "pending"
    second.call("POST", "/api/queue/resume")
    assert first.ended(execution_id)["status"] == "succeeded"


def test_a_plain_hub_is_refused_where_others_have_joined_and_the_other_way_round(
    cluster: Cluster, hub_process: Callable[..., HubProcess], make_postgres: Callable[[], str]
) -> None:
    cluster.worker()
    assert "Join it with --role" in refused("serve", HUB_DATABASE_URL=cluster.url)
    alone = hub_process(HUB_DATABASE_URL=make_postgres()).start()
    url = alone.environment["HUB_DATABASE_URL"]
    assert "It runs alone" in refused("worker", HUB_DATABASE_URL=url)
    assert "needs PostgreSQL" in refused("worker")

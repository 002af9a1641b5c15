"""`GET /metrics`, as Prometheus reads it, of a hub that works."""

import asyncio
import json

import httpx
import websockets
from sqlalchemy import event

from execution_hub.version import VERSION
from execution_hub.worker import HealthServer
from tests.support.api import Api, ended
from tests.support.hub import eventually
from tests.support.metrics import Scrape, scrape, start
from tests.support.server import free_port

SCRAPES = 50


async def test_what_ends_is_counted_once_by_type_and_status(api: Api) -> None:
    before = await scrape(api)
    for text in ("[fast] a", "[fast] b", "[fast] [fail]"):
        await ended(api, await start(api, text))
    await api.call("POST", "/api/queue/pause")
    stopped = await start(api, "[fast] c")
    for _ in range(2):
        await api.call("POST", f"/api/executions/{stopped}/cancel")
    await api.call("POST", "/api/queue/resume")

    async def none_is_pending() -> Scrape | None:
        # Told of what has ended only once it has been read anew.
        found = await scrape(api)
        return found if found.value("hub_executions", type="agent_test", status="pending") == 0 else None

    after = await eventually(none_is_pending)
    for status, count in (("succeeded", 2), ("failed", 1), ("cancelled", 1)):
        assert after.since(before, "hub_executions_ended_total", type="agent_test", status=status) == count, status


async def test_the_queue_is_told_with_its_age_and_what_runs(api: Api) -> None:
    await api.call("POST", "/api/queue/pause")
    waits = [await start(api, "[fast] Hello"), await start(api, "[fast] Hello")]
    await asyncio.sleep(0.2)
    found = await scrape(api)
    assert (found.value("hub_queue_length"), found.value("hub_queue_paused")) == (2, 1)
    assert found.value("hub_executions", type="agent_test", status="pending") == 2
    assert 0.2 <= found.value("hub_queue_oldest_seconds") < 20
    await api.call("POST", "/api/queue/resume")
    for each in waits:
        await ended(api, each)
    runs = await start(api, "[slow] Hello")

    async def running() -> Scrape | None:
        found = await scrape(api)
        row = found.value("hub_executions", type="agent_test", status="running")
        return found if row == found.value("hub_process_running") == 1 else None

    found = await eventually(running)
    assert (found.value("hub_process_running"), found.value("hub_process_slots")) == (1, 10)
    assert (found.value("hub_queue_length"), found.value("hub_queue_oldest_seconds")) == (0, 0)
    assert found.value("hub_workers", role="alone", status="running") == 1
    assert found.value("hub_build_info", version=VERSION, role="alone") == 1
    await api.call("POST", f"/api/executions/{runs}/cancel")
    await ended(api, runs)


async def test_those_who_watch_are_told_soon_and_the_histogram_says_so(api: Api) -> None:
    before = await scrape(api)
    async with websockets.connect(f"{api.socket_url}?client_id=me") as socket:
        await socket.recv()
        # Two changes that cannot reach who watches as one.
        await api.call("POST", "/api/queue/pause")
        execution_id = await start(api, "[fast] Hello")
        assert json.loads(await socket.recv())["data"]["status"] == "pending"
        await api.call("POST", "/api/queue/resume")
        while json.loads(await socket.recv())["data"]["status"] != "succeeded":
            pass
        await ended(api, execution_id)
        after = await scrape(api)
    assert after.since(before, "hub_push_seconds_count", what="list") >= 2
    assert after.since(before, "hub_push_seconds_bucket", what="list", le="+Inf") >= 2
    assert after.since(before, "hub_push_seconds_sum", what="list") < 20


async def test_a_scrape_asks_no_database_and_counts_the_transactions_of_others(api: Api) -> None:
    began: list[object] = []
    event.listen(api.hub._database._engine, "begin", began.append)
    await api.call("GET", "/api/ready")
    assert began
    before, began[:] = await scrape(api), []
    for _ in range(SCRAPES):
        await api.hub.metrics.scrape()
    # What the hub does by itself once a second comes in between.
    assert len(began) < SCRAPES
    await api.call("GET", "/api/ready")
    assert (await scrape(api)).since(before, "hub_database_transactions_total", database="app") >= 1


async def test_it_is_asked_under_a_known_host_only_and_not_by_other_methods(api: Api) -> None:
    answer = await api.client.get("/metrics", headers={"Host": "rebound.example.com"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (421, "host_not_allowed")
    answer = await api.client.get("/metrics")
    assert answer.headers["cache-control"] == "no-store"
    assert (await api.client.post("/metrics", json={})).status_code == 405


async def test_a_worker_tells_the_same_on_its_port(api: Api) -> None:
    health = HealthServer(api.hub, "127.0.0.1", port := free_port())
    try:
        found = await scrape(api, f"http://127.0.0.1:{port}/metrics")
        assert found.value("hub_build_info", version=VERSION, role="alone") == 1
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"http://127.0.0.1:{port}/api/health")).json() == {"status": "ok"}
            assert (await client.get(f"http://127.0.0.1:{port}/else")).status_code == 404
    finally:
        health.close()

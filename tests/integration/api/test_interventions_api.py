"""Cancel, run again, delete and the queue over HTTP and the socket."""

import json
from typing import Any

import pytest
import websockets

from tests.support.api import Api
from tests.support.hub import ended, eventually


async def start(api: Api, text: str) -> int:
    return int((await api.call("POST", "/api/agents/1/test", json={"input": text}))[1]["id"])


async def test_cancel_answers_before_it_is_over_and_the_end_follows(api: Api) -> None:
    """202 with the execution as it is; what has ended answers 409, what is unknown 404."""
    slow = await start(api, "[slow] hello")
    status, answer = await api.call("POST", f"/api/executions/{slow}/cancel")
    assert (status, answer["id"]) == (202, slow)
    found = await ended(api.hub, slow)
    assert found.status.value == "cancelled"
    done = await start(api, "[fast] hello")
    await ended(api.hub, done)
    assert (await api.call("POST", f"/api/executions/{done}/cancel"))[0] == 409
    assert (await api.call("POST", "/api/executions/999/cancel"))[0] == 404


async def test_many_are_cancelled_and_those_that_cannot_be_are_named(api: Api) -> None:
    """One that has ended does not keep the others."""
    done = await start(api, "[fast] hello")
    await ended(api.hub, done)
    slow = [await start(api, "[slow] hello") for _ in range(2)]
    status, answer = await api.call("POST", "/api/executions/cancel", json={"ids": [*slow, done, 999]})
    assert (status, answer["cancelled"]) == (202, slow)
    assert [each["code"] for each in answer["refused"]] == ["conflict", "not_found"]
    for each in slow:
        assert (await ended(api.hub, each)).status.value == "cancelled"


@pytest.mark.parametrize("body", [{"ids": []}, {"ids": ["1"]}, {"ids": [0]}, {}, {"ids": [1], "x": 1}])
async def test_a_wrong_list_of_ids_names_the_field(api: Api, body: Any) -> None:
    """Nothing is done with any of them."""
    status, answer = await api.call("POST", "/api/executions/delete", json=body)
    assert status == 422
    assert answer["error"]["details"]["field"] in ("ids", "x", "ids[0]")


async def test_a_rerun_is_linked_both_ways_and_its_key_counts_once(api: Api) -> None:
    """With another input, under a key."""
    first = await start(api, "[fast] hello")
    await ended(api.hub, first)
    body = {"json": {"input": "[fast] bye"}, "headers": {"Idempotency-Key": "again"}}
    status, answer = await api.call("POST", f"/api/executions/{first}/rerun", **body)
    assert (status, answer["rerun_of_id"], answer["input"]) == (202, first, "[fast] bye")
    assert (await api.call("POST", f"/api/executions/{first}/rerun", **body))[1]["id"] == answer["id"]
    assert (await api.call("GET", f"/api/executions/{first}"))[1]["reruns"] == [answer["id"]]
    plain = (await api.call("POST", f"/api/executions/{first}/rerun"))[1]
    assert plain["input"] == "[fast] hello"
    status, refused = await api.call("POST", f"/api/executions/{first}/rerun", json={"input": "x" * 200_001})
    assert (status, refused["error"]["details"]["field"]) == (422, "input")


async def test_a_deleted_execution_is_gone_and_pollers_hear_of_it(api: Api) -> None:
    """204, then 404; `changed_after` tells it with `deleted_at`; restore brings it back."""
    first = await start(api, "[fast] hello")
    await ended(api.hub, first)
    changed = (await api.call("GET", "/api/ready"))[1]["changed"]
    assert (await api.call("DELETE", f"/api/executions/{first}"))[0] == 204
    assert (await api.call("GET", f"/api/executions/{first}"))[0] == 404
    told = (await api.call("GET", f"/api/executions?changed_after={changed}"))[1]["items"]
    assert [(each["id"], each["deleted_at"] is not None) for each in told] == [(first, True)]
    assert (await api.call("POST", "/api/executions/restore", json={"ids": [first]}))[0] == 204
    assert (await api.call("GET", f"/api/executions/{first}"))[0] == 200
    slow = await start(api, "[slow] hello")
    assert (await api.call("DELETE", f"/api/executions/{slow}"))[0] == 409
    await api.call("POST", f"/api/executions/{slow}/cancel")


async def test_the_queue_is_paused_and_resumed(api: Api) -> None:
    """What is started meanwhile is pending."""
    assert (await api.call("POST", "/api/queue/pause"))[1]["is_paused"]
    waiting = await start(api, "[fast] hello")
    assert (await api.call("GET", f"/api/executions/{waiting}"))[1]["status"] == "pending"

    async def is_counted() -> bool:
        return bool((await api.call("GET", "/api/queue"))[1]["pending"] == 1)

    await eventually(is_counted)
    assert not (await api.call("POST", "/api/queue/resume"))[1]["is_paused"]
    assert (await ended(api.hub, waiting)).status.value == "succeeded"


async def test_past_a_thousand_pending_a_start_is_refused(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """429 with a clear word; nothing is stored."""
    monkeypatch.setattr("execution_hub.store.submissions.PENDING_MAX", 3)
    await api.call("POST", "/api/queue/pause")
    ids = [await start(api, "[fast] hello") for _ in range(3)]
    status, answer = await api.call("POST", "/api/agents/1/test", json={"input": "one too many"})
    assert (status, answer["error"]["code"]) == (429, "queue_full")
    assert len((await api.call("GET", "/api/executions"))[1]["items"]) == 3
    await api.call("POST", "/api/executions/cancel", json={"ids": ids})
    assert (await api.call("GET", "/api/queue"))[1]["is_paused"]


async def test_the_socket_takes_cancel(api: Api) -> None:
    """The update says that it is done; a cancel that cannot be is answered with the reason."""
    slow = await start(api, "[slow] hello")
    async with websockets.connect(f"{api.socket_url}?client_id=one") as socket:
        await socket.send(json.dumps({"type": "cancel", "id": slow}))
        while True:
            message = json.loads(await socket.recv())
            if message["type"] == "execution_update" and message["data"]["status"] == "cancelled":
                break
        for wrong, code in ((slow + 99, "not_found"), ("1", "invalid_input"), (True, "invalid_input")):
            await socket.send(json.dumps({"type": "cancel", "id": wrong}))
            while (message := json.loads(await socket.recv()))["type"] != "error":
                pass
            assert message["error"]["code"] == code

"""Runs of suites that another program asks for, over HTTP: signed as GitHub signs."""

import hashlib
import hmac
import json
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from execution_hub.hub.hub import Hub
from tests.support.api import JSON, Api, served
from tests.support.hub import make_settings

SECRET = "0123456789abcdef-not-guessed"
PUSH = json.dumps({"ref": "refs/heads/main", "commits": [{"message": "世界"}]}).encode()
CASE = {"name": "a", "input": "[fast] a"}


@pytest.fixture
async def hooked(data_dir: Path, api_app: FastAPI, no_certificates: ssl.SSLContext) -> AsyncIterator[Api]:
    """Yield the API of a hub that takes webhooks."""
    hub = await Hub.open(make_settings(data_dir, HUB_WEBHOOK_SECRET=SECRET))
    async with served(hub, api_app, no_certificates) as found:
        yield found
    await hub.close()


async def make(api: Api, **values: Any) -> int:
    """Create a suite and return its id."""
    given = {"name": "S", "targets": [{"agent_id": 1}], "cases": [CASE], **values}
    return int((await api.call("POST", "/api/suites", json=given))[1]["id"])


async def deliver(
    api: Api, suite_id: int, body: bytes = PUSH, /, *, secret: str = SECRET, **headers: str
) -> tuple[int, Any]:
    """Send a signed body, with more headers or others."""
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    sent = JSON | {"X-Hub-Signature-256": signature} | {name.replace("_", "-"): each for name, each in headers.items()}
    return await api.call("POST", f"/api/suites/{suite_id}/webhook", content=body, headers=sent)


async def test_a_signed_delivery_starts_one_run_however_often_it_comes(hooked: Api) -> None:
    suite_id = await make(hooked)
    told = {"X_GitHub_Delivery": "72d3162e-cc78-11e3", "X_GitHub_Event": "push"}
    status, started = await deliver(hooked, suite_id, **told)
    assert status == 202 and started["url"] == f"http://127.0.0.1:{hooked.port}/executions/{started['id']}"
    found = (await hooked.call("GET", f"/api/executions/{started['id']}"))[1]
    assert (found["execution_type"], found["suite_id"]) == ("suite_run", suite_id)
    trigger = found["meta"]["trigger"]
    assert (trigger["type"], trigger["actor"], trigger["event"]) == ("webhook", "webhook", "push")
    assert trigger["delivery"] == told["X_GitHub_Delivery"]

    assert await deliver(hooked, suite_id, **told) == (202, started)
    again = await deliver(hooked, suite_id, Idempotency_Key="mine")
    assert again == await deliver(hooked, suite_id, Idempotency_Key="mine") and again[1]["id"] != started["id"]
    # Without a name each is another, and an empty body is one, too.
    assert (await deliver(hooked, suite_id))[1]["id"] != (await deliver(hooked, suite_id, b""))[1]["id"]
    runs = (await hooked.call("GET", f"/api/executions?suite_id={suite_id}"))[1]["items"]
    assert len(runs) == 4
    assert await deliver(hooked, suite_id, X_GitHub_Event="ping") == (202, {"id": None, "url": None})
    assert len((await hooked.call("GET", f"/api/executions?suite_id={suite_id}"))[1]["items"]) == 4


async def test_what_is_not_signed_or_cannot_run_starts_nothing(hooked: Api) -> None:
    suite_id, empty = await make(hooked), await make(hooked, name="Empty", cases=[])
    refused: list[tuple[tuple[int, Any], int, str]] = [
        (await deliver(hooked, suite_id, secret="another-secret-of-it"), 401, "not_signed"),
        (await deliver(hooked, suite_id, X_Hub_Signature_256="sha256=0"), 401, "not_signed"),
        # Nobody learns without the secret which suites there are.
        (await deliver(hooked, 99, secret="another-secret-of-it"), 401, "not_signed"),
        (await deliver(hooked, 99), 404, "not_found"),
        (await deliver(hooked, empty), 409, "conflict"),
        (await deliver(hooked, suite_id, X_GitHub_Delivery="x" * 101), 422, "invalid_input"),
        (await deliver(hooked, suite_id, Origin="https://elsewhere.example.com"), 403, "foreign_origin"),
        (await deliver(hooked, suite_id, Content_Type="application/x-www-form-urlencoded"), 415, "not_json"),
        (await deliver(hooked, suite_id, b'"' + b"x" * (4 * 2**20) + b'"'), 413, "too_large"),
    ]
    for (status, answer), wanted, code in refused:
        assert (status, answer["error"]["code"]) == (wanted, code), answer
        assert SECRET not in json.dumps(answer)
    for each in (suite_id, empty):
        assert (await hooked.call("GET", f"/api/executions?suite_id={each}"))[1]["items"] == []
    told = (await hooked.call("GET", "/api/about"))[1]
    assert told["takes_webhooks"] is True and SECRET not in json.dumps(told)


async def test_a_hub_without_the_secret_takes_none_and_says_what_to_set(api: Api) -> None:
    suite_id = await make(api)
    status, answer = await deliver(api, suite_id, secret="")
    assert status == 409 and "HUB_WEBHOOK_SECRET" in answer["error"]["message"]
    assert (await api.call("GET", f"/api/executions?suite_id={suite_id}"))[1]["items"] == []
    assert (await api.call("GET", "/api/about"))[1]["takes_webhooks"] is False

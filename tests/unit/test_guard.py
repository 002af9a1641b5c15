"""The guard: who may ask, by Host, Origin and content type, for pages, API and sockets alike."""

import json
from pathlib import Path
from typing import Any

import pytest

from execution_hub.api.guard import Guard
from tests.support.hub import make_settings

HOST = "localhost:8000"


async def _page(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-own", b"kept")]})
    await send({"type": "http.response.body", "body": b"{}"})


async def ask(
    folder: Path, method: str = "GET", path: str = "/", *, settings: dict[str, Any] | None = None, **headers: str
) -> list[dict[str, Any]]:
    """Ask a guarded app and return what it sent; the method `WS` opens a websocket."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    pairs = {"host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": "websocket" if method == "WS" else "http",
        "path": path,
        "headers": [(name.encode(), value.encode()) for name, value in pairs.items()],
        **({} if method == "WS" else {"method": method}),
    }
    await Guard(_page, make_settings(folder, **settings or {}))(scope, receive, send)
    return sent


def outcome(sent: list[dict[str, Any]]) -> tuple[int, str]:
    """Return the status and the error's code, "" where it passed; a refused websocket counts as 403."""
    first = sent[0]
    if first["type"] == "websocket.accept":
        return 200, ""
    if first["type"] == "websocket.close":
        return 403, str(first["reason"])
    return first["status"], "" if first["status"] == 200 else json.loads(sent[1]["body"])["error"]["code"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9", "127.0.0.1:8000", "[::1]:8000", "[::1]"])
async def test_loopback_names_are_allowed_whatever_the_port(tmp_path: Path, host: str) -> None:
    assert outcome(await ask(tmp_path, host=host)) == (200, "")


@pytest.mark.parametrize("method", ["GET", "POST", "WS"])
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:8000", "", "[::2]", "["])
async def test_any_other_name_is_refused(tmp_path: Path, method: str, host: str) -> None:
    """A name that was rebound to this machine gets nothing, page, API or socket."""
    assert outcome(await ask(tmp_path, method, host=host)) == (403 if method == "WS" else 421, "host_not_allowed")


async def test_the_refusal_says_which_setting_helps(tmp_path: Path) -> None:
    sent = await ask(tmp_path, host="hub.example.com")
    assert "HUB_ALLOWED_HOSTS" in sent[1]["body"].decode()


@pytest.mark.parametrize("setting", ["hub.example.com", "Hub.Example.com:8443", "other,[::1],hub.example.com"])
async def test_a_public_name_is_allowed_once_it_is_set(tmp_path: Path, setting: str) -> None:
    """Case and port of the setting do not matter; its Origin passes too."""
    settings = {"HUB_ALLOWED_HOSTS": setting}
    sent = await ask(tmp_path, "WS", settings=settings, host="hub.example.com", origin="https://hub.example.com")
    assert outcome(sent) == (200, "")


async def test_the_address_it_listens_on_is_allowed(tmp_path: Path) -> None:
    assert outcome(await ask(tmp_path, settings={"HUB_HOST": "192.0.2.7"}, host="192.0.2.7:8000")) == (200, "")


@pytest.mark.parametrize("listens_on", ["0.0.0.0", "::"])
async def test_listening_everywhere_allows_no_further_name(tmp_path: Path, listens_on: str) -> None:
    sent = await ask(tmp_path, settings={"HUB_HOST": listens_on}, host=listens_on)
    assert outcome(sent) == (421, "host_not_allowed")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "file://localhost", "http://[", "localhost"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        *((method, "/api/agents/1") for method in ("POST", "PUT", "PATCH", "DELETE")),
        ("WS", "/ws/executions"),
        ("WS", "/_event"),
        ("GET", "/_event/"),
    ],
)
async def test_a_foreign_origin_may_not_change_or_listen(tmp_path: Path, method: str, path: str, origin: str) -> None:
    """Neither on the API, nor on our socket, nor on Reflex's in both of its transports."""
    assert outcome(await ask(tmp_path, method, path, origin=origin)) == (403, "foreign_origin")


@pytest.mark.parametrize("method", ["GET", "POST", "WS"])
async def test_own_pages_and_scripts_without_an_origin_pass(tmp_path: Path, method: str) -> None:
    assert outcome(await ask(tmp_path, method, "/_event/")) == (200, "")
    assert outcome(await ask(tmp_path, method, "/_event/", origin="http://localhost:3000")) == (200, "")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/json-not"])
async def test_a_body_for_the_api_must_be_json(tmp_path: Path, kind: str) -> None:
    """A form of another site needs no preflight for these, so they are refused."""
    sent = await ask(tmp_path, "POST", "/api/agents", content_length="2", content_type=kind)
    assert outcome(sent) == (415, "not_json")
    chunked = await ask(tmp_path, "POST", "/api/agents", transfer_encoding="chunked", content_type=kind)
    assert outcome(chunked) == (415, "not_json")


async def test_json_and_requests_without_a_body_pass(tmp_path: Path) -> None:
    json_kind = "application/json; charset=utf-8"
    assert outcome(await ask(tmp_path, "POST", "/api/agents", content_length="2", content_type=json_kind))[0] == 200
    assert outcome(await ask(tmp_path, "DELETE", "/api/agents/1"))[0] == 200


async def test_every_answer_forbids_frames_and_sniffing(tmp_path: Path) -> None:
    """Security headers are added; those of the app stay."""
    headers = dict((await ask(tmp_path))[0]["headers"])
    assert headers[b"x-own"] == b"kept"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"referrer-policy"] == b"same-origin"
    assert b"frame-ancestors 'none'" in headers[b"content-security-policy"]

"""Whatever one caller sends, nobody else waits for it."""

import asyncio
import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator

import pytest

from execution_hub.api import limit
from execution_hub.api.json_scan import TEXT_MAX
from execution_hub.api.limit import BODY_MAX, WORKFLOW_BODY_MAX
from tests.support.api import Api

# The faults took two seconds and more; what passes takes a twentieth of this on a machine with nothing else to do.
STALL_SECONDS = 0.5


def filled(head: bytes, each: bytes, tail: bytes, size: int) -> bytes:
    """Return a body of about so many bytes: something again and again, between two others."""
    return head + b",".join([each] * (size // (len(each) + 1))) + tail


def unknown_fields(size: int) -> bytes:
    """Return an object of about so many bytes, all of them of fields that nobody knows."""
    return json.dumps({f"unknown{index}": 1 for index in range(size // 20)}).encode()


def steps(each: bytes, size: int) -> bytes:
    """Return a workflow of about so many bytes of equal steps."""
    return filled(b'{"name": "W", "steps": [', each, b"]}", size)


MB = 1_000_000
# Made where they are needed: path, limit that is told, body.
HOSTILE: dict[str, tuple[str, int, int, Callable[[], bytes]]] = {
    "1 MB of empty steps": ("/api/workflows", 422, 2_000, lambda: steps(b"{}", MB)),
    "3.4 MB of empty steps": ("/api/workflows", 422, 2_000, lambda: steps(b"{}", 3_400_000)),
    "17 MB of empty steps": ("/api/workflows", 422, 2_000, lambda: steps(b"{}", 17 * MB)),
    "17 MB of steps in an import": ("/api/workflows/import", 422, 2_000, lambda: steps(b'{"name":"a"}', 17 * MB)),
    "17 MB of numbers": ("/api/workflows", 422, 2_000, lambda: filled(b"[", b"1", b"]", 17 * MB)),
    "17 MB of lists in lists": (
        "/api/workflows",
        422,
        50_000,
        lambda: filled(b"[", b"[" + b"1," * 1_000 + b"1]", b"]", 17 * MB),
    ),
    "17 MB of brackets": ("/api/workflows", 422, 64, lambda: b"[" * 17 * MB),
    "17 MB of quotes": ("/api/workflows", 422, 50_000, lambda: b'"' * 17 * MB),
    "5 MB of unknown fields": ("/api/executions/1/rerun", 413, BODY_MAX, lambda: unknown_fields(5 * MB)),
    "3 MB of unknown fields": ("/api/executions/1/rerun", 422, 200, lambda: unknown_fields(3 * MB)),
    "18 MB to where 4 may be": ("/api/agents", 413, BODY_MAX, lambda: b'{"name": "' + b"x" * 18 * MB + b'"}'),
    "20 MB to where 18 may be": ("/api/workflows", 413, WORKFLOW_BODY_MAX, lambda: b" " * 20 * MB),
}
# Not past any limit of the gate: refused by what comes after it.
WIDE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "17 MB of texts": ("/api/workflows", lambda: filled(b'{"a": [', b'"' + b"x" * 2_300_000 + b'"', b"]}", 17 * MB)),
    "2 000 empty steps": ("/api/workflows", lambda: steps(b"{}", 5_900)),
    "1 900 steps of 25 unknown fields": (
        "/api/workflows",
        lambda: steps(json.dumps({f"unknown{n}": 1 for n in range(24)}).encode(), 680_000),
    ),
    "49 000 wrong names of steps": (
        "/api/workflows",
        lambda: steps(b'{"depends_on": [' + b"1," * 240 + b'1], "name": "a"}', 98_000),
    ),
}


def post(port: int, path: str, body: bytes) -> tuple[int, bytes]:
    """Send a body from a thread, in pieces; who is refused in the middle may not get to send all of it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.putrequest("POST", path)
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders()
    try:
        for start in range(0, len(body), 2**16):
            connection.send(body[start : start + 2**16])
    except OSError:
        pass
    with connection.getresponse() as answer:
        return answer.status, answer.read()


@pytest.fixture
def stalls() -> Iterator[list[float]]:
    """Yield where a test notes what others waited; shown with -s."""
    found: list[float] = []
    yield found
    print(f"longest wait of others: {1_000 * max(found):.0f} ms")


async def while_others_wait(api: Api, work: "asyncio.Future[tuple[int, bytes]]", stalls: list[float]) -> None:
    """Ask for the hub's health again and again until something is done, noting how long each answer took.

    That is at most what this process has computed meanwhile: on a busy machine it has to wait for its turn itself.
    """
    while not work.done():
        began, computed = time.monotonic(), time.process_time()
        assert (await api.client.get("/api/health")).status_code == 200
        # With the pause: the loop is this test's own, which may stand still in it, too.
        await asyncio.sleep(0.005)
        stalls.append(min(time.monotonic() - began, time.process_time() - computed))


async def send(api: Api, path: str, body: bytes, stalls: list[float]) -> tuple[int, bytes]:
    """Send a body while others ask; returns the status and the answer."""
    work = asyncio.ensure_future(asyncio.to_thread(post, api.port, path, body))
    await while_others_wait(api, work, stalls)
    return work.result()


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_body_past_a_limit_is_refused_while_nobody_waits(api: Api, stalls: list[float], name: str) -> None:
    """It is read no further than the limit, which the answer tells."""
    path, status, most, body = HOSTILE[name]
    found, answer = await send(api, path, body(), stalls)
    error = json.loads(answer)["error"]
    assert (found, error["details"]["limit"]) == (status, most)
    assert error["details"]["field"] == ("steps" if '"steps"' in body()[:40].decode() and status == 422 else "body")
    assert max(stalls) < STALL_SECONDS


@pytest.mark.parametrize("each", [b"x", b"\\n", "é".encode()])
async def test_one_endless_text_is_refused_while_nobody_waits(api: Api, stalls: list[float], each: bytes) -> None:
    """At the length of the longest field; the answer names the field."""
    body = b'{"name": "' + each * (17 * MB // len(each)) + b'", "steps": []}'
    found, answer = await send(api, "/api/workflows", body, stalls)
    error = json.loads(answer)["error"]
    assert (found, error["details"]) == (422, {"field": "name", "limit": TEXT_MAX})
    assert max(stalls) < STALL_SECONDS


@pytest.mark.parametrize("name", WIDE)
async def test_a_body_at_the_limits_costs_nobody_else_time(api: Api, stalls: list[float], name: str) -> None:
    """The most that passes the gate is told its first mistake, at once."""
    path, body = WIDE[name]
    status, answer = await send(api, path, body(), stalls)
    assert status == 422
    assert len(answer) < 100_000
    assert max(stalls) < STALL_SECONDS


@pytest.mark.parametrize("length", [1_001, 60_000])
async def test_a_search_for_an_endless_word_is_refused(api: Api, length: int) -> None:
    """422 with the limit, whether in one request's line or in many."""
    status, answer = await api.call("GET", "/api/executions", params={"q": "x" * length})
    assert (status, answer["error"]["details"]) == (422, {"field": "q", "limit": 1_000})


def half_sent(port: int, words: bytes) -> tuple[bytes, float]:
    """Send the beginning of a request and wait; returns what came until the connection was closed, and when."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(words)
        found = b""
        while piece := connection.recv(65_536):
            found += piece
    return found, time.monotonic() - began


async def test_a_body_that_does_not_arrive_is_not_waited_for(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """408 with the limit, and the connection is closed; also where now and then a byte comes."""
    monkeypatch.setattr(limit, "BODY_SECONDS", 0.5)
    head = (
        b"POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n"
    )
    found, _ = await asyncio.to_thread(half_sent, api.port, head + b'{"name": ')
    assert found.startswith(b"HTTP/1.1 408")
    assert json.loads(found.partition(b"\r\n\r\n")[2])["error"]["details"] == {"field": "body", "limit": 0.5}

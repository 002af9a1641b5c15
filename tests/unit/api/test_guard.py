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
    folder: Path,
    method: str = "GET",
    path: str = "/",
    *,
    settings: dict[str, Any] | None = None,
    scheme: str = "http",
    client: tuple[str, int] | None = ("127.0.0.1", 4711),
    more: tuple[tuple[bytes, bytes], ...] = (),
    development_port: int | None = None,
    **headers: str,
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
        "headers": [*((name.encode(), value.encode()) for name, value in pairs.items()), *more],
        "scheme": scheme.replace("http", "ws") if method == "WS" else scheme,
        "client": client,
        **({} if method == "WS" else {"method": method}),
    }
    guard = Guard(_page, make_settings(folder, **settings or {}), development_port=development_port)
    await guard(scope, receive, send)
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
    own: dict[str, Any] = {"host": "hub.example.com", "origin": "https://hub.example.com"}
    sent = await ask(tmp_path, "WS", settings=settings, scheme="https", **own)
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
    assert outcome(await ask(tmp_path, method, "/_event/", origin=f"http://{HOST}")) == (200, "")


# Each with the Host it is asked under, whether TLS, X-Forwarded-Proto, and who asks.
OWN = [
    ("http://localhost:8000", "localhost:8000", "http", "", "127.0.0.1"),
    ("http://LOCALHOST:8000", "localhost:8000", "http", "", "192.0.2.1"),
    ("http://localhost", "localhost", "http", "", "127.0.0.1"),
    ("http://localhost", "localhost:80", "http", "", "127.0.0.1"),
    ("http://[::1]:8000", "[::1]:8000", "http", "", "::1"),
    ("https://localhost", "localhost:443", "https", "", "192.0.2.1"),
    ("https://localhost", "localhost", "http", "https", "127.0.0.1"),
    ("https://localhost:8443", "localhost:8443", "http", "https", "::1"),
    ("https://localhost", "localhost", "http", "https", "::ffff:127.0.0.1"),
]
FOREIGN = [
    ("http://localhost:3000", "localhost:8000", "http", "", "127.0.0.1"),
    ("http://localhost", "localhost:8000", "http", "", "127.0.0.1"),
    ("http://127.0.0.1:8000", "localhost:8000", "http", "", "127.0.0.1"),
    ("https://localhost:8000", "localhost:8000", "http", "", "127.0.0.1"),
    ("http://localhost:8000", "localhost:8000", "https", "", "127.0.0.1"),
    ("https://localhost", "localhost", "http", "https", "192.0.2.1"),
    ("https://localhost", "localhost", "http", "https, http", "127.0.0.1"),
    ("http://localhost:8000", "localhost:8000", "http", "https", "127.0.0.1"),
    ("http://user@localhost:8000", "localhost:8000", "http", "", "127.0.0.1"),
    ("http://localhost:8000/x", "localhost:8000", "http", "", "127.0.0.1"),
    ("http://localhost:8000 http://localhost:8000", "localhost:8000", "http", "", "127.0.0.1"),
    ("http://localhost:99999", "localhost:99999", "http", "", "127.0.0.1"),
    ("ws://localhost:8000", "localhost:8000", "http", "", "127.0.0.1"),
]


@pytest.mark.parametrize("method", ["POST", "DELETE", "BREW", "WS"])
@pytest.mark.parametrize(("is_own", "case"), [*((True, each) for each in OWN), *((False, each) for each in FOREIGN)])
async def test_an_origin_is_own_by_scheme_name_and_port(
    tmp_path: Path, method: str, is_own: bool, case: tuple[str, str, str, str, str]
) -> None:
    """What else listens on this machine has its name, but not its port; only a near proxy tells the scheme."""
    origin, host, scheme, forwarded, client = case
    headers: dict[str, Any] = {
        "host": host,
        "origin": origin,
        **({"x_forwarded_proto": forwarded} if forwarded else {}),
    }
    sent = await ask(tmp_path, method, "/api/queue/pause", scheme=scheme, client=(client, 1), **headers)
    assert outcome(sent) == ((200, "") if is_own else (403, "foreign_origin"))


async def test_a_peer_without_an_address_is_not_near(tmp_path: Path) -> None:
    told: dict[str, Any] = {"origin": "https://localhost:8000", "x_forwarded_proto": "https"}
    assert outcome(await ask(tmp_path, "POST", "/api/prune", client=None, **told))[0] == 403


async def test_a_header_that_stands_there_twice_is_neither(tmp_path: Path) -> None:
    twice = ((b"Origin", b"http://localhost:8000"),)
    assert outcome(await ask(tmp_path, "POST", "/api/prune", origin="https://evil.example", more=twice))[0] == 403
    assert outcome(await ask(tmp_path, more=((b"host", b"evil.example"),)))[0] == 421


@pytest.mark.parametrize("method", ["POST", "WS"])
@pytest.mark.parametrize(
    ("site", "is_welcome"),
    [("same-origin", True), ("none", True), ("same-site", False), ("cross-site", False), ("new-word", False)],
)
async def test_what_a_browser_says_of_the_asking_page_is_obeyed(
    tmp_path: Path, method: str, site: str, is_welcome: bool
) -> None:
    """With and without an Origin: no page can set Sec-Fetch-Site itself."""
    origins: tuple[dict[str, Any], ...] = ({}, {"origin": f"http://{HOST}"})
    for origin in origins:
        sent = await ask(tmp_path, method, "/api/queue/pause", sec_fetch_site=site, **origin)
        assert outcome(sent) == ((200, "") if is_welcome else (403, "foreign_origin"))


@pytest.mark.parametrize("site", ["same-site", "cross-site"])
async def test_links_from_elsewhere_still_open_pages(tmp_path: Path, site: str) -> None:
    assert outcome(await ask(tmp_path, "GET", "/executions/1", sec_fetch_site=site))[0] == 200
    assert outcome(await ask(tmp_path, "GET", "/_event/", sec_fetch_site=site))[0] == 403


async def test_a_named_origin_may_change_things_from_elsewhere(tmp_path: Path) -> None:
    """HUB_ALLOWED_ORIGINS, in whatever form it is written; its neighbours stay outside."""
    settings = {"HUB_ALLOWED_ORIGINS": "https://Tools.example.com:443/, http://localhost:5000"}
    for origin, status in (
        ("https://tools.example.com", 200),
        ("http://localhost:5000", 200),
        ("http://tools.example.com", 403),
        ("https://tools.example.com:444", 403),
        ("http://localhost:5001", 403),
    ):
        for method in ("POST", "WS"):
            sent = await ask(tmp_path, method, "/x", settings=settings, origin=origin, sec_fetch_site="cross-site")
            assert outcome(sent)[0] == status


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "localhost", "[::1]"])
async def test_the_development_server_alone_may_ask_from_its_port(tmp_path: Path, host: str) -> None:
    name = host.removesuffix(":8000")
    own: dict[str, Any] = {"host": host, "sec_fetch_site": "same-site"}
    for origin, port, status in (
        (f"http://{name}:3000", 3000, 200),
        (f"http://{name}:3000", None, 403),
        (f"http://{name}:3001", 3000, 403),
        (f"https://{name}:3000", 3000, 403),
        ("http://evil.example:3000", 3000, 403),
    ):
        sent = await ask(tmp_path, "WS", "/_event", development_port=port, origin=origin, **own)
        assert outcome(sent)[0] == status, (origin, port)


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


HEADERS = {b"x-content-type-options": b"nosniff", b"referrer-policy": b"same-origin"}


@pytest.mark.parametrize("path", ["/", "/api/agents"])
@pytest.mark.parametrize("headers", [{}, {"host": "evil.example"}, {"origin": "https://evil.example"}])
async def test_every_answer_forbids_frames_sniffing_and_embedding(
    tmp_path: Path, path: str, headers: dict[str, Any]
) -> None:
    """Refusals too."""
    found = dict((await ask(tmp_path, "POST", path, **headers))[0]["headers"])
    assert found.items() >= HEADERS.items()
    assert found[b"cross-origin-resource-policy"] == b"same-origin"
    assert b"frame-ancestors 'none'" in found[b"content-security-policy"]


async def test_headers_of_the_app_stay(tmp_path: Path) -> None:
    assert dict((await ask(tmp_path))[0]["headers"])[b"x-own"] == b"kept"


@pytest.mark.parametrize(
    ("path", "is_kept"),
    [("/api/agents", False), ("/api", False), ("/", True), ("/apical", True), ("/api/docs/assets/a.js", True)],
)
async def test_no_answer_of_the_api_is_kept_by_a_browser(tmp_path: Path, path: str, is_kept: bool) -> None:
    found = dict((await ask(tmp_path, path=path))[0]["headers"])
    assert (b"cache-control" not in found) is is_kept

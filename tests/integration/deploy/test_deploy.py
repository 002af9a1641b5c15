"""What `deploy/` hands out, as docs/deploy.md puts it together: a real nginx before an exported hub."""

import base64
import http.client
import http.server
import json
import re
import shlex
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from execution_hub.content_policy import API_POLICY, BASE_POLICY, POLICY_FILE
from tests.support.exported import Exported
from tests.support.named_port import NamedPort
from tests.support.nginx import CONFIGURATION, PASSWORD, PUBLIC_NAME, USER, Nginx, nginx_path
from tests.support.pages import LIVE_MS, NewPage
from tests.support.server import ROOT, HubProcess, free_port, poll
from tests.support.workflows import make_workflow, run, waiting

MakeNginx = Callable[..., Nginx]

GUIDE = ROOT / "docs" / "deploy.md"
UNIT = ROOT / "deploy" / "execution-hub.service"
RELEASE = "/opt/execution-hub/current"
CREDENTIALS = {"username": USER, "password": PASSWORD}
BASIC = f"Basic {base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"
LONG_POLL_SECONDS = 30
BODY_MAX = 18 * 2**20


@dataclass(frozen=True, slots=True)
class Deployed:
    """A hub from `backend.zip` and the pages from `frontend.zip`."""

    hub: HubProcess
    pages: Path


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a request; its headers by small names, each with all its values."""

    status: int
    headers: dict[str, list[str]]
    body: bytes

    @property
    def error_code(self) -> str:
        """The code of an error of the API."""
        return str(json.loads(self.body)["error"]["code"])


def unit_lines(name: str) -> list[str]:
    """Return what the systemd unit says under a name."""
    return [line.partition("=")[2] for line in UNIT.read_text().splitlines() if line.startswith(f"{name}=")]


@pytest.fixture(scope="module")
def deployed(exported: Exported, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """Unpack both archives and start the hub as the systemd unit does, under its public name alone."""
    folder = tmp_path_factory.mktemp("deployed")
    release = exported.unpack("backend", folder / "release")
    pages = exported.unpack("frontend", release / "pages")
    environment = dict(line.split("=", 1) for line in unit_lines("Environment"))
    (command,) = unit_lines("ExecStart")
    words = shlex.join(sys.executable if word.endswith("/bin/python") else word for word in command.split())
    # systemd fills in variables itself; here a shell does.
    script = "exec " + words.replace("'${", '"${').replace("}'", '}"')
    assert unit_lines("WorkingDirectory") == [RELEASE]
    hub = HubProcess(
        folder / "data",
        *("sh", "-c", script),
        cwd=str(release),
        HUB_HOST="127.0.0.1",
        HUB_ALLOWED_HOSTS=PUBLIC_NAME,
        **environment,
    )
    yield Deployed(hub.start(), pages)
    hub.kill()


@pytest.fixture(scope="module")
def nginx(deployed: Deployed, make_nginx: MakeNginx) -> Nginx:
    """Return the nginx of `deploy/nginx.conf` before the hub."""
    return make_nginx(deployed.hub.port, deployed.pages).start()


def ask(nginx: Nginx, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    """Ask for a path by the public name, with the password unless another word is given."""
    sent = {"Host": f"{PUBLIC_NAME}:{nginx.port}", "Authorization": BASIC}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        sent["Content-Type"] = "application/json"
    connection = http.client.HTTPConnection("127.0.0.1", nginx.plain_port, timeout=LONG_POLL_SECONDS + 30)
    try:
        connection.request(method, path, body, {name: value for name, value in sent.items() if value})
        got = connection.getresponse()
        found: dict[str, list[str]] = {}
        for name, value in got.getheaders():
            found.setdefault(name.lower(), []).append(value)
        return Answer(got.status, found, got.read())
    finally:
        connection.close()


def open_socket(nginx: Nginx, *, origin: str = "", password: str = PASSWORD) -> ClientConnection:
    """Open `/ws/executions` by the public name."""
    plain = socket.create_connection(("127.0.0.1", nginx.port), timeout=60)
    own = f"{USER}:{password}@" if password else ""
    uri = f"ws://{own}{PUBLIC_NAME}:{nginx.port}/ws/executions?client_id=script"
    return connect(uri, sock=plain, proxy=None, origin=origin or None)  # type: ignore[arg-type]


def row(execution_id: int) -> str:
    """Return where an execution is in the history."""
    return f'[data-testid="history-row"][data-execution-id="{execution_id}"]'


def press_test(page: Page, text: str) -> None:
    """Type an input on an agent's page and press Test."""
    page.get_by_test_id("test-input").fill(text)
    page.get_by_test_id("test-run").click()
    expect(page.get_by_text("Test started. You can leave this page.").first).to_be_visible(timeout=LIVE_MS)


def newest(hub: HubProcess, text: str) -> int:
    """Return the id of the newest execution once it has this input."""

    def check() -> int | None:
        items = hub.call("GET", "/api/executions?limit=1")[1]["items"]
        return int(items[0]["id"]) if items and items[0]["input"] == text else None

    return int(poll(check))


# Kept by the page itself: what a test looks for may have passed before it looks.
NOTICE = """() => {
    window.noticed = {};
    const look = () => document.querySelectorAll('[data-testid="history-row"]').forEach((row) => {
        const noticed = (window.noticed[row.dataset.executionId] ??= []);
        const isMonitored = document.querySelector('[data-testid="monitor"]') !== null;
        noticed.push(`${row.dataset.status} ${isMonitored ? "with" : "without"} monitor`);
    });
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


def runs_live(page: Page, nginx: Nginx, hub: HubProcess, state: str) -> None:
    """Test an agent in a page through nginx and watch it to its end in another, without a reload."""
    text = f"Through nginx, {state}, {nginx.port}"
    watcher = page.context.new_page()
    watcher.set_default_timeout(LIVE_MS)
    watcher.goto(nginx.url)
    page.goto(f"{nginx.url}/agents/{hub.agent_id()}")
    for each in (watcher, page):
        expect(each.get_by_test_id("connection")).to_have_attribute("data-state", state, timeout=LIVE_MS)
    watcher.evaluate(NOTICE)
    press_test(page, text)
    execution_id = newest(hub, text)
    expect(watcher.locator(row(execution_id))).to_have_attribute("data-status", "succeeded", timeout=LIVE_MS)
    expect(watcher.get_by_test_id("connection")).to_have_attribute("data-state", state)
    # Kept only as long as the page was not loaded again.
    assert "running with monitor" in watcher.evaluate("id => window.noticed[id]", execution_id)
    page.goto(f"{nginx.url}/executions/{execution_id}")
    expect(page.get_by_test_id("execution-output")).to_contain_text("imulated", timeout=LIVE_MS)


# Pages


@pytest.mark.parametrize(
    ("path", "status", "file"),
    [
        ("/", 200, "index.html"),
        ("/agents", 200, "agents.html"),
        ("/agents/", 200, "agents/index.html"),
        ("/agents/1", 200, "__spa-fallback.html"),
        ("/workflows/1", 200, "__spa-fallback.html"),
        ("/tasks/1/", 200, "__spa-fallback.html"),
        ("/executions/1?step=a", 200, "__spa-fallback.html"),
        ("/nowhere", 404, "404.html"),
        ("/agents/1/nowhere", 404, "404.html"),
    ],
)
def test_every_address_is_a_page(nginx: Nginx, deployed: Deployed, path: str, status: int, file: str) -> None:
    """Prerendered where it can be; else the browser finds out which page it is."""
    answer = ask(nginx, path)
    assert answer.status == status
    assert answer.headers["content-type"] == ["text/html"]
    assert answer.headers["cache-control"] == ["no-cache"]
    assert answer.body == (deployed.pages / file).read_bytes()


def test_built_files_are_kept_and_pages_are_asked_for_again(nginx: Nginx, deployed: Deployed) -> None:
    # The smallest are not worth it.
    script = next(path.with_suffix("") for path in (deployed.pages / "assets").glob("*.js.gz"))
    small = ask(nginx, f"/assets/{script.name}", Accept_Encoding="gzip")
    assert small.headers["cache-control"] == ["public, max-age=31536000, immutable"]
    assert small.headers["content-encoding"] == ["gzip"]
    assert small.body == Path(f"{script}.gz").read_bytes()
    assert ask(nginx, "/assets/nothing.js").status == 404
    page = ask(nginx, "/")
    assert ask(nginx, "/", If_None_Match=page.headers["etag"][0]).status == 304


def test_pages_and_api_carry_each_security_header_once(nginx: Nginx, deployed: Deployed) -> None:
    """The hub's own on what it answers, nginx's, the same, on the pages; which scripts may run, the pages say."""
    names = ("x-content-type-options", "referrer-policy", "cross-origin-resource-policy", "content-security-policy")
    told = (deployed.pages / POLICY_FILE).read_text().strip()
    for path, policy in (
        ("/", BASE_POLICY),
        ("/executions/1", BASE_POLICY),
        ("/nowhere", BASE_POLICY),
        ("/api/health", API_POLICY),
    ):
        answer = ask(nginx, path)
        assert "strict-transport-security" not in answer.headers
        assert [answer.headers.get(name) for name in names] == [["nosniff"], ["same-origin"], ["same-origin"], [policy]]
        meta = f'<meta http-equiv="Content-Security-Policy" content="{told}"/>'
        assert answer.body.decode().count(meta) == (0 if path.startswith("/api") else 1)
    assert "script-src 'self' 'sha256-" in told


# Who may come in


@pytest.mark.parametrize("path", ["/", "/agents/1", "/hub.css", "/api/health", "/_event/?EIO=4&transport=polling"])
@pytest.mark.parametrize("authorization", ["", f"Basic {base64.b64encode(b'ada:wrong').decode()}"])
def test_nothing_is_told_without_the_password(nginx: Nginx, path: str, authorization: str) -> None:
    answer = ask(nginx, path, Authorization=authorization)
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == ['Basic realm="Execution Hub"']


def test_no_socket_opens_without_the_password(nginx: Nginx) -> None:
    with pytest.raises(InvalidStatus, match="401"):
        open_socket(nginx, password="")


def test_the_hub_is_asked_by_its_public_name_alone(nginx: Nginx, deployed: Deployed) -> None:
    """Another name in Host, or a page of another origin, is refused behind nginx as it is without."""
    path, body = f"/api/agents/{deployed.hub.agent_id()}/test", b'{"input": "[fast] origin"}'
    assert ask(nginx, "/api/health").status == 200
    foreign = ask(nginx, "/api/health", Host="other.example.com")
    assert (foreign.status, foreign.error_code) == (421, "host_not_allowed")
    assert ask(nginx, path, method="POST", body=body, Origin=nginx.url).status == 202
    foreign = ask(nginx, path, method="POST", body=body, Origin="https://other.example.com")
    assert (foreign.status, foreign.error_code) == (403, "foreign_origin")
    with open_socket(nginx, origin=nginx.url) as opened:
        assert json.loads(opened.recv(60))["type"] == "snapshot"
    with pytest.raises(InvalidStatus):
        open_socket(nginx, origin="https://other.example.com")


def test_a_body_may_be_as_large_as_the_hub_allows(nginx: Nginx) -> None:
    """At 18 MiB the hub itself says what is wrong; past it nginx says, in the same words, that it is too large."""
    path, start, end = "/api/workflows", b'{"name": "', b'", "steps": []}'
    for size, status, code in ((BODY_MAX, 422, "invalid"), (BODY_MAX + 1, 413, "too_large")):
        answer = ask(nginx, path, method="POST", body=start + b"x" * (size - len(start) - len(end)) + end)
        assert answer.status == status
        if status == 413:
            assert answer.error_code == code


def test_a_hub_that_is_away_is_told_as_json(make_nginx: MakeNginx, deployed: Deployed) -> None:
    """The pages stay; the API says 503, as the hub itself does while it starts."""
    alone = make_nginx(free_port(), deployed.pages).start()
    answer = ask(alone, "/api/health")
    assert (answer.status, answer.error_code) == (503, "unavailable")
    assert ask(alone, "/").status == 200


# Live


def test_an_agent_test_runs_live_through_nginx(nginx: Nginx, deployed: Deployed, new_page: NewPage) -> None:
    """Pages from nginx, Reflex's own socket and `/ws/executions` through it, from a browser with the password."""
    page = new_page(nginx.url, http_credentials=CREDENTIALS)
    runs_live(page, nginx, deployed.hub, "live")
    assert page.evaluate("window.__executionHub.transport") == "websocket"
    page.evaluate(
        """() => {
            window.told = [];
            const socket = new WebSocket(`ws://${window.location.host}/ws/executions?client_id=page`);
            socket.onmessage = (message) => window.told.push(JSON.parse(message.data));
        }"""
    )
    page.wait_for_function("() => window.told.some((each) => each.type === 'snapshot')", timeout=LIVE_MS)
    execution_id = deployed.hub.start_test("[fast] told to a socket")
    page.wait_for_function(
        "id => window.told.some(({ data }) => data.id === id && data.status === 'succeeded')",
        arg=execution_id,
        timeout=LIVE_MS,
    )


@pytest.mark.parametrize("refusal", ["forgets the upgrade", "answers 403"])
def test_behind_an_nginx_that_refuses_upgrades_the_pages_poll(
    make_nginx: MakeNginx, deployed: Deployed, new_page: NewPage, refusal: str
) -> None:
    """One that was set up without the upgrade headers, and one that forbids websockets."""
    nginx = make_nginx(deployed.hub.port, deployed.pages)
    upgrade, own = "proxy_set_header Upgrade $http_upgrade;", 'proxy_set_header Upgrade "";'
    connection = "proxy_set_header Connection $hub_connection;"
    text = CONFIGURATION.read_text()
    assert upgrade in text and connection in text
    if refusal == "forgets the upgrade":
        text = text.replace(upgrade, own).replace(connection, 'proxy_set_header Connection "";')
    else:
        text = text.replace("server_tokens off;", 'server_tokens off;\n    if ($http_upgrade != "") { return 403; }')
    nginx.write(text)
    page = new_page(nginx.start().url, http_credentials=CREDENTIALS)
    runs_live(page, nginx, deployed.hub, "polling")
    assert page.evaluate("window.__executionHub.transport") == "polling"


def test_with_tls_the_pages_are_live_and_nobody_is_asked_in_the_clear(
    make_nginx: MakeNginx, deployed: Deployed, new_page: NewPage
) -> None:
    nginx = make_nginx(deployed.hub.port, deployed.pages, with_tls=True).start()
    plain = ask(nginx, "/agents", Authorization="")
    assert (plain.status, plain.headers["location"]) == (301, [f"{nginx.url}/agents"])
    # Whoever gives out certificates follows there, and has no password.
    challenge = nginx.challenges / ".well-known" / "acme-challenge" / "token"
    challenge.parent.mkdir(parents=True)
    challenge.write_text("answer")
    told = ssl.create_default_context(cafile=nginx.certificate)
    told.check_hostname = False  # asked by its number
    with urllib.request.urlopen(
        f"https://127.0.0.1:{nginx.port}/.well-known/acme-challenge/token", context=told
    ) as got:
        assert got.read() == b"answer"
    page = new_page(nginx.url, http_credentials=CREDENTIALS, ignore_https_errors=True)
    runs_live(page, nginx, deployed.hub, "live")
    answer = page.reload()
    assert answer is not None and answer.headers["strict-transport-security"] == "max-age=31536000"
    assert page.evaluate("window.__executionHub.socket.io.uri").startswith("wss:")


def test_open_pages_come_back_when_the_hub_is_restarted(nginx: Nginx, deployed: Deployed, new_page: NewPage) -> None:
    """As at an upgrade: nginx answers for it meanwhile, and nobody has to reload."""
    page = new_page(nginx.url, http_credentials=CREDENTIALS)
    connection = page.get_by_test_id("connection")
    expect(connection).to_have_attribute("data-state", "live", timeout=LIVE_MS)
    page.evaluate("window.neverReloaded = true")
    deployed.hub.stop()
    assert ask(nginx, "/api/ready").status == 503
    page.wait_for_function("() => !window.__executionHub.connected", timeout=LIVE_MS)
    deployed.hub.start()
    execution_id = deployed.hub.start_test("[fast] after the restart")
    expect(page.locator(row(execution_id))).to_have_attribute("data-status", "succeeded", timeout=2 * LIVE_MS)
    # One that polls, since its first try was refused, looks for a websocket every 30 s.
    expect(connection).to_have_attribute("data-state", "live", timeout=2 * LIVE_MS)
    assert page.evaluate("window.neverReloaded")


def test_what_waits_is_not_cut(nginx: Nginx, deployed: Deployed) -> None:
    """A long-poll of 30 s without news ends by itself; a socket as silent for as long still tells what comes."""
    hub = deployed.hub
    execution_id = run(hub, make_workflow(hub, "asks", {"name": "ask", "type": "approval"}), "may I?")
    last_seq = waiting(hub, execution_id)["last_seq"]
    path = f"/api/executions/{execution_id}/events?after={last_seq}&wait="
    with open_socket(nginx) as opened, ThreadPoolExecutor(1) as threads:
        assert json.loads(opened.recv(60))["type"] == "snapshot"
        started = time.monotonic()
        answer = ask(nginx, f"{path}{LONG_POLL_SECONDS}")
        took = time.monotonic() - started
        assert answer.status == 200
        assert json.loads(answer.body) == {"events": [], "last_seq": last_seq}
        assert LONG_POLL_SECONDS <= took < LONG_POLL_SECONDS + 25
        # News goes out at once, not when a buffer is full.
        asked = threads.submit(ask, nginx, f"{path}{LONG_POLL_SECONDS}")
        status, _ = hub.call("POST", f"/api/executions/{execution_id}/steps/ask/approve", {})
        assert status < 300
        assert json.loads(asked.result(60).body)["events"]
        told: dict[str, Any] = {}
        while told.get("status") != "succeeded":
            told = json.loads(opened.recv(60))["data"]


@pytest.mark.parametrize(("is_sticky", "processes"), [(True, 1), (False, 2)])
def test_with_two_hubs_a_client_stays_with_one(
    make_nginx: MakeNginx, deployed: Deployed, is_sticky: bool, processes: int
) -> None:
    """A polling session lives in one process; without `ip_hash` its requests would go to both in turn."""
    hubs = [http.server.HTTPServer(("127.0.0.1", 0), NamedPort) for _ in range(2)]
    try:
        for hub in hubs:
            threading.Thread(target=hub.serve_forever, daemon=True).start()
        nginx = make_nginx(hubs[0].server_port, deployed.pages)
        first = "server 127.0.0.1:8000;"
        text = CONFIGURATION.read_text().replace(first, f"{first}\n    server 127.0.0.1:{hubs[1].server_port};")
        nginx.write(text if is_sticky else text.replace("ip_hash;", ""))
        nginx.start()
        asked = {ask(nginx, "/_event/?EIO=4&transport=polling").body for _ in range(10)}
        assert len(asked) == processes
    finally:
        for hub in hubs:
            hub.shutdown()
            hub.server_close()


# What is there to run it


def test_nginx_accepts_what_is_handed_out(nginx: Nginx) -> None:
    said = nginx.check()
    assert "test is successful" in said
    assert "[warn]" not in said


def test_a_missing_nginx_is_one_line_that_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(pytest.fail.Exception, match=r"^nginx is missing: .* apt-get install nginx$"):
        nginx_path()


def test_the_guide_verifies_as_it_says(nginx: Nginx) -> None:
    """The commands of docs/deploy.md under "Verify" print what is printed there."""
    section = GUIDE.read_text().split("## 6. Verify", 1)[1].split("\n## ", 1)[0]
    blocks = re.findall(r"```sh\n(.*?)```\n\n```\n(.*?)```", section, re.DOTALL)
    assert len(blocks) == 3
    resolve = f"--resolve {PUBLIC_NAME}:{nginx.port}:127.0.0.1"
    for commands, printed in blocks:
        own = commands.replace("https://hub.example.com", nginx.url).replace("-u ada", f"-u {USER}:{PASSWORD}")
        script = f'curl() {{ command curl {resolve} "$@"; }}\n{own}'
        done = subprocess.run(("bash", "-c", script), capture_output=True, text=True, timeout=60)
        wanted = re.escape(printed.strip()).replace("…", ".*")
        assert re.fullmatch(wanted, done.stdout.replace("\r", "").strip()), done.stdout + done.stderr

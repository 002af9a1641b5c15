"""What pages may load and run, and who may talk to a hub, as Chromium sees it. One hub for all."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support import messages_replies as replies
from tests.support.messages_server import MessagesServer
from tests.support.pages import LIVE_MS, NewPage
from tests.support.server import HubProcess, fetch

ANSWER = (
    "# One\n\n\\(x^2\\) and\n\n$$\\int_0^1 x\\,dx$$\n\n```mermaid\ngraph LR\n  a --> b\n```\n\n"
    "```mermaid\nsequenceDiagram\n  A->>B: hello\n```\n\n```py\nprint(1)\n```\n\n"
    '![](data:image/png;base64,AAAA) ![far](https://x.y/c.png)\n\n{"a": 1}'
)


class Visitor:
    """A page that keeps what the console complained of; what the policy refuses fails the test by itself."""

    def __init__(self, page: Page, hub: HubProcess) -> None:
        """Take a fresh page."""
        self.page, self.hub = page, hub
        self.found: list[str] = []
        page.on("console", self._hear)

    def _hear(self, message: Any) -> None:
        if self.page.url.endswith("/nowhere") and "status of 404" in message.text:
            return
        if message.type == "error" and "Content Security Policy" not in message.text:
            self.found.append(f"{self.page.url}: {message.text}")

    def open(self, path: str) -> Page:
        """Go to a page of the hub and wait until it is live."""
        self.page.goto(self.hub.url + path)
        expect(self.page.get_by_test_id("connection")).to_have_attribute("data-state", "live", timeout=LIVE_MS)
        expect(self.page.locator(".skeleton")).to_have_count(0, timeout=LIVE_MS)
        return self.page


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """Yield the address of a page that another program of this machine serves."""
    (tmp_path / "index.html").write_text("<!DOCTYPE html><title>elsewhere</title>")
    serving = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path)))
    Thread(target=serving.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    serving.server_close()


@pytest.fixture
def visitor(claude_hub: HubProcess, new_page: NewPage) -> Iterator[Visitor]:
    """Yield a visitor that must not have met anything in the end."""
    found = Visitor(new_page("about:blank"), claude_hub)
    yield found
    # What the console said before is heard by then.
    found.page.evaluate("0")
    assert found.found == []


def test_every_page_runs_under_its_policy(visitor: Visitor, module_provider: MessagesServer) -> None:
    """Nothing is refused on any page, with a formula, diagrams and an image, nor while something is written."""
    hub = visitor.hub
    module_provider.reply(replies.text([ANSWER]))
    said = hub.ended(hub.start_test("say it", hub.agent_id("claude-sonnet-5-5")))["id"]
    task = hub.call("POST", "/api/tasks", {"name": "Bees", "input": "bees"})[1]["id"]
    plain = (
        "/",
        "/agents",
        "/workflows",
        "/workflows/1",
        "/workflows/new",
        "/tasks",
        "/tools",
        "/workers",
        "/settings",
    )
    for path in (*plain, f"/agents/{hub.agent_id()}"):
        visitor.open(path)
    visitor.open(f"/tasks/{task}")
    visitor.page.goto(f"{hub.url}/nowhere")
    expect(visitor.page.get_by_test_id("connection")).to_be_visible()
    page = visitor.open(f"/executions/{said}")
    output = page.get_by_test_id("execution-output")
    expect(output.locator(".math[data-state=drawn]")).to_have_count(2)
    expect(output.locator("figure.diagram img")).to_have_count(2)
    expect(output.locator(".no-image")).to_have_count(2)
    page.get_by_role("button", name="Raw").click()
    page = visitor.open("/agents")
    page.get_by_test_id("language").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    # From page to page without loading anew.
    page.locator("nav.side a[href='/workflows']").click()
    expect(page).to_have_url(f"{hub.url}/workflows")


def test_the_documentation_of_the_api_runs_under_its_policy(visitor: Visitor) -> None:
    """It is read, and a call is tried."""
    visitor.page.goto(f"{visitor.hub.url}/api/docs")
    visitor.page.locator("#operations-tag-health, .opblock-summary").first.wait_for()
    visitor.page.locator(".opblock-summary-path", has_text="/api/health").first.click()
    visitor.page.get_by_role("button", name="Try it out").click()
    visitor.page.get_by_role("button", name="Execute").click()
    expect(visitor.page.locator("tr.response .response-col_status").first).to_contain_text("200")


def test_a_script_that_was_not_built_in_does_not_run(claude_hub: HubProcess, new_page: NewPage) -> None:
    """Whatever way it came in: as an element, as an attribute, as text that is evaluated, from elsewhere."""
    page = new_page(claude_hub.url, may_break_policy=True)
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.broken = 1";
            const image = document.createElement("div");
            document.body.append(script, image);
            image.innerHTML = '<img src="/nothing.png" onerror="window.broken = 2">';
            const far = document.createElement("script");
            far.src = "https://x.y/a.js";
            document.body.append(far);
            fetch("https://x.y/").catch(() => {});
        }"""
    )
    page.wait_for_function("() => window.violations.length >= 4")
    assert page.evaluate("window.broken") is None
    told = page.evaluate("window.violations.map((each) => each.split(' ')[0])")
    assert set(told) == {"script-src-elem", "script-src-attr", "connect-src"}


def test_pages_of_another_port_of_this_machine_may_do_nothing(
    claude_hub: HubProcess, new_page: NewPage, elsewhere: str
) -> None:
    """Neither pause the queue without a body, nor open one of the sockets, nor show an answer as their own."""
    page = new_page(elsewhere)
    done = page.evaluate(
        """async (hub) => {
            const opened = (url) => new Promise((resolve) => {
                const socket = new WebSocket(url.replace("http", "ws"));
                socket.onopen = () => resolve("opened");
                socket.onerror = () => resolve("refused");
            });
            const loaded = (url) => new Promise((resolve) => {
                const image = new Image();
                image.onload = () => resolve("loaded");
                image.onerror = () => resolve("refused");
                image.src = url;
            });
            const forms = await fetch(`${hub}/api/queue/pause`, { method: "POST", mode: "no-cors" })
                .then((answer) => answer.type, () => "refused");
            return [
                forms,
                await opened(`${hub}/ws/executions?client_id=foreign`),
                await opened(`${hub}/_event/?EIO=4&transport=websocket`),
                await loaded(`${hub}/favicon.svg`),
            ];
        }""",
        claude_hub.url,
    )
    assert done[1:] == ["refused"] * 3
    assert claude_hub.call("GET", "/api/queue")[1]["is_paused"] is False
    assert fetch(f"{claude_hub.url}/favicon.svg")[0] == 200

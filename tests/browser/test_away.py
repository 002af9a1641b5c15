"""Nobody looks, the lid is closed, the proxy changes its mind: what a page shows afterwards is right."""

import re
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support import messages_replies as replies
from tests.support.messages_server import MessagesServer
from tests.support.network import BadNetwork
from tests.support.pages import LIVE_MS, NewPage, row
from tests.support.server import HubProcess

# Or as long as the same page took to be opened, where the machine is too busy for that.
WAKE_SECONDS = 1.0
STILL_MS = 1_500
# A headless tab is always visible: this is what a browser does when another tab is chosen.
SHOW = """
(state) => {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""

# Kept by the page itself: when it woke, and what its rows showed from when on.
WATCH = """
() => {
  window.seen = [];
  const look = () => {
    const rows = [...document.querySelectorAll('[data-testid="history-row"]')];
    window.seen.push([performance.now(), Object.fromEntries(rows.map(({ dataset }) =>
      [dataset.executionId, dataset.status]))]);
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
  const wake = () => { window.wokenAt ??= performance.now(); };
  window.addEventListener("online", wake);
  for (const name of ["resume", "visibilitychange"]) document.addEventListener(name, wake);
}
"""
TOOK = """
(rows) => {
  const [at] = window.seen.find(([, shown]) => rows.every(([id, status]) => shown[id] === status));
  return (at - window.wokenAt) / 1000;
}
"""


class Sleeper:
    """A page of the dashboard that goes away and comes back.

    Attributes:
        page: The page, live.
    """

    def __init__(self, new_page: NewPage, url: str) -> None:
        """Open it."""
        began = time.monotonic()
        self.page = new_page(url)
        is_live(self.page)
        self._bound = max(WAKE_SECONDS, time.monotonic() - began)
        self.page.evaluate(WATCH)

    def is_right_at_once(self, statuses: dict[int, str]) -> None:
        """Wait until it shows these, by the numbers of executions, which it must have done within a second."""
        for execution_id, status in statuses.items():
            expect(row(self.page, execution_id)).to_have_attribute("data-status", status, timeout=LIVE_MS)
        took = self.page.evaluate(TOOK, [[str(number), status] for number, status in statuses.items()])
        assert took < self._bound


@pytest.fixture
def network(shared_hub: HubProcess) -> Iterator[BadNetwork]:
    """Yield a network before the shared hub that is well until told otherwise."""
    found = BadNetwork(shared_hub.port).start()
    yield found
    found.stop()


def is_live(page: Page, state: str = "live", timeout: float = LIVE_MS) -> None:
    """Wait until the page says how it is connected."""
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", state, timeout=timeout)


def still(page: Page, output: Locator) -> str:
    """Return an output once nothing has come to it for a while, in which fifteen words were written."""
    before = output.inner_text()
    for _ in range(LIVE_MS // STILL_MS):
        page.wait_for_timeout(STILL_MS)
        if (now := output.inner_text()) == before:
            return now
        before = now
    raise AssertionError("It goes on.")


def test_a_hidden_tab_gets_no_tails_but_the_end_and_shows_all_when_seen_again(
    hub_process: Callable[..., HubProcess], messages_server: MessagesServer, new_page: NewPage
) -> None:
    over = threading.Event()
    messages_server.default = replies.endless(over, delay=0.1)
    hub = hub_process().start()
    execution_id = hub.start_test("nobody looks", hub.agent_id("claude-sonnet-5-5"))
    page = new_page(f"{hub.url}/executions/{execution_id}")
    output = page.get_by_test_id("execution-output")
    expect(output).to_contain_text("word5", timeout=LIVE_MS)
    page.evaluate(SHOW, "hidden")
    before = still(page, output)
    assert page.evaluate("window.__executionHub.connected")
    page.evaluate(SHOW, "visible")
    expect(output).not_to_have_text(before, timeout=LIVE_MS)
    page.evaluate(SHOW, "hidden")
    over.set()
    hub.ended(execution_id)
    expect(page.get_by_test_id("execution-status")).to_contain_text("Succeeded", timeout=LIVE_MS)
    expect(output).to_contain_text("The end.")


def test_a_hidden_dashboard_is_told_what_begins_and_ends(shared_hub: HubProcess, new_page: NewPage) -> None:
    page = new_page(shared_hub.url)
    is_live(page)
    page.evaluate(SHOW, "hidden")
    page.wait_for_timeout(300)
    execution_id = shared_hub.start_test("[fast] while nobody looks")
    expect(row(page, execution_id)).to_have_attribute("data-status", "succeeded", timeout=LIVE_MS)


def test_a_frozen_tab_is_right_within_a_second_of_waking(
    shared_hub: HubProcess, network: BadNetwork, new_page: NewPage
) -> None:
    """The lid is closed: the page stands still, its connections die; what ran meanwhile is there when it wakes."""
    sleeper = Sleeper(new_page, network.url)
    page = sleeper.page
    running = shared_hub.start_test("[slow] seen before the lid was closed")
    expect(row(page, running)).to_have_attribute("data-status", "running", timeout=LIVE_MS)
    client = page.context.new_cdp_session(page)
    frozen: list[object] = []
    client.on("Debugger.paused", lambda event: frozen.append(event))  # noqa: PLW0108 - Playwright takes no built-in
    client.send("Debugger.enable")
    # `Page.setWebLifecycleState` leaves a page that is seen as it is, and without a window all are.
    client.send("Debugger.pause")
    while not frozen:
        page.wait_for_timeout(50)
    network.cut()
    shared_hub.call("POST", f"/api/executions/{running}/cancel")
    during = shared_hub.start_test("[fast] ran while the lid was closed")
    shared_hub.ended(during)
    shared_hub.ended(running)
    time.sleep(1)
    client.send("Debugger.disable")
    page.evaluate(SHOW, "visible")
    sleeper.is_right_at_once({during: "succeeded", running: "cancelled"})


def test_offline_for_a_while_the_page_is_right_within_a_second_of_being_back(
    shared_hub: HubProcess, new_page: NewPage
) -> None:
    sleeper = Sleeper(new_page, shared_hub.url)
    page = sleeper.page
    page.evaluate("window.__executionHub.socket.io.engine.close()")
    page.context.set_offline(True)
    is_live(page, "stale")
    during = shared_hub.start_test("[fast] ran while this page was offline")
    shared_hub.ended(during)
    page.wait_for_timeout(4000)
    page.context.set_offline(False)
    sleeper.is_right_at_once({during: "succeeded"})


def test_a_page_that_polls_goes_back_to_the_websocket_without_a_new_connection(
    shared_hub: HubProcess, network: BadNetwork, new_page: NewPage
) -> None:
    network.refuse_websockets(True)
    page = new_page(network.url)
    is_live(page, "polling")
    session = page.evaluate("window.__executionHub.socket.id")
    page.evaluate("window.__executionHub.tryWebsocket()")
    page.wait_for_timeout(1000)
    assert page.evaluate("window.__executionHub.transport") == "polling"
    network.refuse_websockets(False)
    page.evaluate("window.__executionHub.tryWebsocket()")
    is_live(page, "live")
    assert page.evaluate("window.__executionHub.socket.id") == session
    execution_id = shared_hub.start_test("[fast] by websocket again")
    expect(row(page, execution_id)).to_have_attribute("data-status", "succeeded", timeout=LIVE_MS)


def test_a_stale_page_stands_still_and_says_when_it_last_saw_what_runs(
    shared_hub: HubProcess, network: BadNetwork, new_page: NewPage
) -> None:
    page = new_page(network.url)
    is_live(page)
    execution_id = shared_hub.start_test("[slow] seen last")
    expect(row(page, execution_id)).to_have_attribute("data-status", "running", timeout=LIVE_MS)
    network.stop()
    is_live(page, "stale")
    expect(page.get_by_test_id("connection")).to_contain_text(re.compile(r"\d\d:\d\d"))
    expect(row(page, execution_id)).to_contain_text(re.compile(r"\d\d:\d\d"))
    first = page.locator(".ticker").evaluate_all("all => all.map(each => each.textContent)")
    page.wait_for_timeout(2500)
    assert page.locator(".ticker").evaluate_all("all => all.map(each => each.textContent)") == first

"""Nobody looks, the lid is closed, the proxy changes its mind: what a page shows afterwards is right."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support import messages_replies as replies
from tests.support.messages_server import MessagesServer
from tests.support.network import BadNetwork
from tests.support.pages import LIVE_MS, NewPage, row
from tests.support.server import HubProcess

WAKE_SECONDS = 1.0
# A headless tab is always visible: this is what a browser does when another tab is chosen.
SHOW = """
(state) => {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""


@pytest.fixture
def network(shared_hub: HubProcess) -> Iterator[BadNetwork]:
    """Yield a network before the shared hub that is well until told otherwise."""
    found = BadNetwork(shared_hub.port).start()
    yield found
    found.stop()


def is_live(page: Page, state: str = "live", timeout: float = LIVE_MS) -> None:
    """Wait until the page says how it is connected."""
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", state, timeout=timeout)


def test_a_hidden_tab_gets_no_tails_but_the_end_and_shows_all_when_seen_again(
    hub_process: Callable[..., HubProcess], messages_server: MessagesServer, new_page: NewPage
) -> None:
    messages_server.default = replies.text([f"word{number} " for number in range(60)], delay=0.1)
    hub = hub_process().start()
    execution_id = hub.start_test("nobody looks", hub.agent_id("claude-sonnet-5-5"))
    page = new_page(f"{hub.url}/executions/{execution_id}")
    output = page.get_by_test_id("execution-output")
    expect(output).to_contain_text("word5", timeout=LIVE_MS)
    page.evaluate(SHOW, "hidden")
    page.wait_for_timeout(700)
    before = output.inner_text()
    page.wait_for_timeout(1500)
    assert output.inner_text() == before
    assert page.evaluate("window.__executionHub.connected")
    page.evaluate(SHOW, "visible")
    expect(output).to_contain_text("word25", timeout=3_000)
    page.evaluate(SHOW, "hidden")
    hub.ended(execution_id)
    expect(page.get_by_test_id("execution-status")).to_contain_text("Succeeded", timeout=2_000)
    expect(output).to_contain_text("word59")


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
    page = new_page(network.url)
    is_live(page)
    running = shared_hub.start_test("[slow] seen before the lid was closed")
    expect(row(page, running)).to_have_attribute("data-status", "running", timeout=LIVE_MS)
    client = page.context.new_cdp_session(page)
    client.send("Page.setWebLifecycleState", {"state": "frozen"})
    network.cut()
    shared_hub.call("POST", f"/api/executions/{running}/cancel")
    during = shared_hub.start_test("[fast] ran while the lid was closed")
    shared_hub.ended(during)
    shared_hub.ended(running)
    time.sleep(1)
    woken_at = time.monotonic()
    client.send("Page.setWebLifecycleState", {"state": "active"})
    page.evaluate(SHOW, "visible")
    expect(row(page, during)).to_have_attribute("data-status", "succeeded", timeout=LIVE_MS)
    expect(row(page, running)).to_have_attribute("data-status", "cancelled", timeout=LIVE_MS)
    assert time.monotonic() - woken_at < WAKE_SECONDS


def test_offline_for_a_while_the_page_is_right_within_a_second_of_being_back(
    shared_hub: HubProcess, new_page: NewPage
) -> None:
    page = new_page(shared_hub.url)
    is_live(page)
    page.evaluate("window.__executionHub.socket.io.engine.close()")
    page.context.set_offline(True)
    is_live(page, "stale")
    during = shared_hub.start_test("[fast] ran while this page was offline")
    shared_hub.ended(during)
    page.wait_for_timeout(4000)
    back_at = time.monotonic()
    page.context.set_offline(False)
    expect(row(page, during)).to_have_attribute("data-status", "succeeded", timeout=LIVE_MS)
    assert time.monotonic() - back_at < WAKE_SECONDS


def test_a_page_that_polls_goes_back_to_the_websocket_without_a_new_connection(
    shared_hub: HubProcess, network: BadNetwork, new_page: NewPage
) -> None:
    network.refuse_websockets(True)
    page = new_page(network.url)
    is_live(page, "polling", timeout=20_000)
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

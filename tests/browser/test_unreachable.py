"""The hub is out of reach, paused, or behind: the page says so, and starts nothing later by itself."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.support import messages_replies as replies
from tests.support.messages_server import MessagesServer
from tests.support.network import BadNetwork
from tests.support.pages import LIVE_MS, NewPage, open_agent, open_page, press_test, row, started
from tests.support.server import HubProcess


@pytest.fixture
def network(claude_hub: HubProcess) -> Iterator[BadNetwork]:
    """Yield a network before the module's hub that is well until told otherwise."""
    found = BadNetwork(claude_hub.port).start()
    yield found
    found.stop()


def is_in(page: Page, state: str | re.Pattern[str]) -> None:
    """Wait until the page says how it is connected."""
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", state, timeout=LIVE_MS)


def test_a_press_without_a_hub_is_said_and_starts_nothing_later(
    claude_hub: HubProcess, network: BadNetwork, new_page: NewPage
) -> None:
    """The text stays; once the hub is back, the next press starts one execution, not two."""
    page, text = new_page(f"{network.url}/agents/{claude_hub.agent_id()}"), "[fast] pressed without a hub"
    is_in(page, "live")
    refused, field = page.get_by_test_id("refused"), page.get_by_test_id("test-input")
    expect(refused).to_be_hidden()
    network.go_away()
    is_in(page, "stale")
    press_test(page, text)
    expect(refused).to_contain_text("nothing was done")
    expect(refused).to_be_visible()
    network.come_back()
    # Whichever of the two it reached first: from polling it goes on to the websocket when it next tries.
    is_in(page, re.compile("live|polling"))
    expect(refused).to_be_hidden()
    expect(field).to_have_value(text)
    page.get_by_test_id("test-run").click()
    claude_hub.ended(started(claude_hub, text))
    assert len(claude_hub.call("GET", f"/api/executions?{urlencode({'q': text})}")[1]["items"]) == 1


def test_a_page_whose_code_has_not_come_takes_no_press(claude_hub: HubProcess, new_page: NewPage) -> None:
    """Else it would be lost, and nobody told; once the page hears presses its buttons are as ever."""
    page = new_page(f"{claude_hub.url}/tasks", java_script_enabled=False)
    expect(page.get_by_test_id("task-new")).to_have_css("pointer-events", "none")
    page = new_page("about:blank")
    open_page(page, claude_hub, "/tasks")
    expect(page.get_by_test_id("task-new")).to_have_css("pointer-events", "auto")


def test_a_stale_page_offers_no_stop_and_a_stopped_execution_keeps_its_tokens(
    claude_hub: HubProcess, provider: MessagesServer, network: BadNetwork, new_page: NewPage
) -> None:
    """The button is off, its hint says why, and works again with the hub; then the tokens are "at least"."""
    provider.default = replies.text(["word "] * 6_000, delay=0.1)
    agent_id = claude_hub.agent_id("claude-sonnet-5-5")
    execution_id = claude_hub.start_test("seen by a page that loses its hub", agent_id)
    page = new_page(f"{network.url}/executions/{execution_id}")
    is_in(page, "live")
    stop, tokens = page.get_by_test_id("execution-cancel"), page.locator("dt:has-text('Tokens in / out') + dd")
    expect(tokens).to_contain_text(re.compile(r"/ [1-9]"), timeout=LIVE_MS)
    expect(stop).to_be_enabled()
    network.go_away()
    expect(stop).to_be_disabled()
    expect(stop).to_have_attribute("title", "The hub cannot be reached right now.")
    network.come_back()
    expect(stop).to_be_enabled()
    shown = int(tokens.inner_text().split("/")[1].replace(",", ""))
    stop.click()
    expect(page.get_by_test_id("execution-status")).to_contain_text("Cancelled", timeout=LIVE_MS)
    expect(page.get_by_text("Tokens in / out, at least")).to_be_visible()
    assert int(tokens.inner_text().split("/")[1].replace(",", "")) >= shown
    usage = claude_hub.execution(execution_id)["usage"]
    assert usage["is_partial"] and usage["output_tokens"] >= shown
    open_page(page, claude_hub, "/")
    expect(row(page, execution_id)).to_contain_text("≥")


def test_a_paused_queue_is_said_where_one_starts(claude_hub: HubProcess, new_page: NewPage) -> None:
    """Before the press and after it, with the way to resume; and the connection says by how much it is behind."""
    claude_hub.call("POST", "/api/queue/pause")
    page, text = new_page("about:blank"), "[fast] started while the queue was paused"
    open_agent(page, claude_hub, claude_hub.agent_id())
    expect(page.get_by_test_id("queue-notice")).to_contain_text("paused")
    press_test(page, text)
    expect(page.get_by_text("Stored. It starts once the queue is resumed.").first).to_be_visible()
    page.get_by_test_id("queue-notice").get_by_role("button").click()
    expect(page.get_by_test_id("queue-notice")).to_have_count(0)
    claude_hub.ended(started(claude_hub, text))
    connection = page.get_by_test_id("connection")
    expect(connection).not_to_have_attribute("data-behind", re.compile("."))
    place = connection.bounding_box()
    page.evaluate("window.__executionHub.lagMs = () => 3400")
    expect(connection).to_have_text("Live3 s behind")
    assert connection.bounding_box() == place, "it comes and goes, and nothing moves for it"

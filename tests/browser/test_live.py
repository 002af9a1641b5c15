"""The main job in real browsers: test an agent, leave, watch it live everywhere."""

import re
import threading
from collections.abc import Callable

from playwright.sync_api import expect

from tests.support import messages_replies as replies
from tests.support.messages_server import MessagesServer
from tests.support.pages import (
    LIVE_MS,
    NewPage,
    one_presses_test_the_other_watches,
    open_agent,
    press_test,
    row,
    started,
)
from tests.support.server import HubProcess, poll


def test_one_presses_test_and_leaves_the_other_watches(shared_hub: HubProcess, new_page: NewPage) -> None:
    """The second browser sees the row appear, glow and end without a reload; both show the same output."""
    one_presses_test_the_other_watches(shared_hub, new_page)


def test_closing_every_browser_changes_nothing(shared_hub: HubProcess, new_page: NewPage) -> None:
    """The person leaves mid-run; the execution ends as if they had stayed."""
    page = new_page("about:blank")
    open_agent(page, shared_hub, shared_hub.agent_id())
    press_test(page, "Goes on without me")
    execution_id = started(shared_hub, "Goes on without me")
    poll(lambda: shared_hub.execution(execution_id)["status"] == "running")
    page.context.close()
    found = shared_hub.ended(execution_id)
    assert found["status"] == "succeeded"
    assert found["attempt"] == 1


def test_a_double_click_starts_one_execution(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Two quick clicks on Test, one execution."""
    page = new_page("about:blank")
    open_agent(page, shared_hub, shared_hub.agent_id())
    page.get_by_test_id("test-input").fill("[fast] twice 7391")
    page.get_by_test_id("test-run").dblclick()
    expect(page.get_by_test_id("execution-status").first).to_contain_text("Succeeded", timeout=LIVE_MS)
    found = shared_hub.call("GET", "/api/executions?q=twice+7391")[1]["items"]
    assert len(found) == 1


def test_the_output_streams_while_it_is_written(
    claude_hub: HubProcess, provider: MessagesServer, new_page: NewPage
) -> None:
    """An open execution page shows the text grow, and in the end exactly the provider's text."""
    over = threading.Event()
    provider.reply(replies.endless(over, delay=0.1))
    execution_id = claude_hub.start_test("stream", claude_hub.agent_id("claude-sonnet-5-5"))
    page = new_page(f"{claude_hub.url}/executions/{execution_id}")
    output = page.get_by_test_id("execution-output")
    expect(output).to_contain_text("word3", timeout=LIVE_MS)
    expect(page.get_by_test_id("execution-status")).to_contain_text("Running")
    over.set()
    expect(output).to_contain_text("The end.", timeout=LIVE_MS)
    expect(page.get_by_test_id("execution-status")).to_contain_text("Succeeded")
    shown = output.inner_text().split()
    assert shown == [*(f"word{number}" for number in range(len(shown) - 2)), "The", "end."]


def test_ten_at_once_never_mix(claude_hub: HubProcess, provider: MessagesServer, new_page: NewPage) -> None:
    """Ten run side by side under one dashboard; each page shows its own answer."""
    hub = claude_hub
    agent_id = hub.agent_id("claude-sonnet-5-5")
    page = new_page(hub.url)
    ids = {index: hub.start_test(f"input number {index}", agent_id) for index in range(10)}
    for index, execution_id in ids.items():
        expect(row(page, execution_id)).to_have_attribute("data-status", "succeeded", timeout=LIVE_MS)
        assert hub.execution(execution_id)["output"] == replies.default_text(f"input number {index}")
    page.goto(f"{hub.url}/executions/{ids[4]}")
    expect(page.get_by_test_id("execution-output")).to_contain_text("input number 4")
    assert not re.search(r"input number [^4]", page.get_by_test_id("execution-output").inner_text())


def test_script_and_html_stay_text_everywhere(
    claude_hub: HubProcess, provider: MessagesServer, new_page: NewPage
) -> None:
    """Names, inputs, outputs and errors are shown as they are; nothing of them runs."""
    evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>[x](javascript:window.hacked=1)'
    hub = claude_hub
    body = {"name": f"Evil {evil}"[:120], "model": "claude-sonnet-5-5"}
    agent_id = hub.call("POST", "/api/agents", body)[1]["id"]
    provider.reply(replies.text([evil, "\n\n", evil]), replies.invalid(evil))
    ids = [hub.start_test(evil, agent_id)]
    hub.ended(ids[0])
    ids.append(hub.start_test(evil, agent_id))
    hub.ended(ids[1])
    page = new_page(hub.url)
    expect(row(page, ids[0])).to_be_visible(timeout=LIVE_MS)
    expect(row(page, ids[0])).to_contain_text("<img src=x")
    for path in (f"/executions/{ids[0]}", f"/executions/{ids[1]}", f"/agents/{agent_id}", "/agents"):
        page.goto(hub.url + path)
        expect(page.get_by_text("<img src=x").first).to_be_visible(timeout=LIVE_MS)
        assert page.evaluate("window.hacked") is None
        assert page.locator('img[src="x"]').count() == 0
        assert page.locator('a[href^="javascript"]').count() == 0


def test_a_failure_is_told_in_words_in_row_and_page(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Without a key the Claude agent fails, and the page says which variable to set."""
    execution_id = shared_hub.start_test("hello", shared_hub.agent_id("claude-sonnet-5-5"))
    page = new_page(f"{shared_hub.url}/?status=failed")
    expect(row(page, execution_id)).to_contain_text("ANTHROPIC_API_KEY", timeout=LIVE_MS)
    row(page, execution_id).click()
    expect(page).to_have_url(re.compile(f"/executions/{execution_id}"))
    expect(page.get_by_text("ANTHROPIC_API_KEY").first).to_be_visible()
    expect(page.get_by_test_id("execution-status")).to_contain_text("Failed")


def test_filters_live_in_the_url_and_live_rows_obey_them(shared_hub: HubProcess, new_page: NewPage) -> None:
    """A shared link shows the same view; an execution that does not fit never enters it."""
    fits = shared_hub.start_test("[fast] needle 4711")
    shared_hub.ended(fits)
    page = new_page(f"{shared_hub.url}/?q=needle+4711")
    expect(row(page, fits)).to_be_visible(timeout=LIVE_MS)
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live", timeout=LIVE_MS)
    other = shared_hub.start_test("[fast] hay")
    second = shared_hub.start_test("[fast] another needle 4711")
    expect(row(page, second)).to_have_attribute("data-status", "succeeded", timeout=LIVE_MS)
    shared_hub.ended(other)
    expect(row(page, other)).to_have_count(0)
    expect(page.get_by_test_id("history-row")).to_have_count(2)


def test_the_history_pages_on(shared_hub: HubProcess, new_page: NewPage) -> None:
    """25 rows a page; more on demand, each once."""
    ids = [shared_hub.start_test(f"[fast] paging {index}") for index in range(30)]
    for execution_id in ids:
        shared_hub.ended(execution_id)
    page = new_page(f"{shared_hub.url}/?q=paging")
    expect(page.get_by_test_id("history-row")).to_have_count(25, timeout=LIVE_MS)
    page.get_by_test_id("history-more").click()
    expect(page.get_by_test_id("history-row")).to_have_count(30)
    shown = page.get_by_test_id("history-row").evaluate_all("rows => rows.map(row => Number(row.dataset.executionId))")
    assert shown == ids[::-1]


def test_an_empty_hub_teaches_the_first_test_in_the_browsers_language(
    hub_process: Callable[..., HubProcess], new_page: NewPage
) -> None:
    """The empty history says what to do next, with one button that does it and leads there."""
    hub = hub_process().start()
    for locale, word in (("en-US", "Test"), ("zh-CN", "测试")):
        page = new_page(hub.url, locale=locale)
        empty = page.get_by_test_id("history-empty")
        expect(empty).to_be_visible(timeout=LIVE_MS)
        expect(empty).to_contain_text(word)
        empty.get_by_role("button").first.click()
        expect(page).to_have_url(re.compile(r"/agents/\d+"))
        expect(page.get_by_test_id("execution-output")).to_be_visible(timeout=LIVE_MS)
        (execution,) = hub.call("GET", "/api/executions")[1]["items"]
        hub.ended(execution["id"])
        hub.call("DELETE", f"/api/executions/{execution['id']}")


def test_a_page_comes_back_by_itself_after_the_server_restarts(
    hub_process: Callable[..., HubProcess], new_page: NewPage
) -> None:
    """Killed mid-run and started again: the open page says stale, then live, and the run goes on and ends in it."""
    hub = hub_process().start()
    page = new_page(hub.url)
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live", timeout=LIVE_MS)
    execution_id = hub.start_test("[slow] survive")
    expect(row(page, execution_id)).to_have_attribute("data-status", "running", timeout=LIVE_MS)
    hub.kill()
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "stale", timeout=LIVE_MS)
    hub.start()
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live", timeout=30_000)
    poll(lambda: hub.execution(execution_id)["attempt"] == 2)
    expect(row(page, execution_id)).to_have_attribute("data-status", "running", timeout=LIVE_MS)
    hub.call("POST", f"/api/executions/{execution_id}/cancel")
    expect(row(page, execution_id)).to_have_attribute("data-status", "cancelled", timeout=LIVE_MS)

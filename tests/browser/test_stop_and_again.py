"""Stop means stop, and nothing is lost by a click: stop, run again, delete, take back, pause, in real browsers."""

import re
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support import messages_replies as replies
from tests.support.messages_server import MessagesServer
from tests.support.pages import LIVE_MS, NewPage, row
from tests.support.server import HubProcess, poll

CLAUDE = "claude-sonnet-5-5"
MakeHub = Callable[..., HubProcess]


def line(page: Page, execution_id: int) -> Locator:
    """Return the line of the history that holds an execution's row."""
    return page.locator(".line", has=row(page, execution_id))


def open_live(new_page: NewPage, url: str, **options: object) -> Page:
    """Open a page and wait until it is live."""
    page = new_page(url, **options)
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live", timeout=LIVE_MS)
    return page


def running(hub: HubProcess, text: str) -> int:
    """Start a slow test of the offline agent and return its id once it runs."""
    execution_id = hub.start_test(f"[slow] {text}")
    poll(lambda: hub.execution(execution_id)["status"] == "running")
    return execution_id


def ended(hub: HubProcess, text: str, agent_id: int | None = None) -> int:
    """Run a fast test, of the offline agent unless told another, to its end and return its id."""
    execution_id = hub.start_test(f"[fast] {text}", agent_id)
    hub.ended(execution_id)
    return execution_id


def test_a_stream_is_closed_and_the_page_shows_the_proof(
    claude_hub: HubProcess, provider: MessagesServer, new_page: NewPage
) -> None:
    """Stop on the page: the provider saw the connection close, the page tells when, the monitor lets go."""
    provider.reply(replies.endless(threading.Event(), delay=0.05))
    hub = claude_hub
    execution_id = hub.start_test("stream for long", hub.agent_id(CLAUDE))
    page = open_live(new_page, f"{hub.url}/executions/{execution_id}")
    expect(page.get_by_test_id("execution-output")).to_contain_text("word5", timeout=LIVE_MS)
    page.get_by_test_id("execution-cancel").click()

    expect(page.get_by_test_id("execution-status")).to_contain_text("Cancelled", timeout=LIVE_MS)
    expect(page.get_by_test_id("execution-cancel")).to_have_count(0)
    call = provider.calls[0]
    assert poll(lambda: call.closed_by_client) is not None
    found = hub.execution(execution_id)
    assert found["status"] == "cancelled"
    # What was on its way, a second's worth on a busy machine, and what came until the stream was closed.
    stop = found["meta"]["stop"]
    words = stop["closed_after_ms"] / 50 + 20
    assert stop["characters_after"] <= words * len("word1000 ")
    told = rf"Stop requested \d\d:\d\d:\d\d\. The stream was closed {stop['closed_after_ms']} ms later, "
    told += rf"{stop['characters_after']} characters? after\."
    expect(page.get_by_test_id("stop-proof")).to_contain_text(re.compile(told))
    assert found["output"].startswith("word0 word1 ")
    expect(page.get_by_text("stop requested", exact=True)).to_be_visible()
    expect(page.get_by_test_id("monitor")).to_have_count(0, timeout=LIVE_MS)


def test_what_waits_in_the_queue_is_stopped_before_it_starts(hub_process: MakeHub, new_page: NewPage) -> None:
    """Pending: gone from the queue at once, and the page says that no model was called."""
    hub = hub_process(HUB_MAX_CONCURRENCY="1").start()
    first = running(hub, "holds the only slot")
    second = hub.start_test("[fast] waits")
    page = open_live(new_page, f"{hub.url}/executions/{second}", locale="zh-CN")
    page.get_by_test_id("execution-cancel").click()
    expect(page.get_by_test_id("execution-status")).to_contain_text("已取消", timeout=LIVE_MS)
    expect(page.get_by_test_id("stop-proof")).to_contain_text("没有调用模型")
    assert hub.execution(first)["status"] == "running"


def test_rows_and_monitor_stop_and_keys_do_too(shared_hub: HubProcess, new_page: NewPage) -> None:
    """A button of the row, one in the monitor, and `c` on the row that has the focus."""
    ids = [running(shared_hub, f"stopped by hand {index}") for index in range(3)]
    page = open_live(new_page, shared_hub.url)
    line(page, ids[0]).hover()
    line(page, ids[0]).get_by_test_id("row-cancel").click()
    expect(row(page, ids[0])).to_have_attribute("data-status", "cancelled", timeout=LIVE_MS)

    page.get_by_test_id("monitor-toggle").click()
    item = page.locator(f'[data-testid="monitor-item"][data-execution-id="{ids[1]}"]')
    item.get_by_test_id("monitor-cancel").click()
    expect(row(page, ids[1])).to_have_attribute("data-status", "cancelled", timeout=LIVE_MS)
    expect(item).to_contain_text("Cancelled just now")

    row(page, ids[2]).focus()
    page.keyboard.press("c")
    expect(row(page, ids[2])).to_have_attribute("data-status", "cancelled", timeout=LIVE_MS)
    expect(row(page, ids[2])).to_be_focused()


def test_several_are_selected_and_stopped_while_the_list_stands_still(
    shared_hub: HubProcess, new_page: NewPage
) -> None:
    """Two of three are picked; what comes meanwhile waits; the third goes on."""
    ids = [running(shared_hub, f"one of several {index}") for index in range(3)]
    page = open_live(new_page, shared_hub.url)
    expect(page.get_by_test_id("pick-bar")).to_have_count(0)
    row(page, ids[0]).focus()
    page.keyboard.press("x")
    expect(page.get_by_test_id("pick-count")).to_have_text("1 selected")
    line(page, ids[1]).hover()
    line(page, ids[1]).get_by_test_id("row-pick").click()
    expect(page.get_by_test_id("pick-count")).to_have_text("2 selected")
    expect(line(page, ids[1]).get_by_test_id("row-pick")).to_be_checked()

    top = row(page, ids[2]).bounding_box()
    late = shared_hub.start_test("[fast] comes while rows are selected")
    shared_hub.ended(late)
    expect(page.get_by_test_id("history-new")).to_contain_text("1 new")
    assert row(page, ids[2]).bounding_box() == top

    page.get_by_test_id("pick-cancel").click()
    for execution_id in ids[:2]:
        expect(row(page, execution_id)).to_have_attribute("data-status", "cancelled", timeout=LIVE_MS)
    assert shared_hub.execution(ids[2])["status"] == "running"
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("pick-bar")).to_have_count(0)
    shared_hub.call("POST", f"/api/executions/{ids[2]}/cancel", {})


def test_run_again_as_it_ran_links_both_ways(shared_hub: HubProcess, new_page: NewPage) -> None:
    """A double click runs it again once; the new page links to the old one, and the old one to the new."""
    old = ended(shared_hub, "again as it was")
    page = open_live(new_page, f"{shared_hub.url}/executions/{old}")
    page.get_by_test_id("execution-rerun").dblclick()
    expect(page).not_to_have_url(re.compile(f"/executions/{old}$"), timeout=LIVE_MS)
    expect(page.get_by_test_id("execution-status")).to_contain_text("Succeeded", timeout=LIVE_MS)
    found = shared_hub.call("GET", "/api/executions?q=again+as+it+was")[1]["items"]
    assert [each["rerun_of_id"] for each in found] == [old, None]
    page.get_by_test_id("rerun-of").get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"/executions/{old}$"))
    expect(page.get_by_test_id("rerun-as")).to_contain_text(f"#{found[0]['id']}")


def test_run_again_with_an_edited_input_and_the_agent_of_today(shared_hub: HubProcess, new_page: NewPage) -> None:
    """The dialog begins with the old input, refuses an empty one, and takes the agent as it is now."""
    hub = shared_hub
    agent_id = hub.call("POST", "/api/agents", {"name": "Edited"})[1]["id"]
    old = ended(hub, "before the edit", agent_id)
    hub.call("PATCH", f"/api/agents/{agent_id}", {"system_prompt": "Changed since."})
    page = open_live(new_page, f"{hub.url}/executions/{old}")
    watcher = open_live(new_page, f"{hub.url}/executions/{old}")
    page.get_by_test_id("execution-rerun-edit").click()
    field = page.get_by_test_id("rerun-input")
    expect(field).to_have_value("[fast] before the edit")
    field.fill("  ")
    page.get_by_test_id("rerun-submit").click()
    expect(page.get_by_test_id("rerun-dialog")).to_contain_text("Type what the agent should answer.")
    field.fill("[fast] after the edit")
    page.get_by_test_id("rerun-today").check()
    page.get_by_test_id("rerun-submit").click()
    expect(page.get_by_test_id("rerun-of")).to_contain_text(f"Rerun of #{old}", timeout=LIVE_MS)
    expect(page.get_by_test_id("rerun-dialog")).to_be_hidden()
    new = int(page.url.rsplit("/", 1)[1])
    assert hub.ended(new)["input"] == "[fast] after the edit"
    assert hub.execution(new)["definition"]["system_prompt"] == "Changed since."
    expect(watcher.get_by_test_id("rerun-as")).to_contain_text(f"#{new}")


def test_the_row_runs_again_and_says_as_what(shared_hub: HubProcess, new_page: NewPage) -> None:
    """`r` on the row: the person stays, and is offered the new one."""
    old = ended(shared_hub, "again from its row")
    page = open_live(new_page, f"{shared_hub.url}/?q=again+from+its+row")
    row(page, old).focus()
    page.keyboard.press("r")
    # Found and pressed at once: it goes by itself after some seconds.
    told = page.get_by_test_id("told").filter(has_text=re.compile(rf"#{old} runs again as #\d+"))
    told.get_by_test_id("told-open").click()
    expect(page.get_by_test_id("rerun-of")).to_contain_text(f"#{old}", timeout=LIVE_MS)


def test_delete_is_taken_back_and_without_that_is_for_good(shared_hub: HubProcess, new_page: NewPage) -> None:
    """From its page: the dashboard offers Undo; a second browser sees the row go, come back, and go."""
    kept, gone = ended(shared_hub, "deleted, kept"), ended(shared_hub, "deleted, gone")
    watcher = open_live(new_page, shared_hub.url)
    reader = open_live(new_page, f"{shared_hub.url}/executions/{kept}")
    page = open_live(new_page, f"{shared_hub.url}/executions/{kept}")
    expect(row(watcher, kept)).to_be_visible()
    order = watcher.get_by_test_id("history-row").evaluate_all("rows => rows.map(row => row.dataset.executionId)")
    page.get_by_test_id("execution-delete").click()
    expect(page).to_have_url(f"{shared_hub.url}/", timeout=LIVE_MS)
    expect(page.get_by_test_id("undo-notice")).to_contain_text(f"#{kept} deleted.")
    expect(row(watcher, kept)).to_have_count(0)
    expect(reader.get_by_test_id("execution-deleted")).to_be_visible()

    page.get_by_test_id("undo").click()
    expect(row(watcher, kept)).to_be_visible()
    expect(row(page, kept)).to_be_visible()
    expect(reader.get_by_test_id("execution-output")).to_be_visible()
    assert order == watcher.get_by_test_id("history-row").evaluate_all(
        "rows => rows.map(row => row.dataset.executionId)"
    )

    line(page, gone).hover()
    line(page, gone).get_by_test_id("row-delete").click()
    expect(row(watcher, gone)).to_have_count(0)
    expect(page.get_by_test_id("undo")).to_contain_text(re.compile(r"Undo \d+"))
    page.get_by_role("link", name="Agents").first.click()
    expect(page.get_by_test_id("undo-notice")).to_be_visible()
    expect(page.get_by_test_id("undo-notice")).to_have_count(0, timeout=LIVE_MS)
    assert shared_hub.call("GET", f"/api/executions/{gone}")[0] == 404
    assert shared_hub.call("POST", "/api/executions/restore", {"ids": [gone]})[0] == 404


def test_two_quick_clicks_on_stop_are_one(shared_hub: HubProcess, new_page: NewPage) -> None:
    """The second finds it stopping or stopped: nothing is told of it."""
    execution_id = running(shared_hub, "stopped by a double click")
    page = open_live(new_page, f"{shared_hub.url}/executions/{execution_id}")
    expect(page.get_by_test_id("execution-cancel")).to_be_enabled()
    page.get_by_test_id("execution-cancel").dblclick()
    expect(page.get_by_test_id("execution-status")).to_contain_text("Cancelled", timeout=LIVE_MS)
    expect(page.get_by_test_id("told")).to_have_count(0)


@pytest.fixture
def resumed_hub(shared_hub: HubProcess) -> Iterator[HubProcess]:
    """Yield the shared hub, whose queue goes on after the test however that ends."""
    yield shared_hub
    shared_hub.call("POST", "/api/queue/resume", {})


@pytest.mark.parametrize("width", [1440, 390])
def test_the_queue_is_paused_and_resumed_in_every_open_page(
    resumed_hub: HubProcess, new_page: NewPage, width: int
) -> None:
    """Paused in one browser: the other says so, nothing starts; resumed, it does."""
    hub = resumed_hub
    page = open_live(new_page, hub.url, viewport={"width": width, "height": 800})
    watcher = open_live(new_page, f"{hub.url}/agents")
    page.get_by_test_id("queue-pause").click()
    expect(watcher.get_by_test_id("queue-paused")).to_be_visible(timeout=LIVE_MS)
    expect(page.get_by_test_id("stat-running")).to_contain_text("Queue paused")
    execution_id = hub.start_test("[fast] waits for the queue")
    expect(row(page, execution_id)).to_have_attribute("data-status", "pending", timeout=LIVE_MS)
    expect(watcher.get_by_test_id("monitor-queue")).to_contain_text("Queue paused")
    expect(watcher.get_by_test_id("monitor-pending")).to_contain_text("Next in the queue")
    assert hub.call("GET", "/api/queue")[1]["is_paused"] is True
    page.get_by_test_id("queue-pause").click()
    expect(watcher.get_by_test_id("queue-paused")).to_have_count(0, timeout=LIVE_MS)
    expect(row(page, execution_id)).to_have_attribute("data-status", "succeeded", timeout=LIVE_MS)


def test_an_agents_limits_are_edited_and_shown_with_what_ran(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Time limit and retries: words for what does not fit, kept when it does, shown with the execution."""
    hub = shared_hub
    agent_id = hub.call("POST", "/api/agents", {"name": "Limited"})[1]["id"]
    page = open_live(new_page, f"{hub.url}/agents/{agent_id}")
    page.locator("#timeout_seconds").fill("0")
    page.get_by_test_id("agent-save").click()
    expect(page.locator("#timeout_seconds-error")).to_contain_text("More than 0 and at most 86,400 seconds")
    page.locator("#timeout_seconds").fill("90")
    page.locator("#retries").fill("4")
    page.get_by_test_id("agent-save").click()
    expect(page.locator(".saved")).to_have_text("Saved")
    agent = hub.call("GET", f"/api/agents/{agent_id}")[1]
    assert (agent["timeout_seconds"], agent["retries"]) == (90, 4)
    execution_id = ended(hub, "with limits", agent_id)
    page.goto(f"{hub.url}/executions/{execution_id}")
    expect(page.locator(".ran-with")).to_contain_text("1 m 30 s", timeout=LIVE_MS)
    expect(page.locator(".ran-with")).to_contain_text("Retries4")

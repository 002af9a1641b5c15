"""Long inputs in the pages: as far as the limit, quick to type in, and never sent while they are over it."""

import time

from playwright.sync_api import Locator, Page, expect

from execution_hub.domain.execution import INPUT_MAX
from tests.support.pages import LIVE_MS, NewPage
from tests.support.server import HubProcess


def open_agent(page: Page, hub: HubProcess) -> None:
    """Go to the sample agent and wait until it may be tested."""
    page.goto(f"{hub.url}/agents/{hub.agent_id()}")
    expect(page.get_by_test_id("test-run")).to_be_enabled(timeout=LIVE_MS)


def put(field: Locator, text: str) -> None:
    """Put a text into a field at once: Playwright's `fill` takes its time with many lines."""
    field.evaluate(
        """(field, text) => {
          field.value = text;
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        text,
    )


def test_a_count_appears_near_the_limit_and_says_by_how_much_it_is_passed(
    shared_hub: HubProcess, new_page: NewPage
) -> None:
    """Characters as the server counts them; over it neither the button nor its key sends anything."""
    page = new_page("about:blank")
    open_agent(page, shared_hub)
    field, count, button = (page.get_by_test_id(each) for each in ("test-input", "test-input-count", "test-run"))
    expect(count).to_have_text("")
    field.fill("🚀" * (INPUT_MAX // 2))
    expect(count).to_have_text("")
    field.fill("🚀" * (INPUT_MAX - 10))
    expect(count).to_have_text("199,990 / 200,000")
    expect(button).to_be_enabled()
    field.fill("🚀" * (INPUT_MAX + 1_234))
    expect(count).to_have_text("1,234 over 200,000")
    expect(button).to_be_disabled()
    field.press("Control+Enter")
    expect(page.get_by_text("Over the limit of 200,000 characters. Shorten it.")).to_have_count(1)
    page.get_by_test_id("language").click()
    expect(count).to_have_text("超出 1,234 个字符（上限 200,000）")
    assert shared_hub.call("GET", "/api/executions")[1]["items"] == []
    field.fill("Short again")
    expect(count).to_have_text("")
    expect(button).to_be_enabled()


def test_the_longest_input_is_typed_quickly_and_run_from_every_page(shared_hub: HubProcess, new_page: NewPage) -> None:
    """In the test of an agent, a task, a workflow on the task and the dialog that runs it again."""
    hub, text = shared_hub, ('世界 "a\\b" ' * 9 + "\n") * (INPUT_MAX // 82 + 1)
    text = text[: INPUT_MAX - 12]
    page = new_page("about:blank")
    sent: list[int] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(len(frame))))
    open_agent(page, hub)
    field = page.get_by_test_id("test-input")
    put(field, text)
    field.press("Control+End")
    sent.clear()
    times = []
    for letter in " [fast]":
        began = time.monotonic()
        field.press_sequentially(letter)
        times.append(time.monotonic() - began)
    assert sorted(times)[len(times) // 2] < 1
    page.wait_for_timeout(300)
    # Not the text: what is typed stays in the browser until it is sent.
    assert sum(sent) < 20_000
    page.get_by_test_id("test-run").click()
    expect(page.get_by_test_id("execution-status")).to_contain_text("Succeeded", timeout=LIVE_MS)
    newest = hub.call("GET", "/api/executions")[1]["items"][0]["id"]
    assert hub.execution(newest)["input"] == text + " [fast]"

    page.goto(f"{hub.url}/executions/{newest}")
    page.get_by_test_id("execution-rerun-edit").click()
    again = page.get_by_test_id("rerun-input")
    expect(page.get_by_test_id("rerun-input-count")).to_have_text("199,995 / 200,000")
    again.press("Control+End")
    again.press_sequentially("12345678")
    expect(page.get_by_test_id("rerun-submit")).to_be_disabled()
    for _ in range(3):
        again.press("Backspace")
    page.get_by_test_id("rerun-submit").click()
    expect(page.get_by_test_id("rerun-of")).to_be_visible(timeout=LIVE_MS)

    page.goto(f"{hub.url}/tasks")
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live", timeout=LIVE_MS)
    page.get_by_test_id("task-new").click()
    page.get_by_test_id("task-name").fill("Long")
    put(page.get_by_test_id("task-input"), text + "x" * 13)
    expect(page.get_by_test_id("task-save")).to_be_disabled()
    page.get_by_test_id("task-input").press("Control+End")
    page.get_by_test_id("task-input").press("Backspace")
    page.get_by_test_id("task-save").click()
    expect(page.get_by_role("heading", name="Long", level=1)).to_be_visible(timeout=LIVE_MS)
    task = hub.call("GET", "/api/tasks")[1]["items"][0]
    assert task["input"] == text + "x" * 12
    workflow = hub.call("GET", "/api/workflows")[1]["items"][0]["id"]
    page.goto(f"{hub.url}/workflows/{workflow}")
    page.get_by_test_id("workflow-run-task").select_option(label="Long")
    expect(page.get_by_test_id("workflow-run-task-input")).to_contain_text("世界", timeout=LIVE_MS)
    page.get_by_test_id("workflow-run").click()
    expect(page.get_by_test_id("run-started")).to_contain_text("Execution started", timeout=LIVE_MS)

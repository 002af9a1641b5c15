"""What browser tests do on pages."""

from collections.abc import Callable
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

from tests.support.browser import note, noted
from tests.support.server import HubProcess, poll

NewPage = Callable[..., Page]
LIVE_MS = 60_000


def row(page: Page, execution_id: int) -> Locator:
    """Return the history row of an execution."""
    return page.locator(f'[data-testid="history-row"][data-execution-id="{execution_id}"]')


def open_agent(page: Page, hub: HubProcess, agent_id: int) -> None:
    """Go to an agent's page and wait until it may be tested."""
    page.goto(f"{hub.url}/agents/{agent_id}")
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live", timeout=LIVE_MS)
    expect(page.get_by_test_id("test-input")).to_be_visible()


def press_test(page: Page, text: str) -> None:
    """Type an input and press Test."""
    page.get_by_test_id("test-input").fill(text)
    page.get_by_test_id("test-run").click()


def one_presses_test_the_other_watches(shared_hub: HubProcess, new_page: NewPage) -> None:
    """The second browser sees the row appear, glow and end without a reload; both show the same output."""
    watcher = new_page(shared_hub.url, reduced_motion="no-preference")
    expect(watcher.get_by_test_id("connection")).to_have_attribute("data-state", "live", timeout=LIVE_MS)
    expect(watcher.get_by_test_id("monitor")).to_have_count(0)
    note(
        watcher,
        """{
          tile: text("stat-running"), monitor: text("monitor-count"),
          rows: [...document.querySelectorAll('[data-testid="history-row"]')].map((row) => ({
            id: row.dataset.executionId, status: row.dataset.status,
            glows: getComputedStyle(row, "::after").animationName.includes("pulse-glow"),
          })),
        }""",
    )
    tester = new_page(shared_hub.url)
    open_agent(tester, shared_hub, shared_hub.agent_id())
    press_test(tester, "What is a durable execution?")
    expect(tester.get_by_text("Test started. You can leave this page.").first).to_be_visible()
    execution_id = started(shared_hub, "What is a durable execution?")
    tester.goto(shared_hub.url)

    for page in (watcher, tester):
        expect(row(page, execution_id)).to_have_attribute("data-status", "succeeded", timeout=LIVE_MS)
    expect(watcher.get_by_test_id("monitor")).to_have_count(0, timeout=LIVE_MS)
    shown = [(each, one) for each in noted(watcher) for one in each["rows"] if one["id"] == str(execution_id)]
    running = [each for each, one in shown if one["status"] == "running" and one["glows"]]
    assert any("1" in each["tile"] and "1" in each["monitor"] for each in running)
    assert not shown[-1][1]["glows"]

    texts = []
    for page in (watcher, tester):
        page.goto(f"{shared_hub.url}/executions/{execution_id}")
        expect(page.get_by_test_id("execution-status")).to_contain_text("Succeeded", timeout=LIVE_MS)
        expect(page.get_by_test_id("execution-output")).to_contain_text("imulated", timeout=LIVE_MS)
        texts.append(page.get_by_test_id("execution-output").inner_text())
    assert texts[0] == texts[1]


def open_page(page: Page, hub: HubProcess, path: str) -> None:
    """Go to a page and wait until it is live."""
    page.goto(hub.url + path)
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live", timeout=LIVE_MS)


def open_editor(page: Page, hub: HubProcess, workflow: int | str) -> None:
    """Go to a workflow, or to a new one, and wait until it may be edited."""
    open_page(page, hub, f"/workflows/{workflow}")
    expect(page.get_by_test_id("workflow-name")).to_be_visible(timeout=LIVE_MS)


def make(hub: HubProcess, **changes: object) -> int:
    """Store a workflow of two steps and return its number."""
    steps = [
        {"name": "first", "agent_id": hub.agent_id(), "input": "{{ input }}"},
        {"name": "second", "agent_id": hub.agent_id(), "input": "{{ steps.first.output }}"},
    ]
    status, workflow = hub.call("POST", "/api/workflows", {"name": "Two steps", "steps": steps, **changes})
    assert status == 201, workflow
    return int(workflow["id"])


def started(hub: HubProcess, text: str) -> int:
    """Return the id of the execution with this input once there is one."""
    path = f"/api/executions?{urlencode({'q': text})}"
    return int(poll(lambda: hub.call("GET", path)[1]["items"])[0]["id"])

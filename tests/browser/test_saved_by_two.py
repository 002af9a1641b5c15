"""Two tabs edit one agent, or one workflow: whoever saves second is asked, and nothing is lost without a word."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.support.pages import NewPage, make, open_editor, open_page
from tests.support.server import HubProcess

# What a browser does when somebody comes back to a window.
COME_BACK = "window.dispatchEvent(new Event('focus'))"


def make_agent(hub: HubProcess) -> int:
    """Store an agent."""
    status, agent = hub.call("POST", "/api/agents", {"name": "Shared", "system_prompt": "Before"})
    assert status == 201, agent
    return int(agent["id"])


def stored(hub: HubProcess, agent_id: int) -> dict[str, Any]:
    """Return an agent as it is stored."""
    return dict(hub.call("GET", f"/api/agents/{agent_id}")[1])


def open_agent(page: Page, hub: HubProcess, agent_id: int) -> None:
    """Go to an agent and wait until its form is there."""
    open_page(page, hub, f"/agents/{agent_id}")
    expect(page.locator("#system_prompt")).to_have_value("Before")


def save_agent(page: Page) -> None:
    """Press Save on an agent's page."""
    page.get_by_role("button", name="Save", exact=True).click()


def test_two_tabs_edit_one_agent(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Different fields are joined, and said so; the same field is asked about, with both to be seen."""
    agent_id = make_agent(shared_hub)
    first, second = new_page("about:blank"), new_page("about:blank")
    for page in (first, second):
        open_agent(page, shared_hub, agent_id)
    first.locator("#system_prompt").fill("Theirs")
    save_agent(first)
    expect(first.locator(".saved")).to_have_text("Saved")
    second.locator("#description").fill("Mine")
    save_agent(second)
    expect(second.get_by_test_id("conflict-joined")).to_contain_text("System prompt")
    expect(second.locator("#system_prompt")).to_have_value("Theirs")
    assert (stored(shared_hub, agent_id)["system_prompt"], stored(shared_hub, agent_id)["version"]) == ("Theirs", 3)

    # The first tab knows nothing of it yet: the same field now.
    first.locator("#description").fill("Typed in the first")
    save_agent(first)
    dialog = first.get_by_test_id("conflict")
    expect(dialog).to_contain_text("You both changed: Description.")
    assert stored(shared_hub, agent_id)["description"] == "Mine"
    first.get_by_test_id("conflict-compare").click()
    expect(first.get_by_test_id("conflict-mine-text")).to_have_text("Typed in the first")
    expect(first.get_by_test_id("conflict-theirs-text")).to_have_text("Mine")
    first.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(first.locator("#description")).to_have_value("Typed in the first")
    save_agent(first)
    expect(dialog).to_be_visible()
    first.get_by_test_id("conflict-mine").focus()
    first.keyboard.press("Enter")
    expect(dialog).not_to_be_visible()
    expect(first.locator(".saved")).to_have_text("Saved")
    assert stored(shared_hub, agent_id)["description"] == "Typed in the first"

    # A page that was left clean takes it when somebody comes back; a dirty one takes theirs when it is told to.
    second.evaluate(COME_BACK)
    expect(second.locator("#description")).to_have_value("Typed in the first")
    first.locator("#system_prompt").fill("Once more")
    expect(first.locator(".saved")).to_have_text("")
    save_agent(first)
    expect(first.locator(".saved")).to_have_text("Saved")
    second.locator("#system_prompt").fill("Mine again")
    second.evaluate(COME_BACK)
    expect(second.locator(".notice.warn")).to_contain_text("Somebody has saved this meanwhile: System prompt.")
    expect(second.locator("#system_prompt")).to_have_value("Mine again")
    save_agent(second)
    second.get_by_test_id("conflict-theirs").click()
    expect(second.locator("#system_prompt")).to_have_value("Once more")
    assert stored(shared_hub, agent_id)["system_prompt"] == "Once more"


def test_two_tabs_edit_one_workflow(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Whoever saves second is asked; keeping theirs, mine, and what only they have changed."""
    workflow_id = make(shared_hub, name="For two")
    path = f"/api/workflows/{workflow_id}"
    page = new_page("about:blank")
    open_editor(page, shared_hub, workflow_id)
    steps = shared_hub.call("GET", path)[1]["steps"]
    theirs = [steps[0], {**steps[1], "input": "Theirs {{ steps.first.output }}"}]
    page.get_by_test_id("step-input").fill("Mine {{ input }}")
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    shared_hub.call("PATCH", path, {"steps": theirs, "description": "Theirs"})
    page.get_by_test_id("workflow-save").click()
    dialog = page.get_by_test_id("conflict")
    expect(dialog).to_contain_text("You changed different things.")
    expect(dialog).to_contain_text("Step first")
    assert shared_hub.call("GET", path)[1]["steps"] == theirs
    page.get_by_test_id("conflict-mine").click()
    expect(page.locator(".saved")).to_have_text("Saved")
    found = shared_hub.call("GET", path)[1]
    assert [step["input"] for step in found["steps"]] == ["Mine {{ input }}", theirs[1]["input"]]
    assert (found["description"], found["version"]) == ("Theirs", 3)
    expect(page.locator("#workflow-description")).to_have_value("Theirs")

    # Clean: it takes what was saved elsewhere. Deleting asks again about what was not seen.
    shared_hub.call("PATCH", path, {"description": "Later"})
    page.evaluate(COME_BACK)
    expect(page.locator("#workflow-description")).to_have_value("Later")
    page.locator("#workflow-description").fill("Mine")
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    shared_hub.call("PATCH", path, {"description": "Last"})
    page.get_by_test_id("workflow-save").click()
    expect(dialog).to_contain_text("You both changed: Description.")
    page.get_by_test_id("conflict-theirs").click()
    expect(page.locator("#workflow-description")).to_have_value("Last")
    page.get_by_test_id("workflow-delete").click()
    shared_hub.call("PATCH", path, {"name": "Renamed"})
    page.get_by_test_id("workflow-delete-confirm").click()
    expect(page.get_by_text("Somebody has changed it since: Name.")).to_be_visible()
    page.get_by_test_id("workflow-delete-confirm").click()
    expect(page).to_have_url(f"{shared_hub.url}/workflows")


def test_a_task_sends_what_was_changed(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Its input was saved elsewhere meanwhile: the name that was typed here is stored beside it."""
    task_id = shared_hub.call("POST", "/api/tasks", {"name": "T", "input": "Before"})[1]["id"]
    page = new_page("about:blank")
    open_page(page, shared_hub, f"/tasks/{task_id}")
    expect(page.get_by_test_id("task-input")).to_have_value("Before")
    shared_hub.call("PATCH", f"/api/tasks/{task_id}", {"input": "Theirs"})
    page.get_by_test_id("task-name").fill("Mine")
    page.get_by_test_id("task-save").click()
    expect(page.get_by_test_id("conflict-joined")).to_contain_text("Input")
    found = shared_hub.call("GET", f"/api/tasks/{task_id}")[1]
    assert (found["name"], found["input"], found["version"]) == ("Mine", "Theirs", 3)

"""A day by keyboard: rows, an execution's page, the palette; where the focus is, and what is said of it."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.pages import LIVE_MS, NewPage, open_page, row
from tests.support.server import HubProcess


@pytest.fixture(scope="module")
def ids(shared_hub: HubProcess) -> list[int]:
    """Return the ids of five executions that have ended, newest first."""
    agent = shared_hub.call("POST", "/api/agents", {"name": "Rose writer"})[1]["id"]
    found = [shared_hub.start_test(f"[fast] poem {n}", agent) for n in range(5)]
    for each in found:
        shared_hub.ended(each)
    return found[::-1]


@pytest.fixture
def page(shared_hub: HubProcess, new_page: NewPage) -> Page:
    """Return a page of the hub."""
    return new_page(shared_hub.url)


def heading(page: Page) -> Locator:
    return page.locator("h1")


def option(page: Page, name: str) -> Locator:
    return page.get_by_test_id("palette").get_by_role("option", name=name)


def test_rows_are_moved_through_selected_deleted_and_brought_back(
    shared_hub: HubProcess, page: Page, ids: list[int]
) -> None:
    """Undo gets the focus, and from there the next row stands in the place of the one that has gone."""
    open_page(page, shared_hub, "/")
    expect(row(page, ids[0])).to_be_visible()
    page.keyboard.press("j")
    expect(row(page, ids[0])).to_be_focused()
    page.keyboard.press("Shift+J")
    expect(page.get_by_test_id("pick-count")).to_have_text("2 selected")
    expect(row(page, ids[1])).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("pick-bar")).to_have_count(0)
    page.keyboard.press("a")
    expect(page.get_by_test_id("pick-count")).to_have_text(f"{len(ids)} selected")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("pick-bar")).to_have_count(0)

    page.keyboard.press("d")
    expect(page.get_by_test_id("undo")).to_be_focused()
    expect(row(page, ids[1])).to_have_count(0)
    page.keyboard.press("j")
    expect(row(page, ids[2])).to_be_focused()
    page.keyboard.press("u")
    expect(row(page, ids[1])).to_be_visible()
    expect(page.get_by_test_id("undo-notice")).to_have_count(0)

    # By hand, Undo is the next thing that Tab reaches.
    page.locator(".line", has=row(page, ids[3])).hover()
    page.locator(".line", has=row(page, ids[3])).get_by_test_id("row-delete").click()
    expect(page.get_by_test_id("undo-notice")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(row(page, ids[3])).to_be_visible()

    page.keyboard.press("?")
    help_text = page.locator("#shortcuts-help")
    expect(help_text).to_contain_text("Extend the selection")
    expect(help_text).not_to_contain_text("Approve")
    page.keyboard.press("Escape")
    expect(help_text).to_have_count(0)
    page.get_by_test_id("help-open").click()
    page.get_by_label("Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    page.keyboard.press("Control+k")
    expect(page.get_by_test_id("palette")).to_be_visible()
    expect(page.get_by_test_id("pick-bar")).to_have_count(0)


def test_an_execution_is_arrived_at_read_and_left_for_the_next_of_its_list(
    shared_hub: HubProcess, page: Page, ids: list[int]
) -> None:
    """The heading has the focus, the tab has the name and the state; back is the list."""
    open_page(page, shared_hub, "/")
    row(page, ids[1]).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/executions/{ids[1]}$"))
    expect(heading(page)).to_be_focused()
    expect(page).to_have_title(f"#{ids[1]} Rose writer – succeeded · Execution Hub")
    page.keyboard.press("v")
    expect(page.get_by_role("button", name="Raw")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("y")
    expect(page.get_by_test_id("copy")).not_to_have_attribute("data-state", "action")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts-help")).to_contain_text("of the list it was opened from")
    page.keyboard.press("Escape")

    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(f"/executions/{ids[2]}$"))
    expect(page).to_have_title(f"#{ids[2]} Rose writer – succeeded · Execution Hub")
    expect(heading(page)).to_be_focused()
    page.keyboard.press("k")
    expect(page).to_have_url(re.compile(f"/executions/{ids[1]}$"))
    expect(page).to_have_title(f"#{ids[1]} Rose writer – succeeded · Execution Hub")
    # What is still on the page of another execution is not meant by a key.
    actions = page.locator(".execution-actions")
    actions.evaluate(f"each => {{ each.dataset.executionId = '{ids[2]}' }}")
    page.keyboard.press("e")
    page.keyboard.press("?")
    expect(page.locator("#shortcuts-help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("rerun-dialog")).to_be_hidden()
    actions.evaluate(f"each => {{ each.dataset.executionId = '{ids[1]}' }}")
    page.keyboard.press("e")
    expect(page.get_by_test_id("rerun-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("rerun-dialog")).to_be_hidden()
    page.go_back()
    expect(page).to_have_url(f"{shared_hub.url}/")
    expect(row(page, ids[0])).to_be_visible()


# Asked in the same moment: whether the next key, however fast, goes into what the key before has opened.
_IS_OPEN_AT_ONCE = """
([key, ctrlKey]) => {
  window.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true }));
  return document.activeElement.closest("dialog[open]") !== null;
}
"""


_CLOSED_AND_OPENED = """
([key, ctrlKey]) => {
  const press = () => window.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true }));
  press();
  document.querySelector("dialog[open]").close();
  press();
}
"""


@pytest.mark.parametrize("key", ["?", "k"])
def test_what_is_opened_again_before_the_browser_tells_that_it_was_closed_stays(
    shared_hub: HubProcess, page: Page, key: str
) -> None:
    """It tells so after the next keys where it is busy: Escape and a shortcut opened nothing then."""
    open_page(page, shared_hub, "/agents")
    page.evaluate(_CLOSED_AND_OPENED, [key, key == "k"])
    # Whatever it tells, it has told by the next frames.
    page.evaluate("() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 300))")
    expect(page.locator("dialog[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_the_palette_leads_everywhere(shared_hub: HubProcess, page: Page, ids: list[int]) -> None:
    """Also out of a field, by words of either language, without the hub for what every page knows; on a phone too."""
    agent = shared_hub.call("GET", f"/api/executions/{ids[0]}")[1]["agent_id"]
    open_page(page, shared_hub, "/agents?new=1")
    for key in ("?", "k"):
        assert page.evaluate(_IS_OPEN_AT_ONCE, [key, key == "k"])
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
    page.locator("#name").fill("typed")
    page.keyboard.press("Control+k")
    expect(page.get_by_test_id("palette-input")).to_be_focused()
    page.keyboard.type("rose test")
    expect(option(page, "Test Rose writer")).to_have_attribute("aria-selected", "true", timeout=LIVE_MS)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{shared_hub.url}/agents/{agent}")
    expect(page.get_by_test_id("test-input")).to_be_focused()
    expect(page).to_have_title(re.compile("^Rose writer · "))

    page.keyboard.press("Control+k")
    expect(page.get_by_test_id("palette-input")).to_be_focused()
    page.keyboard.type(f"#{ids[4]}")
    expect(option(page, f"#{ids[4]} Rose writer")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/executions/{ids[4]}$"))
    expect(page.get_by_test_id("execution-status")).to_be_visible()

    page.keyboard.press("Control+k")
    expect(page.get_by_test_id("palette-input")).to_be_focused()
    page.keyboard.type("no such thing")
    expect(page.get_by_role("option")).to_have_text("Search all executions for “no such thing”")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{shared_hub.url}/?q=no%20such%20thing")
    expect(page.get_by_test_id("history-empty")).to_be_visible()
    page.go_back()
    expect(page.get_by_test_id("execution-status")).to_be_visible()

    page.context.set_offline(True)
    page.keyboard.press("Control+k")
    expect(page.get_by_test_id("palette-input")).to_be_focused()
    page.keyboard.type("智能")
    expect(option(page, "New agent")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("palette")).to_have_count(0)
    page.context.set_offline(False)
    # What is pressed while the hub does not hear it is not done: see presses.js.
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live", timeout=LIVE_MS)

    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_test_id("palette-icon").click()
    page.get_by_test_id("palette-input").fill("中文")
    option(page, "Switch to Chinese").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN", timeout=LIVE_MS)

"""What pulses stands still where there is much of it, in a real browser; for the history see test_history_list.py."""

from playwright.sync_api import Page, expect

from tests.support.pages import LIVE_MS, NewPage, open_page
from tests.support.server import HubProcess

# How what glows in an element moves while so many are like it, side by side: a hub of the tests has one of each.
MOVES = """
(first, [count, glowing]) => {
  const others = Array.from({ length: count - 1 }, () => first.parentNode.appendChild(first.cloneNode(true)));
  const name = getComputedStyle(first.querySelector(glowing), "::after").animationName;
  for (const each of others) each.remove();
  return name;
}
"""


def moves(page: Page, selector: str, count: int, glowing: str) -> str:
    """Return the animation of what glows in the first of so many elements."""
    return str(page.locator(selector).first.evaluate(MOVES, [count, glowing]))


def test_past_some_of_them_processes_and_rows_of_a_matrix_pulse_no_more(
    shared_hub: HubProcess, new_page: NewPage
) -> None:
    """Five processes that are busy do, and twelve rows of which a cell runs."""
    cases = [{"name": "Pulses", "input": "[slow] pulses"}]
    given = {"name": "Calm", "targets": [{"agent_id": shared_hub.agent_id()}], "cases": cases}
    suite = shared_hub.call("POST", "/api/suites", given)[1]["id"]
    run = shared_hub.call("POST", f"/api/suites/{suite}/run")[1]["id"]
    page = new_page("about:blank", reduced_motion="no-preference")
    open_page(page, shared_hub, f"/executions/{run}")
    expect(page.locator(".matrix tr.is-running")).to_have_count(1, timeout=LIVE_MS)
    assert moves(page, ".matrix tr.is-running", 12, ".of-running") == "pulse-glow"
    assert moves(page, ".matrix tr.is-running", 13, ".of-running") == "none"
    open_page(page, shared_hub, "/workers")
    expect(page.locator(".worker.is-running")).to_have_count(1, timeout=LIVE_MS)
    assert moves(page, ".worker.is-running", 5, ".slots") == "pulse-glow"
    assert moves(page, ".worker.is-running", 6, ".slots") == "none"
    shared_hub.call("POST", f"/api/executions/{run}/cancel", {})

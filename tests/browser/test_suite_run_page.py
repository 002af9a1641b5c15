"""A run of a suite in real browsers: its matrix fills, a cell is opened, marked and pinned, and the list shows it."""

import json
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.support.axe import violations
from tests.support.browser import OBSERVE, note, noted
from tests.support.pages import LIVE_MS, NewPage, open_page, row
from tests.support.server import HubProcess

SHIFT_MAX = 0.02
CASES: list[dict[str, Any]] = [
    {"name": "Says bees", "input": "[fast] bees", "checks": [{"type": "contains", "value": "bees"}]},
    {
        "name": "Too <b>long</b>",
        "input": "[fast] long",
        "golden": "Short.",
        "checks": [{"type": "max_chars", "value": 3, "weight": 2}, {"type": "is_json", "not": True}],
    },
    {"name": "Breaks", "input": "[fast] [fail] x", "checks": []},
]


def make_suite(hub: HubProcess, cases: list[dict[str, Any]], **values: Any) -> int:
    """Store a suite that tests two agents offline and return its number."""
    names = ("Matrix one", "Matrix two")
    agents = [hub.call("POST", "/api/agents", {"name": name, "model": "simulated"})[1]["id"] for name in names]
    given = {"name": "Smoke", "cases": cases, "targets": [{"agent_id": each} for each in agents], **values}
    status, suite = hub.call("POST", "/api/suites", given)
    assert status == 201, suite
    return int(suite["id"])


def run(hub: HubProcess, suite: int) -> int:
    """Start a run and return its number."""
    status, found = hub.call("POST", f"/api/suites/{suite}/run")
    assert status == 202, found
    return int(found["id"])


def cell(page: Page, case: str, target: int) -> Locator:
    """Return a cell of the matrix."""
    return page.locator(f'[data-testid="matrix-cell"][data-case="{case}"][data-target="{target}"]')


def moved(page: Page) -> float:
    """Return how much has moved on the page since it was loaded."""
    return float(page.evaluate("window.shifts.reduce((sum, each) => sum + each.value, 0)"))


def test_a_matrix_fills_on_two_pages_and_a_mark_on_one_is_seen_on_the_other(
    shared_hub: HubProcess, new_page: NewPage
) -> None:
    """Cell by cell without a reload; the keyboard opens what failed, which says why."""
    hub = shared_hub
    # One takes some seconds, so that it is seen running.
    suite = make_suite(hub, [{**CASES[0], "input": "bees"}, *CASES[1:]], pass_rate=0.9)
    hub.call("POST", "/api/queue/pause")
    execution_id = run(hub, suite)
    page, watcher = new_page("about:blank"), new_page("about:blank")
    for each in (page, watcher):
        each.context.add_init_script(OBSERVE)
        open_page(each, hub, f"/executions/{execution_id}")
        expect(each.get_by_test_id("matrix-cell")).to_have_count(6, timeout=LIVE_MS)
        expect(cell(each, "Breaks", 1)).to_have_attribute("data-outcome", "none")
        expect(each.get_by_test_id("verdict")).to_have_attribute("data-outcome", "open")
        each.evaluate("window.neverReloaded = true")
        # Counted from here: that the queue is paused may be told after the matrix is there. Loading has its own test.
        expect(each.get_by_test_id("queue-paused")).to_be_visible(timeout=LIVE_MS)
        each.evaluate("window.shifts.length = 0")
    note(
        watcher,
        """[...document.querySelectorAll('[data-testid="matrix-cell"]')].map((each) => each.dataset.outcome)""",
    )
    hub.call("POST", "/api/queue/resume")
    for each in (page, watcher):
        for target in (0, 1):
            expect(cell(each, "Says bees", target)).to_have_attribute("data-outcome", "passed", timeout=LIVE_MS)
            expect(cell(each, "Too <b>long</b>", target)).to_have_attribute("data-outcome", "failed", timeout=LIVE_MS)
            expect(cell(each, "Breaks", target)).to_have_attribute("data-outcome", "error", timeout=LIVE_MS)
        expect(each.get_by_test_id("verdict")).to_have_attribute("data-outcome", "failed", timeout=LIVE_MS)
        expect(each.get_by_test_id("verdict")).to_have_attribute("data-over", "true", timeout=LIVE_MS)
        expect(each.get_by_test_id("verdict")).to_contain_text("33.3 % passed, 90 % needed")
        assert each.evaluate("window.neverReloaded") is True
        assert moved(each) < SHIFT_MAX, json.dumps(each.evaluate("window.shifts"), indent=1)
    assert any("running" in states for states in noted(watcher))

    # By the keyboard alone: from the first cell one down, open, and back where it was.
    cell(page, "Says bees", 0).focus()
    page.keyboard.press("ArrowDown")
    expect(cell(page, "Too <b>long</b>", 0)).to_be_focused()
    page.keyboard.press("Enter")
    panel = page.get_by_test_id("cell-panel")
    expect(panel).to_have_attribute("data-outcome", "failed", timeout=LIVE_MS)
    expect(panel.get_by_test_id("cell-check").first).to_have_attribute("data-outcome", "failed")
    expect(panel.get_by_test_id("cell-check").first).to_contain_text("weight 2")
    expect(panel.get_by_test_id("cell-check").nth(1)).to_have_attribute("data-outcome", "passed")
    expect(panel.get_by_test_id("cell-diff").locator("del")).to_have_text("Short.")
    expect(panel).to_contain_text("Too <b>long</b>")
    assert violations(page) == []
    panel.get_by_test_id("mark-wrong").click()
    expect(panel.get_by_test_id("mark-wrong")).to_have_attribute("aria-pressed", "true", timeout=LIVE_MS)
    expect(cell(watcher, "Too <b>long</b>", 0)).to_have_attribute("data-mark", "wrong", timeout=LIVE_MS)
    page.keyboard.press("Escape")
    expect(cell(page, "Too <b>long</b>", 0)).to_be_focused()
    page.locator('[data-testid="matrix-filter"][data-filter="errors"]').click()
    expect(page.get_by_test_id("matrix-cell")).to_have_count(2)
    assert violations(page) == []


def test_the_list_shows_a_run_with_its_verdict_unfolds_it_and_pins_a_part(
    shared_hub: HubProcess, new_page: NewPage
) -> None:
    """What it has run is no row of the list itself; a part says what came of it, and becomes a case."""
    hub = shared_hub
    suite = make_suite(hub, CASES[:1], name="Listed")
    execution_id = run(hub, suite)
    hub.ended(execution_id)
    page = new_page(hub.url)
    line = row(page, execution_id)
    expect(line).to_have_attribute("data-verdict", "passed", timeout=LIVE_MS)
    expect(line).to_contain_text("2 of 2 cells passed")
    parts = [each["id"] for each in hub.call("GET", f"/api/executions?parent_id={execution_id}")[1]["items"]]
    for each in parts:
        expect(row(page, each)).to_have_count(0)
    line.focus()
    page.keyboard.press("o")
    for each in parts:
        expect(row(page, each)).to_be_visible(timeout=LIVE_MS)
    assert violations(page) == []

    page.goto(f"{hub.url}/executions/{parts[0]}")
    expect(page.get_by_test_id("child-outcome")).to_have_attribute("data-outcome", "passed", timeout=LIVE_MS)
    expect(page.get_by_test_id("part-of")).to_contain_text(f"#{execution_id}")
    page.get_by_test_id("mark-right").click()
    expect(page.get_by_test_id("mark-right")).to_have_attribute("aria-pressed", "true", timeout=LIVE_MS)
    page.keyboard.press("p")
    dialog = page.get_by_test_id("pin-dialog")
    expect(dialog.get_by_test_id("pin-suite")).to_have_value(str(suite), timeout=LIVE_MS)
    assert violations(page) == []
    dialog.get_by_test_id("pin-submit").click()
    expect(page.get_by_text(f"#{parts[0]} is a case of Listed now.")).to_be_visible(timeout=LIVE_MS)
    cases = hub.call("GET", f"/api/suites/{suite}")[1]["cases"]
    assert [each["execution_id"] for each in cases] == [None, parts[0]]


def test_on_a_phone_a_row_is_unfolded_marked_and_pinned_too(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Beside a row there is room for one button, and for what leads to the others."""
    hub = shared_hub
    suite = make_suite(hub, CASES[:1], name="On the way")
    execution_id = run(hub, suite)
    hub.ended(execution_id)
    parts = [each["id"] for each in hub.call("GET", f"/api/executions?parent_id={execution_id}")[1]["items"]]
    single = hub.start_test("[fast] On the way")
    hub.ended(single)
    page = new_page("about:blank", viewport={"width": 390, "height": 844})
    open_page(page, hub, "/")

    def more(number: int) -> Locator:
        line = page.locator(".line").filter(has=row(page, number))
        expect(line.get_by_test_id("row-mark").or_(line.get_by_test_id("row-unfold"))).to_be_hidden(timeout=LIVE_MS)
        line.get_by_test_id("row-more").click()
        expect(page.get_by_test_id("row-menu")).to_be_visible()
        return page.get_by_test_id("row-menu")

    menu = more(execution_id)
    expect(menu.get_by_test_id("menu-mark")).to_have_count(0)
    assert violations(page) == []
    menu.get_by_test_id("menu-unfold").click()
    for each in parts:
        expect(row(page, each)).to_be_visible(timeout=LIVE_MS)
    expect(menu).to_be_hidden()

    more(single).get_by_test_id("menu-mark").click()
    page.get_by_test_id("mark-as-right").check()
    page.get_by_test_id("mark-save").click()
    expect(row(page, single)).to_have_attribute("data-mark", "right", timeout=LIVE_MS)
    more(single).get_by_test_id("menu-pin").click()
    page.get_by_test_id("pin-suite").select_option(str(suite))
    page.get_by_test_id("pin-submit").click()
    expect(page.get_by_text(f"#{single} is a case of On the way now.")).to_be_visible(timeout=LIVE_MS)
    assert page.evaluate("document.documentElement.scrollWidth") == 390

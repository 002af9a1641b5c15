"""The walk of a builder of agents: pin, test, see what broke, mend the prompt, see that it is mended."""

from playwright.sync_api import Locator, Page, expect

from tests.support.axe import violations
from tests.support.pages import LIVE_MS, NewPage, open_page, press_test, row, started
from tests.support.server import HubProcess

GOOD = "Answer plainly."
BAD = "ZEBRA: answer plainly."
SUM = "[fast] 12*(3+4)"


def cell(page: Page, case: str, target: int) -> Locator:
    """Return a cell of the matrix."""
    return page.locator(f'[data-testid="matrix-cell"][data-case="{case}"][data-target="{target}"]')


def pin(page: Page, hub: HubProcess, agent: int) -> int:
    """Test an agent, make a case of its answer in a new suite from the row, and return the suite's number."""
    open_page(page, hub, f"/agents/{agent}")
    press_test(page, "[fast] Who keeps bees?")
    execution_id = started(hub, "[fast] Who keeps bees?")
    hub.ended(execution_id)
    open_page(page, hub, "/")
    expect(row(page, execution_id)).to_have_attribute("data-status", "succeeded", timeout=LIVE_MS)
    row(page, execution_id).focus()
    page.keyboard.press("p")
    dialog = page.get_by_test_id("pin-dialog")
    dialog.get_by_test_id("pin-suite").select_option("new")
    dialog.get_by_test_id("pin-name").fill("Bees and sums")
    dialog.get_by_test_id("pin-submit").click()
    expect(page.get_by_text(f"#{execution_id} is a case of Bees and sums now.")).to_be_visible(timeout=LIVE_MS)
    suites = hub.call("GET", "/api/suites")[1]["items"]
    return int(next(each["id"] for each in suites if each["name"] == "Bees and sums"))


def write_checks(page: Page) -> str:
    """Give the pinned case a check, write a second case, choose a second agent; return the first one's name."""
    name = page.get_by_test_id("case-row").get_attribute("data-case") or ""
    page.get_by_test_id("case-row").get_by_test_id("case-open").click()
    expect(page.get_by_test_id("case-name")).to_have_value(name)
    page.get_by_test_id("check-add").select_option("contains")
    page.get_by_test_id("check-value").fill("ZEBRA")
    page.get_by_test_id("check-not").click()
    page.get_by_test_id("case-add").click()
    expect(page.get_by_test_id("case-input")).to_have_value("")
    page.get_by_test_id("case-name").fill("A sum")
    page.get_by_test_id("case-input").fill(SUM)
    page.get_by_test_id("check-add").select_option("tool_called")
    page.get_by_test_id("check-tool").fill("hub__calculate")
    page.get_by_test_id("check-add").select_option("contains")
    page.get_by_test_id("check-value").fill("12*(3+4)")
    # The writer has no tools: that it repeats the question is enough.
    page.get_by_text("Variables, tags, share of checks").click()
    page.get_by_test_id("case-min-score").fill("50")
    page.get_by_test_id("target-add").select_option(label="Reckoner")
    expect(page.get_by_test_id("target-row")).to_have_count(2)
    page.get_by_test_id("suite-on-save").click()
    return name


def test_a_pinned_row_shows_what_a_prompt_has_broken_and_that_the_next_one_has_mended_it(
    shared_hub: HubProcess, new_page: NewPage
) -> None:
    """Two agents, one of them with tools; the suite runs by itself when the prompt is saved."""
    hub = shared_hub
    draft = {"name": "Walker", "model": "simulated", "system_prompt": GOOD}
    writer = hub.call("POST", "/api/agents", draft)[1]["id"]
    page, watcher = new_page("about:blank"), new_page("about:blank")
    suite = pin(page, hub, writer)
    # A colleague saves a worse prompt meanwhile.
    assert hub.call("PATCH", f"/api/agents/{writer}", {"system_prompt": BAD})[0] == 200
    open_page(page, hub, f"/suites/{suite}")
    bees = write_checks(page)
    assert violations(page) == []
    page.get_by_test_id("suite-run").click()
    page.wait_for_url("**/executions/*", timeout=LIVE_MS)

    run = int(page.url.rpartition("/")[2])
    page.evaluate("window.neverReloaded = true")
    expect(cell(page, bees, 0)).to_have_attribute("data-outcome", "failed", timeout=LIVE_MS)
    for case, target in ((bees, 1), ("A sum", 0), ("A sum", 1)):
        expect(cell(page, case, target)).to_have_attribute("data-outcome", "passed", timeout=LIVE_MS)
    expect(page.get_by_test_id("verdict")).to_have_attribute("data-outcome", "failed", timeout=LIVE_MS)
    assert page.evaluate("window.neverReloaded") is True
    cell(page, bees, 0).click()
    expect(page.get_by_test_id("cell-diff").locator("ins").first).to_contain_text("ZEBRA", timeout=LIVE_MS)
    results = hub.call("GET", f"/api/executions/{run}")[1]["results"]
    assert sorted(each["checks"][0]["passed"] for each in results if each["case"] == "A sum") == [False, True]

    open_page(watcher, hub, f"/suites/{suite}")
    expect(watcher.get_by_test_id("suite-run-row")).to_have_count(1, timeout=LIVE_MS)
    watcher.evaluate("window.neverReloaded = true")
    open_page(page, hub, f"/agents/{writer}")
    expect(page.get_by_test_id("agent-verdict")).to_have_attribute("data-verdict", "failed", timeout=LIVE_MS)
    page.get_by_test_id("agent-prompt").fill(GOOD)
    page.get_by_test_id("agent-save").click()
    expect(watcher.get_by_test_id("suite-run-row")).to_have_count(2, timeout=LIVE_MS)
    newest = watcher.get_by_test_id("suite-run-row").first
    expect(newest).to_have_attribute("data-verdict", "passed", timeout=LIVE_MS)
    assert watcher.evaluate("window.neverReloaded") is True
    expect(page.get_by_test_id("agent-verdict")).to_have_attribute("data-verdict", "passed", timeout=LIVE_MS)

    watcher.get_by_test_id("suite-compare").click()
    expect(watcher.get_by_text("Fixed").first).to_be_visible(timeout=LIVE_MS)
    assert violations(watcher) == []

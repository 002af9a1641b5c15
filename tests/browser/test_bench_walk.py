"""The day's walk on an agent's page: five inputs, a new prompt, the same five again, compare, in five clicks."""

from playwright.sync_api import Locator, Page, expect

from tests.support.pages import LIVE_MS, NewPage, open_page
from tests.support.server import HubProcess

INPUTS = [f"Question {n}? [fast]" for n in range(1, 6)]
CLICKS_MAX = 5


class Clicks:
    """Clicks, and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, what: Locator) -> None:
        """Click once."""
        what.click()
        self.count += 1


def answered(page: Page, count: int) -> None:
    """Wait until so many answers stand in the table."""
    answers = page.locator('[data-testid="case-cell"][data-status="succeeded"]')
    expect(answers).to_have_count(count, timeout=LIVE_MS)


def test_five_inputs_a_new_prompt_five_again_and_compare(shared_hub: HubProcess, new_page: NewPage) -> None:
    """At most five clicks and the typing; the table is there again after the page was left."""
    status, agent = shared_hub.call("POST", "/api/agents", {"name": "Bench", "system_prompt": "You answer briefly."})
    assert status == 201, agent
    page, click = new_page("about:blank"), Clicks()
    open_page(page, shared_hub, f"/agents/{agent['id']}")

    click(page.get_by_test_id("case-input"))
    page.keyboard.insert_text("\n".join(INPUTS))
    click(page.get_by_test_id("case-add-lines"))
    expect(page.get_by_test_id("case-row")).to_have_count(len(INPUTS), timeout=LIVE_MS)
    expect(page.get_by_test_id("case-input")).to_have_value("")
    click(page.get_by_test_id("cases-run"))
    answered(page, len(INPUTS))
    prompt = page.locator("#system_prompt")
    click(prompt)
    prompt.press("ControlOrMeta+a")
    page.keyboard.insert_text("You answer at length.")
    # From within the prompt, as it is on the page to the last letter.
    page.keyboard.press("ControlOrMeta+Shift+Enter")
    answered(page, 2 * len(INPUTS))
    expect(page.locator("[data-sonner-toast]")).to_have_count(0)
    heads = page.get_by_test_id("batch-head")
    expect(heads).to_have_count(2)
    expect(heads.first).to_contain_text("Unsaved")
    expect(heads.last).to_contain_text("Version 1")
    expect(heads.first).to_contain_text("5 of 5 succeeded")
    click(page.get_by_test_id("case-compare").first)
    expect(page.get_by_test_id("compare-item")).to_have_count(2, timeout=LIVE_MS)
    fields = page.get_by_test_id("compare-fields")
    expect(fields.locator("del")).to_have_text("briefly")
    expect(fields.locator("ins")).to_have_text("at length")
    assert click.count <= CLICKS_MAX

    # Nothing of it was in the page alone: what was typed stays above all this, and the table comes back.
    expect(prompt).to_have_value("You answer at length.")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    answered(page, 2 * len(INPUTS))
    expect(page.get_by_test_id("case-row")).to_have_count(len(INPUTS))


def test_selected_rows_are_compared_and_run_again(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Two to four can be; all of them run again as they ran, or as things are today, and the button says which."""
    status, agent = shared_hub.call("POST", "/api/agents", {"name": "Again", "system_prompt": "Old."})
    assert status == 201, agent
    ids = [shared_hub.start_test(f"Again {n} [fast]", agent["id"]) for n in range(3)]
    for each in ids:
        shared_hub.ended(each)
    shared_hub.call("PATCH", f"/api/agents/{agent['id']}", {"system_prompt": "New."})
    page = new_page("about:blank")
    open_page(page, shared_hub, f"/?agent_id={agent['id']}")
    page.get_by_test_id("pick-mode").click()
    picks, compare = page.get_by_test_id("row-pick"), page.get_by_test_id("compare")
    expect(picks).to_have_count(3, timeout=LIVE_MS)
    picks.nth(0).check()
    expect(page.get_by_test_id("pick-count")).to_have_text("1 selected")
    expect(compare).to_be_disabled()
    picks.nth(1).check()
    expect(compare).to_have_text("Compare 2")
    page.get_by_test_id("pick-rerun").click()
    page.get_by_test_id("pick-rerun-today").click()
    expect(page.get_by_test_id("told")).to_contain_text("2 run again, as things are today.", timeout=LIVE_MS)
    _, found = shared_hub.call("GET", f"/api/executions?agent_id={agent['id']}")
    assert {each["rerun_of_id"] for each in found["items"] if each["agent_version"] == 2} == {ids[1], ids[2]}
    compare.click()
    expect(page.get_by_test_id("compare-item")).to_have_count(2, timeout=LIVE_MS)

    page.goto(f"{shared_hub.url}/executions/{ids[0]}")
    expect(page.get_by_test_id("execution-rerun")).to_have_text("Run again as it ran")
    page.get_by_role("button", name="Run again with today's agent").click()
    expect(page.get_by_test_id("rerun-of")).to_contain_text(f"#{ids[0]}", timeout=LIVE_MS)

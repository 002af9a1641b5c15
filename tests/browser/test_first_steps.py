"""What a new user meets, in a real browser: what cards lack, copies, files, and the dashboard's charts."""

import json
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.pages import LIVE_MS, NewPage, open_page
from tests.support.server import HubProcess, poll


def number_of(page: Page, path: str) -> int:
    """Return the number at the end of the address, once it is that of another one."""
    expect(page).to_have_url(re.compile(rf"{path}/\d+$"))
    return int(page.url.rsplit("/", 1)[1])


def test_agents_say_what_they_lack_and_are_copied_exported_and_imported(
    shared_hub: HubProcess, new_page: NewPage, tmp_path: Path
) -> None:
    """On the list, on the page before Test is pressed, and in the preview of a file."""
    page = new_page("about:blank")
    open_page(page, shared_hub, "/agents")
    cards = page.get_by_test_id("agent-card")
    expect(cards.first).to_contain_text("simulated")
    last = page.get_by_role("listitem").filter(has=page.get_by_test_id("needs-key")).first
    expect(last.get_by_test_id("needs-key")).to_have_attribute("title", re.compile("ANTHROPIC_API_KEY"))
    name = last.locator("strong").inner_text()
    last.get_by_test_id("duplicate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{name} copy")
    expect(page.get_by_test_id("key-notice")).to_contain_text("ANTHROPIC_API_KEY")
    copied = number_of(page, "/agents")
    with page.expect_download() as download:
        page.get_by_test_id("agent-export").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert json.loads(path.read_text()) == shared_hub.call("GET", f"/api/agents/{copied}/export")[1]

    open_page(page, shared_hub, "/agents")
    page.get_by_test_id("agent-import").click()
    page.get_by_test_id("agent-import-text").fill('{"name": "A", "colour": "red"}')
    page.get_by_test_id("agent-import-open").click()
    expect(page.get_by_test_id("agent-import-problems")).to_contain_text("colour")
    page.get_by_test_id("agent-import-file").set_input_files(path)
    expect(page.get_by_test_id("agent-import-preview")).to_contain_text(f"{name} copy (2)")
    page.get_by_test_id("agent-import-store").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{name} copy (2)")


def test_a_workflow_is_copied_from_its_card_and_from_its_page(shared_hub: HubProcess, new_page: NewPage) -> None:
    """The copy opens; with changes that are not saved there is none."""
    page = new_page("about:blank")
    open_page(page, shared_hub, "/workflows")
    page.get_by_test_id("duplicate").first.click()
    expect(page.get_by_test_id("workflow-name")).to_have_value(re.compile(" copy"))
    first = number_of(page, "/workflows")
    page.locator("main").get_by_test_id("duplicate").click()
    expect(page).not_to_have_url(re.compile(rf"/{first}$"))
    expect(page.get_by_test_id("workflow-name")).to_have_value(re.compile(r" copy \d+$"))
    page.locator("#workflow-description").fill("Another")
    expect(page.locator("main").get_by_test_id("duplicate")).to_be_disabled()


def test_charts_show_what_ran_and_lead_to_its_rows(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Drawn, told in words and as a table; span and openness are kept; where there is little room they begin closed."""
    agent = shared_hub.agent_id()
    made = shared_hub.call("POST", f"/api/agents/{agent}/test", {"input": "For the charts [fail]"})[1]["id"]
    poll(lambda: shared_hub.call("GET", f"/api/executions/{made}")[1]["finished_at"])
    page = new_page("about:blank", viewport={"width": 1440, "height": 1100})
    open_page(page, shared_hub, "/")
    charts = page.get_by_test_id("charts")
    expect(charts.locator(".recharts-bar-rectangle path").first).to_be_visible(timeout=LIVE_MS)
    expect(charts.locator(".recharts-line-curve")).to_have_count(2)
    page.get_by_test_id("charts-7d").click()
    expect(page.get_by_test_id("charts-7d")).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("charts-table").locator("summary").click()
    rows = page.get_by_test_id("charts-table").locator("tbody tr")
    expect(rows).to_have_count(1)
    page.reload()
    expect(page.get_by_test_id("charts-7d")).to_have_attribute("aria-pressed", "true", timeout=LIVE_MS)
    page.get_by_test_id("charts-toggle").click()
    expect(charts.locator(".charts-body")).to_be_hidden()
    page.reload()
    expect(charts).to_have_attribute("data-state", "closed", timeout=LIVE_MS)
    page.get_by_test_id("charts-toggle").click()
    charts.get_by_role("link", name=re.compile("Failed")).click()
    expect(page).to_have_url(re.compile(r"\?.*status=failed"))
    expect(page.get_by_test_id("history-row").first).to_have_attribute("data-status", "failed")

    for size in ({"width": 390, "height": 844}, {"width": 1440, "height": 900}):
        small = new_page(shared_hub.url, viewport=size)
        expect(small.get_by_test_id("charts")).to_have_attribute("data-state", "closed", timeout=LIVE_MS)

"""Two runs of a suite beside each other, and the verdicts of the agent they tested, as a person sees them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from execution_hub.store.database import Database
from tests.support.axe import violations
from tests.support.pages import LIVE_MS, NewPage, open_page
from tests.support.server import HubProcess
from tests.support.suites import store_run

CHECK = {"type": "contains", "value": "84"}
OUTPUTS = ["The answer is 48."]


@pytest.fixture(scope="module")
def suite_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    """Yield a hub of these tests alone: what they count is theirs."""
    hub = HubProcess(tmp_path_factory.mktemp("suites") / "data").preloaded().start()
    yield hub
    hub.kill()


def stored(hub: HubProcess, suite_id: int, marks: str, **values: Any) -> int:
    """Write an ended run beside the hub, and return its id."""
    database = Database(f"sqlite:///{Path(hub.data_dir) / 'hub.sqlite3'}")
    try:
        return int(database.write(lambda connection: store_run(connection, suite_id, marks, **values)))
    finally:
        database.close()


def make(hub: HubProcess, name: str, count: int) -> int:
    """Store a suite of so many cases of the hub's agent and return its number."""
    cases = [{"name": f"case {n}", "input": f"[fast] {n}", "checks": [CHECK]} for n in range(count)]
    status, found = hub.call(
        "POST", "/api/suites", {"name": name, "targets": [{"agent_id": hub.agent_id()}], "cases": cases}
    )
    assert status == 201, found
    return int(found["id"])


def test_what_broke_between_two_runs_is_seen_and_opened(suite_hub: HubProcess, new_page: NewPage) -> None:
    """Regressions first, whether that is more than chance, what changed, the outputs word by word, and the trend."""
    hub, agent_id = suite_hub, suite_hub.agent_id()
    suite_id = make(hub, "Sums", 8)
    stored(hub, suite_id, "+++++++-")
    first = stored(hub, suite_id, "+" * 8)
    assert hub.call("PATCH", f"/api/agents/{agent_id}", {"system_prompt": "Answer in one word."})[0] == 200
    second = stored(hub, suite_id, "--------", outputs=OUTPUTS)
    page = new_page("about:blank")
    open_page(page, hub, f"/suites/{suite_id}/compare")

    expect(page.get_by_test_id("compare-second")).to_have_value(str(second))
    expect(page.get_by_test_id("compare-summary")).to_contain_text("100 % → 0 %")
    expect(page.get_by_test_id("chance")).to_have_attribute("data-kind", "more")
    expect(page.get_by_test_id("chance")).to_contain_text("in 1 of 100 such pairs of runs: more than chance.")
    expect(page.get_by_test_id("turn-row")).to_have_count(8)
    expect(page.get_by_test_id("changed-target")).to_contain_text("Answer in one word.")
    page.get_by_test_id("turn-open").first.click()
    detail = page.get_by_test_id("turn-detail")
    expect(detail.locator("ins")).to_have_text("48")
    expect(detail.locator("del")).to_have_text("84")
    expect(detail).to_contain_text("contains")
    expect(page.get_by_test_id("suite-charts").locator(".recharts-line")).to_have_count(3)
    assert violations(page) == []

    page.get_by_test_id("compare-swap").click()
    expect(page.get_by_test_id("compare-first")).to_have_value(str(second))
    expect(page.locator('[data-testid="turn-chip"][data-turn="fixed"]')).to_contain_text("8")
    page.get_by_test_id("compare-second").select_option(str(first))
    page.get_by_test_id("suite-charts-table").locator("summary").click()
    expect(page.get_by_test_id("suite-charts-table").locator("tbody tr")).to_have_count(3)

    open_page(page, hub, f"/agents/{agent_id}")
    expect(page.get_by_test_id("suite-trend")).to_contain_text("Sums")
    expect(page.get_by_test_id("suite-trend").get_by_test_id("verdict-dots")).to_have_attribute(
        "aria-label", "1 of the last 3 runs passed"
    )
    expect(page.get_by_test_id("trend-compare")).to_have_attribute("href", f"/suites/{suite_id}/compare")
    versions = page.get_by_test_id("version-row")
    expect(versions.nth(0)).to_contain_text("0/8")
    expect(versions.nth(1)).to_contain_text("8/8")
    assert violations(page) == []


def test_the_badge_of_an_agent_follows_its_suites(suite_hub: HubProcess, new_page: NewPage) -> None:
    """Red becomes green on an open page as a run ends."""
    hub = suite_hub
    suite_id = make(hub, "Followed", 1)
    stored(hub, suite_id, "-")
    page = new_page("about:blank")
    open_page(page, hub, "/agents")
    badge = page.locator(f'[data-agent-id="{hub.agent_id()}"]').get_by_test_id("agent-verdict")
    expect(badge).to_have_attribute("data-verdict", "failed")
    hub.call("PATCH", f"/api/suites/{suite_id}", {"cases": [{"name": "any", "input": "[fast] x"}]})
    assert hub.call("POST", f"/api/suites/{suite_id}/run")[0] == 202
    expect(badge).to_have_attribute("data-verdict", "passed", timeout=LIVE_MS)
    assert violations(page) == []

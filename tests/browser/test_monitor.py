"""The floating monitor, the tab's title and the notices: what a person sees who looks at another page."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.pages import LIVE_MS
from tests.support.server import HubProcess

QUIET_MS = 2_500


@pytest.fixture
def page_of(new_page: Callable[..., Page], shared_hub: HubProcess) -> Iterator[Callable[..., Page]]:
    """Yield what opens a page of the shared hub and waits until it is live; what runs at the end is stopped."""

    def open_page(path: str = "/agents", **options: Any) -> Page:
        page = new_page(shared_hub.url + path, **options)
        expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live")
        return page

    yield open_page
    for each in shared_hub.call("GET", "/api/executions?status=running")[1]["items"]:
        shared_hub.call("POST", f"/api/executions/{each['id']}/cancel")
        shared_hub.ended(each["id"])


def line_of(page: Page, execution_id: int) -> Any:
    return page.locator(f'[data-testid="monitor-item"][data-execution-id="{execution_id}"]')


def test_without_a_past_there_is_no_guess_and_with_one_there_is(
    page_of: Callable[..., Page], shared_hub: HubProcess
) -> None:
    """After three runs of the agent the line says about how long it still takes, and past its p95 that it is slow."""
    agent = shared_hub.call("POST", "/api/agents", {"name": "Guessed"})[1]["id"]
    first = shared_hub.start_test("[slow] no past", agent)
    page = page_of()
    expect(line_of(page, first)).to_be_visible()
    expect(line_of(page, first).get_by_test_id("time-left")).to_have_count(0)
    shared_hub.call("POST", f"/api/executions/{first}/cancel")
    for index in range(3):
        shared_hub.ended(shared_hub.start_test(f"a past {index}", agent))
    # Stands still, or a busy machine shows the page when the usual time, some four seconds, is over.
    page.clock.set_fixed_time(time.time())
    second = shared_hub.start_test("[slow] with a past", agent)
    expect(line_of(page, second).get_by_test_id("time-left")).to_have_text(re.compile(r"^about \d+ s left$"))
    page = page_of()
    expect(line_of(page, second).get_by_test_id("time-left")).to_have_text("slower than usual")
    page.goto(f"{shared_hub.url}/executions/{second}")
    expect(page.get_by_text("Usual time")).to_be_visible()


def test_the_title_carries_how_many_run(page_of: Callable[..., Page], shared_hub: HubProcess) -> None:
    """Seen while another tab is in front; gone when nothing runs."""
    page = page_of()
    expect(page).to_have_title(re.compile(r"^Agents"))
    slow = shared_hub.start_test("[slow] counted")
    expect(page).to_have_title(re.compile(r"^\(1\) Agents"))
    shared_hub.call("POST", f"/api/executions/{slow}/cancel")
    expect(page).to_have_title(re.compile(r"^Agents"))


def test_a_notice_tells_what_failed_and_leads_to_it(page_of: Callable[..., Page], shared_hub: HubProcess) -> None:
    """What ran before the page was opened is no news; what fails afterwards is, once, with the way to it."""
    page = page_of()
    page.wait_for_timeout(QUIET_MS)
    failed = shared_hub.start_test("[fast] [fail] noticed")
    notice = page.locator("[data-sonner-toast]", has_text=": failed")
    # It goes by itself: pressed at once, which also says that there is one.
    notice.get_by_role("button", name="Open").click()
    expect(page).to_have_url(f"{shared_hub.url}/executions/{failed}")


def test_open_or_closed_is_remembered_and_a_pill_says_how_many(
    page_of: Callable[..., Page], shared_hub: HubProcess
) -> None:
    """By the keyboard, over a reload; a screen reader hears the counts."""
    slow = shared_hub.start_test("[slow] remembered")
    page = page_of()
    head = page.get_by_test_id("monitor").get_by_role("button").first
    expect(head).to_have_attribute("aria-expanded", "true")
    head.focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-expanded", "false")
    page.reload()
    expect(page.get_by_test_id("monitor-count")).to_have_text("1 running")
    expect(page.get_by_test_id("monitor-item")).to_have_count(0)
    expect(page.locator('[role="status"]', has_text="1 running")).to_have_count(1)
    page.get_by_test_id("monitor").get_by_role("button").first.click()
    expect(line_of(page, slow)).to_be_visible()
    shared_hub.call("POST", f"/api/executions/{slow}/cancel")
    expect(page.get_by_test_id("monitor")).to_have_count(0, timeout=LIVE_MS)

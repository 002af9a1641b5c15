"""The history as a list that stays put, whose days have names, in a real browser."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.support.pages import LIVE_MS, NewPage, open_page, row
from tests.support.server import HubProcess, poll

ZONE = "Asia/Shanghai"


def ended(hub: HubProcess, text: str, count: int) -> list[int]:
    """Run so many fast tests to their end; returns their ids, oldest first."""
    ids = [hub.start_test(f"[fast] {text} {index}") for index in range(count)]
    for each in ids:
        hub.ended(each)
    return ids


def until_one_waits(page: Page, hub: HubProcess) -> None:
    """Run tests until the page lets one wait: on a busy machine the hub may hear late of where somebody is."""
    poll(lambda: ended(hub, "may come or wait", 1) and page.get_by_test_id("history-new").count())


def top_of(page: Page, execution_id: int) -> float:
    """Return how far from the top of the window a row is."""
    return float(row(page, execution_id).evaluate("row => row.getBoundingClientRect().top"))


def test_new_rows_wait_while_the_pointer_or_the_focus_is_on_the_list(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Nothing moves under either; once both have gone, the rows come by themselves."""
    first = ended(shared_hub, "stays under the pointer", 2)[1]
    page = new_page("about:blank")
    open_page(page, shared_hub, "/")
    row(page, first).hover()
    until_one_waits(page, shared_hub)
    top, late = top_of(page, first), ended(shared_hub, "waits for the pointer", 1)[0]
    expect(page.get_by_test_id("history-new")).to_contain_text(re.compile("[2-9] new"), timeout=LIVE_MS)
    assert top_of(page, first) == top
    expect(row(page, late)).to_have_count(0)
    page.mouse.move(5, 5)
    expect(row(page, late)).to_be_visible(timeout=LIVE_MS)

    row(page, late).focus()
    until_one_waits(page, shared_hub)
    later = ended(shared_hub, "waits for the focus", 1)[0]
    expect(row(page, late)).to_be_focused()
    expect(row(page, later)).to_have_count(0)
    page.get_by_test_id("history-new").click()
    expect(row(page, later)).to_be_visible(timeout=LIVE_MS)


def test_going_back_is_to_the_row_one_came_from(shared_hub: HubProcess, new_page: NewPage) -> None:
    """All loaded rows, the place on the page and the focus; by the browser's back, and by the link."""
    ids = ended(shared_hub, "back to this one", 40)
    page = new_page("about:blank")
    open_page(page, shared_hub, "/?q=back+to+this+one")
    page.get_by_test_id("history-more").click()
    expect(page.get_by_test_id("history-row")).to_have_count(40, timeout=LIVE_MS)
    wanted = ids[8]
    row(page, wanted).scroll_into_view_if_needed()
    for go_back in (page.go_back, lambda: page.go_back(wait_until="commit")):
        top = top_of(page, wanted)
        row(page, wanted).click()
        expect(page.get_by_test_id("execution-status")).to_be_visible(timeout=LIVE_MS)
        go_back()
        expect(page.get_by_test_id("history-row")).to_have_count(40, timeout=LIVE_MS)
        expect(row(page, wanted)).to_be_focused(timeout=LIVE_MS)
        # The list corrects its place once the rows above have their height.
        poll(lambda top=top: abs(top_of(page, wanted) - top) < 3)  # type: ignore[misc]
    expect(page.get_by_test_id("history-row")).to_have_count(40)


def test_rows_stand_in_columns_under_the_names_of_their_days(shared_hub: HubProcess, new_page: NewPage) -> None:
    """A heading over each column, the day in the reader's zone, the number, and input and error of a failed one."""
    failed = shared_hub.start_test("why did it fail", shared_hub.agent_id("claude-sonnet-5-5"))
    shared_hub.ended(failed)
    page = new_page("about:blank", timezone_id=ZONE)
    open_page(page, shared_hub, f"/?q=%23{failed}")
    expect(row(page, failed)).to_contain_text("why did it fail", timeout=LIVE_MS)
    expect(row(page, failed)).to_contain_text("ANTHROPIC_API_KEY")
    expect(row(page, failed)).to_contain_text(f"#{failed}")
    expect(page.locator(".rows .day")).to_have_text(["Today"])
    headings, cells = (
        page.locator(where).evaluate_all("all => all.map(each => Math.round(each.getBoundingClientRect().left))")
        for where in (".row-heads > :is(.no, .name, .kind, .what)", ".row > :is(.no, .name, .kind, .what)")
    )
    assert headings == cells
    assert len(cells) == 4

    page.get_by_label("Time", exact=True).select_option("dates")
    today = f"{datetime.now(UTC).astimezone(ZoneInfo(ZONE)):%Y-%m-%d}"
    page.get_by_test_id("range-from").fill("2026-01-31")
    page.get_by_test_id("range-to").fill(today)
    expect(page).to_have_url(re.compile(r"since=2026-01-30T16%3A00%3A00.000Z&until="), timeout=LIVE_MS)
    expect(row(page, failed)).to_be_visible()
    page.get_by_test_id("range-to").fill("2026-01-31")
    expect(page.get_by_test_id("history-empty")).to_be_visible(timeout=LIVE_MS)
    expect(page.get_by_test_id("range-from")).to_have_value("2026-01-31")
    page.get_by_role("button", name="Yesterday").click()
    expect(page.get_by_test_id("range-to")).not_to_have_value("2026-01-31")
    page.get_by_role("button", name="Today").click()
    expect(page.get_by_test_id("range-from")).to_have_value(today)
    expect(row(page, failed)).to_be_visible(timeout=LIVE_MS)


def test_all_that_glows_is_in_step_and_calm_when_there_is_much_of_it(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Five glow; with six only their edges do. What moves begins at the same moment."""
    ids = [shared_hub.start_test(f"[slow] glows {index}") for index in range(6)]
    page = new_page("about:blank", reduced_motion="no-preference")
    open_page(page, shared_hub, "/")
    for each in ids:
        expect(row(page, each)).to_have_attribute("data-status", "running", timeout=LIVE_MS)
    width = "row => Number.parseFloat(getComputedStyle(row, '::after').width)"
    assert row(page, ids[0]).evaluate(width) == 3
    shared_hub.call("POST", f"/api/executions/{ids[5]}/cancel", {})
    expect(row(page, ids[5])).to_have_attribute("data-status", "cancelled", timeout=LIVE_MS)
    assert row(page, ids[0]).evaluate(width) > 500
    starts = (
        "() => [...new Set(document.getAnimations().filter(each => each.effect.getTiming().iterations === Infinity)"
        ".map(each => each.startTime))]"
    )
    # One that has just come has no start yet.
    assert poll(lambda: page.evaluate(starts) == [0])
    for each in ids[:5]:
        shared_hub.call("POST", f"/api/executions/{each}/cancel", {})

"""Nothing moves while a page is loading: what comes later has its place from the beginning."""

import json
from typing import Any

from playwright.sync_api import Page, expect

from tests.support.browser import OBSERVE
from tests.support.pages import LIVE_MS, NewPage, make
from tests.support.server import HubProcess

WIDTHS = {"desk": (1440, 900), "phone": (390, 844)}
SHIFT_MAX = 0.02
# What arrives a second later moves things as well.
LOOKED_AT_MS = 1_500


def shifts(page: Page, url: str) -> list[dict[str, Any]]:
    """Return what moved on a page from its first byte on."""
    page.goto(url)
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live", timeout=LIVE_MS)
    expect(page.locator("main .skeleton")).to_have_count(0, timeout=LIVE_MS)
    page.wait_for_function(f"() => performance.now() > {LOOKED_AT_MS}")
    found: list[dict[str, Any]] = page.evaluate("window.shifts")
    return found


def test_nothing_moves_while_a_page_loads(shared_hub: HubProcess, new_page: NewPage) -> None:
    """The pages of a day, on a desk and on a phone, each loaded anew: less than a fiftieth in all."""
    hub = shared_hub
    workflow = make(hub, name="A workflow with a name of some length")
    agent = hub.call("POST", "/api/agents", {"name": "Support triage", "description": "Sorts what customers write"})
    for n in range(8):
        last = hub.start_test(f"{'[fail]' if n % 4 == 1 else '[fast]'} question {n} " + "word " * 30, agent[1]["id"])
        hub.ended(last)
    hub.ended(hub.call("POST", f"/api/workflows/{workflow}/run", {"input": "x"})[1]["id"])
    paths = (
        "/",
        "/tools",
        "/workers",
        "/agents",
        "/suites",
        "/suites/1",
        f"/agents/{agent[1]['id']}",
        f"/workflows/{workflow}",
        f"/executions/{last}",
    )
    page = new_page("about:blank")
    page.context.add_init_script(OBSERVE)
    found: dict[str, Any] = {}
    for where, (width, height) in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for path in paths:
            moved = shifts(page, hub.url + path)
            total = round(sum(each["value"] for each in moved), 4)
            print(where, path, total)
            if total >= SHIFT_MAX:
                found[f"{where} {path}: {total}"] = moved
    assert not found, json.dumps(found, indent=1)

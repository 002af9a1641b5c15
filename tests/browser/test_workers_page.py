"""The page Workers, as a person who looks after a hub of several processes."""

import os

from playwright.sync_api import Locator, Page, expect

from tests.support import messages_replies as replies
from tests.support.axe import violations
from tests.support.browser import note, noted
from tests.support.cluster import Cluster, runs_at
from tests.support.messages_server import MessagesServer
from tests.support.pages import LIVE_MS, NewPage, open_page
from tests.support.server import HubProcess, poll

DRAINED_MS = 60_000
LATE_MAX = 3


def worker(page: Page, process: HubProcess) -> Locator:
    """Return the row of a process."""
    return page.locator(f'[data-testid="worker-row"][data-worker="{os.uname().nodename}:{process.pid}"]')


def drain(page: Page, drained: HubProcess, last: HubProcess) -> None:
    """Drain a process, after second thoughts; then ask about the last one, and leave it."""
    dialog = page.get_by_test_id("drain-dialog")
    worker(page, drained).get_by_test_id("worker-drain").click()
    expect(dialog).to_contain_text("The 1 execution that runs there goes on.")
    expect(page.get_by_test_id("drain-last")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    worker(page, drained).get_by_test_id("worker-drain").click()
    dialog.get_by_test_id("worker-drain-confirm").click()
    expect(dialog).to_be_hidden()
    expect(worker(page, drained)).to_have_attribute("data-status", "draining", timeout=LIVE_MS)
    expect(worker(page, drained).get_by_test_id("worker-drain")).to_have_count(0)
    worker(page, last).get_by_test_id("worker-drain").click()
    expect(page.get_by_test_id("drain-last")).to_be_visible()
    dialog.get_by_test_id("worker-drain-cancel").click()


def lose(page: Page, cluster: Cluster, left: HubProcess) -> Locator:
    """Kill the only worker; returns the notice that it is lost, before which it has been seen late.

    It is late for three seconds only: a web process that stands still meanwhile has nothing to tell of it, and another
    worker is killed then.
    """
    lost = page.get_by_test_id("worker-lost")
    note(page, 'text("worker-late") !== ""')
    for _ in range(LATE_MAX):
        left.kill()
        expect(lost).to_contain_text("is lost: it was last heard", timeout=DRAINED_MS)
        expect(worker(page, left)).to_have_count(0)
        if True in noted(page):
            return lost
        lost.get_by_role("button").click()
        left = cluster.worker()
        expect(worker(page, left)).to_be_visible(timeout=DRAINED_MS)
    raise AssertionError("It was never seen late.")


def test_two_workers_are_seen_one_is_drained_and_the_other_is_lost(
    cluster: Cluster, messages_server: MessagesServer, new_page: NewPage
) -> None:
    """What runs glows where it runs; who was drained ends with what it had; of who died a notice tells."""
    # Nobody has told it a limit: it keeps to that of the others, also if it has to join anew on a busy machine.
    web = cluster.web()
    first, second = cluster.worker(HUB_MAX_CONCURRENCY="7"), cluster.worker(HUB_MAX_CONCURRENCY="7")
    messages_server.reply(replies.hanging())
    execution_id = web.start_test("Hello", web.agent_id("claude-sonnet-5-5"))
    names = {f"{os.uname().nodename}:{each.pid}": each for each in (first, second)}
    drained = names.pop(runs_at(web, execution_id))
    (left,) = names.values()

    poll(lambda: {web.call("GET", f"/api/{what}")[1]["max_concurrency"] for what in ("queue", "about")} == {7})
    page = new_page("about:blank")
    page.set_viewport_size({"width": 1280, "height": 900})
    open_page(page, web, "/workers")
    expect(page.get_by_test_id("worker-row")).to_have_count(3, timeout=LIVE_MS)
    # The one that serves is a child of the process that was started.
    serving = page.locator('[data-testid="worker-row"][data-role="web"]')
    expect(serving).to_contain_text("serves this page")
    expect(serving.get_by_test_id("worker-drain")).to_have_count(0)
    expect(worker(page, drained).get_by_test_id("worker-slots")).to_contain_text("1 of 7", timeout=LIVE_MS)
    expect(worker(page, drained).locator(".slots.is-busy")).to_have_count(1)
    expect(worker(page, drained).get_by_test_id("worker-execution")).to_have_text(f"#{execution_id}")
    expect(page.get_by_test_id("worker-execution")).to_have_attribute("href", f"/executions/{execution_id}")
    expect(page.get_by_test_id("workers-running")).to_contain_text("1 of 7")
    expect(page.get_by_test_id("workers-running")).to_contain_text("Room for 14; the hub's limit is 7")
    expect(page.locator("nav .foot")).to_contain_text("PostgreSQL · 7 at once")
    expect(page.get_by_test_id("workers-how-to")).to_have_count(0)
    assert violations(page) == []

    drain(page, drained, left)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    web.call("POST", f"/api/executions/{execution_id}/cancel")
    expect(worker(page, drained)).to_have_count(0, timeout=DRAINED_MS)
    expect(page.get_by_test_id("worker-lost")).to_have_count(0)

    lost = lose(page, cluster, left)
    expect(page.get_by_test_id("workers-none")).to_be_visible()
    expect(page.get_by_test_id("workers-how-to")).to_be_visible()
    lost.get_by_role("button").click()
    expect(lost).to_have_count(0)

    stopped = cluster.worker()
    worker(page, stopped).get_by_test_id("worker-stop").click(timeout=LIVE_MS)
    expect(page.get_by_test_id("drain-dialog")).to_contain_text("Stop this process?")
    page.get_by_test_id("worker-stop-confirm").click()
    expect(worker(page, stopped)).to_have_count(0, timeout=DRAINED_MS)
    poll(lambda: stopped.is_over)
    expect(page.get_by_test_id("worker-lost")).to_have_count(0)

    page.goto(f"{web.url}/executions/{execution_id}")
    expect(page.get_by_test_id("attempt-worker")).to_have_text(f"{os.uname().nodename}:{drained.pid}", timeout=LIVE_MS)
    assert poll(lambda: len(cluster.members(web)) == 1)

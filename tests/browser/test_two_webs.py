"""Pages of a hub with two processes that serve, behind nginx: each tab has one of them, and another when that dies."""

from functools import partial

import psutil
from playwright.sync_api import Page, expect

from tests.support import messages_replies as replies
from tests.support.cluster import Cluster
from tests.support.messages_server import MessagesServer
from tests.support.pages import LIVE_MS, NewPage, press_test, row, started
from tests.support.server import HubProcess, poll

TABS = 12


def sockets(web: HubProcess) -> int:
    """Return how many connections to a process are open: nginx keeps none but those of pages."""
    found = psutil.net_connections("tcp")
    return sum(each.status == "ESTABLISHED" and each.laddr and each.laddr.port == web.port for each in found)


def is_live(page: Page) -> None:
    """Wait until a page is live."""
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live", timeout=2 * LIVE_MS)


def only_grown(webs: list[HubProcess], before: list[int]) -> list[int]:
    """Return the place of the process that has more connections than before, once it is one: files need some, too."""
    grown = [place for place, each in enumerate(webs) if sockets(each) > before[place]]
    return grown if len(grown) == 1 else []


def one_page_of_each(webs: list[HubProcess], new_page: NewPage, url: str) -> list[Page]:
    """Open pages until each process has one: which one a tab gets, its token decides."""
    pages: dict[int, Page] = {}
    for _ in range(TABS):
        before = [sockets(each) for each in webs]
        page = new_page(url)
        is_live(page)
        place = poll(partial(only_grown, webs, before))[0]
        if place in pages:
            page.close()
            poll(lambda place=place, before=before: sockets(webs[place]) == before[place])  # type: ignore[misc]
        else:
            pages[place] = page
        if len(pages) == len(webs):
            break
    return [pages[place] for place in range(len(webs))]


def test_what_one_process_starts_a_page_of_the_other_shows_and_it_heals_when_that_dies(
    cluster: Cluster, new_page: NewPage, messages_server: MessagesServer
) -> None:
    # For longer than a busy machine needs to kill a process and heal.
    messages_server.reply(replies.text([f"w{number} " for number in range(4000)], delay=0.3))
    webs, _ = cluster.together(2, 1)
    nginx = cluster.front(webs)
    tester, watcher = one_page_of_each(webs, new_page, nginx.url)
    tester.goto(f"{nginx.url}/agents/{webs[0].agent_id('claude-sonnet-5-5')}")
    is_live(tester)
    press_test(tester, "on two processes")
    execution_id = started(webs[0], "on two processes")
    expect(row(watcher, execution_id)).to_have_attribute("data-status", "running", timeout=LIVE_MS)
    watcher.goto(f"{nginx.url}/executions/{execution_id}")
    is_live(watcher)
    watcher.evaluate("window.neverReloaded = true")
    output = watcher.get_by_test_id("execution-output")
    expect(output).not_to_be_empty(timeout=LIVE_MS)

    webs[1].kill()
    shown = output.inner_text()
    poll(lambda: sockets(webs[0]) == 2, 30)
    is_live(watcher)
    poll(lambda: len(output.inner_text()) > len(shown), 30)
    webs[0].call("POST", f"/api/executions/{execution_id}/cancel")
    expect(watcher.get_by_test_id("execution-status")).to_contain_text("Cancelled", timeout=LIVE_MS)
    assert watcher.evaluate("window.neverReloaded"), "it healed by itself"
    is_live(tester)

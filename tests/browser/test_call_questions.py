"""Calls of tools that need a person, in the monitor of any page."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from execution_hub.hub.hub import Hub
from tests.support.calls import LOST, SENDS, asking
from tests.support.hub import make_settings
from tests.support.server import HubProcess

SENT, REFUSED, UNSURE = 1, 2, 3


@pytest.fixture
def asking_hub(data_dir: Path) -> Iterator[HubProcess]:
    """Yield a hub that begins with three executions: two ask whether a tool may be called, one whether it was."""

    async def prepare() -> None:
        hub = await Hub.open(make_settings(data_dir))
        for call in (SENDS, SENDS, LOST):
            await asking(hub, call)
        await hub.close()

    # Playwright has the event loop of this thread.
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, prepare()).result()
    hub = HubProcess(data_dir).preloaded().start()
    yield hub
    hub.kill()


def line_of(page: Page, execution_id: int) -> Locator:
    """Return the monitor's line of an execution."""
    return page.locator(f'[data-testid="monitor-item"][data-execution-id="{execution_id}"]')


def test_the_monitor_asks_about_calls_and_takes_the_answers(
    asking_hub: HubProcess, new_page: Callable[..., Page]
) -> None:
    """It shows the tool and its arguments; yes, no with a reason, and what becomes of an unknown one."""
    page = new_page(f"{asking_hub.url}/agents")
    for each in (SENT, REFUSED, UNSURE):
        expect(line_of(page, each).get_by_test_id("monitor-call")).to_contain_text("mail › send")
    expect(line_of(page, SENT)).to_contain_text('"ada@example.com"')
    expect(line_of(page, UNSURE)).to_contain_text("may have run already")
    line_of(page, SENT).get_by_test_id("call-approve").click()
    expect(line_of(page, SENT)).to_have_count(0)
    line_of(page, REFUSED).get_by_test_id("call-reject").click()
    line_of(page, REFUSED).get_by_test_id("monitor-reject").click()
    expect(line_of(page, REFUSED)).to_contain_text("Say why you reject it.")
    page.get_by_test_id("monitor-reason").fill("Not to her.")
    line_of(page, REFUSED).get_by_test_id("monitor-reject").click()
    expect(line_of(page, REFUSED)).to_have_count(0)
    line_of(page, UNSURE).get_by_test_id("call-tell-agent").click()
    expect(line_of(page, UNSURE)).to_have_count(0)
    calls = [asking_hub.execution(each)["calls"][0] for each in (SENT, REFUSED, UNSURE)]
    assert [each["status"] for each in calls] == ["pending", "denied", "unknown"]
    assert (calls[1]["comment"], calls[2]["resolved"]) == ("Not to her.", "tell_agent")

"""What it costs to look at the dashboard: the processor time of all of Chromium, which draws by software here."""

import time
from typing import Any

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from bench.figures import Figure
from tests.support.browser import ARGUMENTS, chromium_path
from tests.support.server import HubProcess, poll

SECONDS = 12.0
# The page has settled, and what was opened before it has ended.
SETTLED_SECONDS = 4.0
FEW, MANY = 5, 10
# How many frames the page draws in a second.
FRAMES = """
() => new Promise((done) => {
  let count = 0;
  const began = performance.now();
  const next = () => {
    count += 1;
    if (performance.now() - began < 2000) requestAnimationFrame(next);
    else done(count / 2);
  };
  requestAnimationFrame(next);
})
"""


def measure(hub: HubProcess) -> list[Figure]:
    """Measure Chromium with the dashboard open: idle, with few and with many running, and with reduced motion.

    Args:
        hub: A running hub that runs ten at once.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        page = _open(browser, hub)
        idle = _share(page)
        few, many = _share_with(hub, page, FEW), _share_with(hub, page, MANY)
        page.context.close()
        page = _open(browser, hub, reduced_motion="reduce")
        still = _share_with(hub, page, MANY)
        browser.close()
    return [
        _figure("dashboard idle", idle, 2),
        _figure(f"{FEW} running", few, 50),
        _figure(f"{MANY} running", many, 50),
        _figure(f"{MANY} running, reduced motion", still, 50),
    ]


def _figure(what: str, found: tuple[float, float], most: float) -> Figure:
    share, rate = found
    value = f"{share:.1f} % of a core, {rate:.0f} frames/s"
    return Figure(f"Chromium's processor, {what}", value, f"{most} %", share < most)


def _open(browser: Browser, hub: HubProcess, **options: Any) -> Page:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, **options)
    page.goto(hub.url)
    page.wait_for_selector('[data-testid="connection"][data-state="live"]')
    page.wait_for_selector('[data-testid="history-row"], [data-testid="history-empty"]')
    time.sleep(SETTLED_SECONDS)
    return page


def _share_with(hub: HubProcess, page: Page, count: int) -> tuple[float, float]:
    """Return what `_share` does while so many run, and end them after that."""
    ids = [hub.start_test(f"[slow] so many run: {count}") for _ in range(count)]
    poll(lambda: all(hub.execution(each)["progress"]["phase"] == "writing" for each in ids))
    page.wait_for_selector(f'[data-execution-id="{ids[-1]}"][data-status="running"]')
    found = _share(page)
    still = sum(hub.execution(each)["status"] == "running" for each in ids)
    assert still == count, f"only {still} of {count} ran to the end of the measurement"
    for each in ids:
        hub.call("POST", f"/api/executions/{each}/cancel", {})
        hub.ended(each)
    time.sleep(SETTLED_SECONDS)
    return found


def _share(page: Page) -> tuple[float, float]:
    """Return the processor time of all of Chromium over a while, per cent of a core, and how many frames it draws.

    The frames are counted after that: to count them costs some. Where they are few, it had not the processor it wanted.
    """
    before = _used()
    began = time.monotonic()
    time.sleep(SECONDS)
    after = _used()
    seconds = time.monotonic() - began
    # Without a process that has ended meanwhile: nobody can tell what it used.
    share = 100 * sum(after[pid] - before.get(pid, 0.0) for pid in after) / seconds
    return share, float(page.evaluate(FRAMES))


def _used() -> dict[int, float]:
    """Return the processor time of each process of Chromium, seconds, by id."""
    found = {}
    for process in psutil.Process().children(recursive=True):
        try:
            if "chrom" in process.name():
                times = process.cpu_times()
                found[process.pid] = times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return found

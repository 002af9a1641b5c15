"""Takes the monitor in each of its states, dark, light and on a phone: `.venv/bin/python tools/monitor_pictures.py`."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from pictures import DESK, IMAGES, INPUTS, PHONE, open_page, photograph  # noqa: E402 - found through the line above

from tests.support.server import HubProcess, poll  # noqa: E402

FOLDER = IMAGES / "monitor"
VIEWS = {"dark": ("dark", DESK), "light": ("light", DESK), "phone": ("dark", PHONE)}
# What is usual is known from so many past executions on.
PAST = 3


class Scene:
    """The same page open in every view, and the hub behind it."""

    def __init__(self, browser: Browser, hub: HubProcess) -> None:
        """Open the pages."""
        self.hub = hub
        self.pages = {
            view: open_page(browser, hub, "/agents", mode=mode, size=size) for view, (mode, size) in VIEWS.items()
        }

    def shoot(self, state: str, *texts: str) -> None:
        """Take the monitor in every view, once it reads all of these texts."""
        for view, page in self.pages.items():
            monitor = page.get_by_test_id("monitor")
            for text in texts:
                monitor.get_by_text(text).first.wait_for(timeout=30_000)
            # What glides is where it belongs.
            page.wait_for_timeout(300)
            monitor.screenshot(path=FOLDER / f"{state}-{view}.png")

    def each(self) -> Iterator[Page]:
        """Yield every page."""
        yield from self.pages.values()


def main() -> None:
    """Take every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    photograph(take, HUB_MAX_CONCURRENCY="3")


def take(browser: Browser, hub: HubProcess) -> None:
    """Bring the hub from state to state."""
    names = ("Quarterly review", "Support triage", "Invoice reader", "Contract extractor")
    slow, quick, new, queued = (hub.call("POST", "/api/agents", {"name": name})[1]["id"] for name in names)
    past = [hub.start_test(f"{text} [slow]", slow) for text in INPUTS[:PAST]]
    for each in past:
        hub.ended(each, 60)
    for text in INPUTS[:PAST]:
        hub.ended(hub.start_test(f"{text} [fast]", quick))

    scene = Scene(browser, hub)
    running = [hub.start_test(f"{text} [slow]", agent) for text, agent in zip(INPUTS, (slow, quick, new), strict=False)]
    poll(lambda: all(hub.execution(each)["progress"]["phase"] == "writing" for each in running))
    scene.shoot("running", "slower than usual", "left")
    pending = hub.start_test(f"{INPUTS[3]} [fast]", queued)
    scene.shoot("queue", "Contract extractor")
    hub.call("POST", "/api/queue/pause")
    scene.shoot("queue-paused", "Queue paused")
    with stuck_stop(hub, running[2]):
        for page in scene.each():
            page.locator(".mi.is-stopping").wait_for()
        scene.shoot("stopping")
    hub.call("POST", f"/api/executions/{pending}/cancel")
    hub.call("POST", "/api/queue/resume")
    for each in running:
        hub.call("POST", f"/api/executions/{each}/cancel")
        hub.ended(each)
    hub.start_test(f"{INPUTS[3]} [slow]", queued)
    hub.start_test("Read the attachment. [fast] [fail]", quick)
    hub.start_test(f"{INPUTS[3]} [fast]", new)
    for page in scene.each():
        for status in ("succeeded", "failed"):
            page.locator(f'[data-testid="monitor-item"][data-status="{status}"]').first.wait_for()
    scene.shoot("ended")
    take_waiting(scene)
    take_stale(scene)


def take_waiting(scene: Scene) -> None:
    """Take an execution that needs a person, and the closed monitor."""
    hub = scene.hub
    run = hub.call("POST", "/api/workflows/1/run", {"input": INPUTS[1]})[1]["id"]
    poll(lambda: hub.execution(run)["status"] == "waiting", 60)
    hub.start_test(f"{INPUTS[3]} [slow]")
    scene.shoot("waiting", "Approve")
    for page in scene.each():
        page.locator(".mon-head").click()
    scene.shoot("closed")
    for page in scene.each():
        page.locator(".mon-head").click()


def take_stale(scene: Scene) -> None:
    """Take the page that has lost its hub: whole, and its monitor."""
    for page in scene.each():
        page.goto(scene.hub.url)
        page.wait_for_selector('[data-testid="connection"][data-state="live"]')
        page.wait_for_selector('[data-testid="history-row"]')
    scene.hub.kill()
    for view, page in scene.pages.items():
        page.wait_for_selector('[data-testid="connection"][data-state="stale"]', timeout=40_000)
        page.wait_for_timeout(1_500)
        page.screenshot(path=IMAGES / f"dashboard-stale-{view}.png")
    scene.shoot("stale")


@contextmanager
def stuck_stop(hub: HubProcess, execution_id: int) -> Iterator[None]:
    """Ask an execution to stop, and hold the database so that nobody can write that it has."""
    connection = sqlite3.connect(hub.data_dir / "hub.sqlite3", isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE counters SET value = value + 1 WHERE name = 'changed'")
        connection.execute(
            "UPDATE executions SET cancel_requested_at = datetime('now'),"
            " changed = (SELECT value FROM counters WHERE name = 'changed') WHERE id = ?",
            (execution_id,),
        )
        connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
    finally:
        connection.close()


if __name__ == "__main__":
    main()

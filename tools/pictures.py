"""Takes the pictures in docs/images/ of a hub of its own: `.venv/bin/python tools/pictures.py`.

The monitor in each of its states is in monitor_pictures.py.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.browser import ARGUMENTS, chromium_path  # noqa: E402 - found through the line above
from tests.support.server import HubProcess, poll  # noqa: E402

IMAGES = ROOT / "docs" / "images"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
INPUTS = (
    "Where do I change the billing address of my organisation?",
    "Summarise the third quarter for the board: results against plan, two risks, one decision to take.",
    "Read the attached invoice and return its lines as JSON.",
    "Write the release notes for version 2.4 in three bullet points.",
    "My invoice from March shows the wrong VAT number and I need a corrected one before Friday.",
)


def main() -> None:
    """Take every picture."""
    photograph(take_all)


def photograph(take: Callable[[Browser, HubProcess], None], **settings: str) -> None:
    """Start a hub of its own and a browser, let `take` use both, and end them.

    Args:
        take: Takes the pictures.
        **settings: More of the hub's environment.
    """
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        hub = HubProcess(Path(folder) / "data", **settings).start()
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        try:
            take(browser, hub)
        finally:
            browser.close()
            hub.stop()


def take_all(browser: Browser, hub: HubProcess) -> None:
    """Fill the hub and take its pictures, idle and running."""
    shoot(open_page(browser, hub, "/"), "dashboard-empty-dark")
    names = ("Support triage", "Quarterly review", "Invoice reader", "Release notes writer", "Contract extractor")
    agents = [hub.call("POST", "/api/agents", {"name": name})[1]["id"] for name in names]
    for text, agent in zip(INPUTS, agents, strict=True):
        hub.ended(hub.start_test(f"{text}", agent))
    hub.ended(hub.start_test("What does clause 7 mean?", hub.agent_id("claude-sonnet-5-5")))
    for mode in ("dark", "light"):
        shoot(open_page(browser, hub, "/", mode=mode), f"dashboard-idle-{mode}")
    running = [hub.start_test(f"{text} [slow]", agent) for text, agent in zip(INPUTS, agents, strict=True)]
    poll(lambda: all(hub.execution(each)["progress"]["phase"] == "writing" for each in running))
    for mode in ("dark", "light"):
        shoot(open_page(browser, hub, "/", mode=mode), f"dashboard-running-{mode}")
    shoot(open_page(browser, hub, "/", locale="zh-CN"), "dashboard-running-zh")
    shoot(open_page(browser, hub, "/", size=PHONE), "dashboard-running-phone")
    shoot(open_page(browser, hub, f"/agents/{agents[4]}"), "agent-streaming-dark")
    shoot(open_page(browser, hub, f"/executions/{running[1]}"), "execution-streaming-dark")
    shoot(open_page(browser, hub, f"/executions/{running[1]}", mode="light"), "execution-streaming-light")
    shoot(open_page(browser, hub, f"/executions/{running[1]}", size=PHONE), "execution-streaming-phone")
    shoot(open_page(browser, hub, f"/executions/{running[1]}", locale="zh-CN"), "execution-streaming-zh")
    shoot(open_page(browser, hub, "/agents"), "agents-dark")
    shoot(open_page(browser, hub, "/?status=failed"), "dashboard-failed-dark")
    for each in running:
        hub.call("POST", f"/api/executions/{each}/cancel")
    take_workflow(browser, hub)
    take_stopping(browser, hub)


def take_workflow(browser: Browser, hub: HubProcess) -> None:
    """Take the editor, a running graph with its timeline, an approval and the end."""
    for mode in ("dark", "light"):
        shoot(open_page(browser, hub, "/workflows/1", mode=mode), f"editor-{mode}")
    shoot(open_page(browser, hub, "/workflows/1", size=PHONE), "editor-phone")
    slow = [
        {**step, "input": f"[slow] {step['input']}"} if step["name"].startswith("review") else step
        for step in hub.call("GET", "/api/workflows/1")[1]["steps"]
    ]
    hub.call("PATCH", "/api/workflows/1", {"steps": slow})
    run = hub.call("POST", "/api/workflows/1/run", {"input": INPUTS[1]})[1]["id"]

    def both_review() -> bool:
        return bool(sum(step["status"] == "running" for step in hub.execution(run)["steps"]) == 2)

    poll(both_review, 30)
    for mode in ("dark", "light"):
        shoot(open_page(browser, hub, f"/executions/{run}", mode=mode), f"workflow-running-{mode}", whole=True)
    shoot(open_page(browser, hub, f"/executions/{run}", size=PHONE), "workflow-running-phone", whole=True)
    poll(lambda: hub.execution(run)["status"] == "waiting", 60)
    for mode in ("dark", "light"):
        shoot(open_page(browser, hub, f"/executions/{run}", mode=mode), f"approval-{mode}")
    shoot(open_page(browser, hub, f"/executions/{run}", size=PHONE), "approval-phone")
    shoot(open_page(browser, hub, "/"), "dashboard-waiting-dark")
    hub.call("POST", f"/api/executions/{run}/steps/approval/approve", {"comment": "Name the base of the growth."})
    hub.ended(run)
    shoot(open_page(browser, hub, f"/executions/{run}"), "workflow-done-dark", whole=True)


def take_stopping(browser: Browser, hub: HubProcess) -> None:
    """Take what was stopped, with its proof."""
    stopped = hub.start_test(f"{INPUTS[0]} [slow]")
    poll(lambda: hub.execution(stopped)["progress"]["phase"] == "writing")
    hub.call("POST", f"/api/executions/{stopped}/cancel")
    hub.ended(stopped)
    for mode in ("dark", "light"):
        shoot(open_page(browser, hub, f"/executions/{stopped}", mode=mode), f"execution-stopped-{mode}")


def open_page(
    browser: Browser,
    hub: HubProcess,
    path: str,
    *,
    mode: str = "dark",
    size: dict[str, int] = DESK,
    locale: str = "en-US",
) -> Page:
    """Open a page and wait until it is live."""
    page = browser.new_page(viewport=size, color_scheme=mode, locale=locale)  # type: ignore[arg-type]
    page.goto(hub.url + path)
    page.wait_for_selector('[data-testid="connection"][data-state="live"]')
    page.wait_for_selector('[data-testid="history-row"], [data-testid="history-empty"], .card')
    page.wait_for_timeout(900)
    return page


def shoot(page: Page, name: str, *, whole: bool = False) -> None:
    """Take the picture, of the window or of the whole page, and close the page."""
    page.screenshot(path=IMAGES / f"{name}.png", full_page=whole)
    page.context.close()


if __name__ == "__main__":
    main()

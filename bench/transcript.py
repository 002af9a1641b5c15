"""How fast a transcript of 200 turns opens in Chromium, and what the API gives of one."""

import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.figures import Figure, quantile
from execution_hub.domain.call import Call, CallStatus
from execution_hub.domain.status import Status
from execution_hub.network import open_direct
from execution_hub.store.database import Database
from execution_hub.store.migrate import migrate
from tests.support.acting import add_acting, tool, turn
from tests.support.browser import ARGUMENTS, chromium_path
from tests.support.server import HubProcess

TURNS = 200
LARGE_CALLS, LARGE_CHARS = 200, 1_000_000
ROUNDS = 5
GOAL_MS = 1_000
RESULT = "A line of what a tool has found.\n" * 60
TEXT = "I look at one more of them, and compare it with what I know.\n\n- one\n- two\n"


def measure_transcript(folder: Path) -> list[Figure]:
    """Measure it; what is looked at is written into the database of a hub that starts then."""
    folder.mkdir(parents=True)
    url = f"sqlite:///{folder / 'hub.sqlite3'}"
    migrate(url)
    database = Database(url)
    long_id = add_acting(database, _calls(TURNS, RESULT), Status.SUCCEEDED, "All of it is in order.")
    large_id = add_acting(database, _calls(LARGE_CALLS, "0123456789" * (LARGE_CHARS // 10)), Status.SUCCEEDED, "Done.")
    database.close()
    hub = HubProcess(folder).start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            cold = [_open(page, hub, long_id) for _ in range(ROUNDS)]
            in_app = [_follow(page, hub, long_id) for _ in range(ROUNDS)]
            browser.close()
        return [
            _figure(f"transcript of {TURNS} turns opens, from nothing", cold),
            _figure(f"transcript of {TURNS} turns opens, from the list", in_app),
            _answer(hub, long_id, f"`GET` of an execution with {TURNS} turns and calls"),
            _answer(hub, large_id, f"`GET` of an execution with {LARGE_CALLS} results of 1 MB"),
        ]
    finally:
        hub.stop()


def _calls(turns: int, result: str) -> list[Call]:
    calls: list[Call] = []
    for index in range(turns):
        blocks = ({"type": "thinking", "thinking": "What is left?", "signature": "x"},)
        calls.append(turn(2 * index + 1, TEXT, blocks=blocks))
        arguments = {"place": index, "zone": "Europe/Oslo"}
        calls.append(tool(2 * index + 2, "look", arguments, CallStatus.SUCCEEDED, result=f"{index} {result}"))
    return [*calls, turn(2 * turns + 1)]


def _figure(name: str, took: list[float]) -> Figure:
    median = quantile(took, 0.5)
    text = f"{median:.0f} ms, at most {max(took):.0f} ms of {len(took)}"
    return Figure(name, text, f"{GOAL_MS} ms", max(took) < GOAL_MS)


def _open(page: Page, hub: HubProcess, execution_id: int) -> float:
    page.goto("about:blank")
    began = time.monotonic()
    page.goto(f"{hub.url}/executions/{execution_id}", wait_until="commit")
    return _until_shown(page, began)


def _follow(page: Page, hub: HubProcess, execution_id: int) -> float:
    page.goto(hub.url)
    page.wait_for_selector('[data-testid="connection"][data-state="live"]')
    row = page.locator(f'[data-testid="history-row"][data-execution-id="{execution_id}"]')
    row.wait_for()
    began = time.monotonic()
    row.click()
    return _until_shown(page, began)


def _until_shown(page: Page, began: float) -> float:
    """Wait until the last call is there, and what the agent answered."""
    page.locator(f"#call-{2 * TURNS}").wait_for()
    page.wait_for_selector('[data-testid="execution-output"]')
    return 1_000 * (time.monotonic() - began)


def _answer(hub: HubProcess, execution_id: int, name: str) -> Figure:
    took, size = list[float](), 0
    for _ in range(ROUNDS):
        request = urllib.request.Request(f"{hub.url}/api/executions/{execution_id}")  # noqa: S310 - our own hub
        began = time.monotonic()
        with open_direct(request, seconds=60) as answer:
            size = len(answer.read())
        took.append(1_000 * (time.monotonic() - began))
    return Figure(name, f"{quantile(took, 0.5):.0f} ms, {size / 1_000:,.0f} kB", "-", True)

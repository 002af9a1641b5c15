"""Executions run, pages and a script look on through a network of the worst kind; then everybody must agree.

`python -m tests.chaos.network` does it at length and prints what was counted.
"""

import argparse
import json
import logging
import re
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tests.support import messages_replies as replies
from tests.support.browser import ARGUMENTS, chromium_path
from tests.support.messages_server import MessagesServer
from tests.support.network import BadNetwork
from tests.support.server import HubProcess, poll

TOKENS_PER_SECOND = 20
HEAL_SECONDS = 40
# For a page to come up before anything is wrong with its network: it shares the processor with all that runs here.
LIVE_MS = 60_000
# That connections die is what this is about.
QUIET = logging.getLogger("tests.chaos.network.quiet")
QUIET.disabled = True
WORD = re.compile(r"w(\d+)\b")
# Notes every value of the opened execution's output and log that reaches the page, in order.
RECORDER = """
() => {
  window.received = [];
  window.neverReloaded = true;
  const names = ["facts", "settled", "blocks", "open_parts", "tail", "log", "log_open", "last_seq"];
  window.__executionHub.socket.onAny((_, update) => {
    for (const [state, values] of Object.entries(update?.delta ?? {})) {
      if (!state.endsWith("____transcript_state")) continue;
      const found = names.filter((name) => `${name}_rx_state_` in values);
      if (found.length) {
        window.received.push(Object.fromEntries(found.map((name) => [name, values[`${name}_rx_state_`]])));
      }
    }
  });
}
"""
ROWS = "rows => rows.map(row => [Number(row.dataset.executionId), row.dataset.status])"


@dataclass
class Report:
    """What was counted.

    Attributes:
        faults: How often each fault was caused.
        sent: Events in the log of the execution that a page had open.
        received: How many of them its page had at the end.
        updates: How often that page was sent something of it.
        retries: How often its provider was asked again.
        gaps, repeats: Words of its output that were missing or twice, in any state the page was ever in.
        disagreements: Where page, API, database and script differ at the end, in words.
        messages, reconnects: What the script on `/ws/executions` got, and how often it had to come back.
        healed_seconds: How long after the last fault and the last end the dashboards agreed with the API.
    """

    faults: dict[str, int] = field(default_factory=dict)
    sent: int = 0
    received: int = 0
    updates: int = 0
    retries: int = 0
    gaps: int = 0
    repeats: int = 0
    disagreements: list[str] = field(default_factory=list)
    messages: int = 0
    reconnects: int = 0
    healed_seconds: float = 0.0

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, twice, or different."""
        return not (self.gaps or self.repeats or self.disagreements) and self.sent == self.received > 0


class Script:
    """A program that follows `/ws/executions` and comes back with the last number it knows.

    Attributes:
        statuses: The last status of each execution that it was told.
        changed: The last number of the hub that it was told.
    """

    def __init__(self, port: int) -> None:
        self.statuses: dict[int, str] = {}
        self.changed = 0
        self.messages = 0
        self.reconnects = -1
        self._port = port
        self._is_over = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Follow no more."""
        self._is_over = True
        self._thread.join(10)

    def _run(self) -> None:
        while not self._is_over:
            self.reconnects += 1
            url = f"ws://127.0.0.1:{self._port}/ws/executions?client_id=script&after={self.changed or ''}"
            with (
                suppress(OSError, TimeoutError, WebSocketException, EOFError),
                connect(url, open_timeout=3, close_timeout=1, ping_interval=2, ping_timeout=3, logger=QUIET) as socket,
            ):
                while not self._is_over:
                    with suppress(TimeoutError):
                        self._take(json.loads(socket.recv(timeout=0.5)))
            time.sleep(0.2)

    def _take(self, message: dict[str, Any]) -> None:
        self.messages += 1
        told = message.get("data") or []
        for each in told if isinstance(told, list) else [told]:
            self.statuses[each["id"]] = each["status"]
            self.changed = max(self.changed, each["changed"])
        self.changed = max(self.changed, message.get("changed") or 0)


def run(hub: HubProcess, new_page: Callable[[str], Page], *, seconds: float, executions: int, seed: int) -> Report:
    """Torture a hub's clients.

    Args:
        hub: A hub whose Claude writes the words `w0 w1 w2 …`, for longer than the torture lasts.
        new_page: Opens a page at an address.
        seconds: For how long.
        executions: How many run meanwhile.
        seed: Of the faults.
    """
    network, agent_id = BadNetwork(hub.port).start(), hub.agent_id("claude-sonnet-5-5")
    script = Script(network.port)
    # The dashboards come up before the load: how long a page takes under it is not what is asked here.
    dashboard, other = _live(new_page(network.url)), _live(new_page(network.url))
    ids = [hub.start_test(f"torture {number}", agent_id) for number in range(executions)]
    opened = _live(new_page(f"{network.url}/executions/{ids[0]}"))
    torture = threading.Thread(target=network.torture, args=(seconds, seed))
    torture.start()
    while torture.is_alive():
        dashboard.wait_for_timeout(200)  # keeps Playwright's own events flowing
    for execution_id in ids:
        hub.ended(execution_id, seconds=120)
    well_at = time.monotonic()
    report = Report(faults=network.counts)
    expected = sorted(((each["id"], each["status"]) for each in _api(hub)), reverse=True)
    for name, page in (("first tab", dashboard), ("second tab", other)):
        report.disagreements += _agree(name, page, expected)
    report.healed_seconds = time.monotonic() - well_at
    with closing(sqlite3.connect(f"file:{hub.data_dir / 'hub.sqlite3'}?mode=ro", uri=True)) as database:
        stored = database.execute("SELECT id, status FROM executions ORDER BY id DESC").fetchall()
    report.disagreements += [] if stored == expected else ["database and API differ"]
    with suppress(AssertionError):
        poll(lambda: script.statuses == dict(expected), HEAL_SECONDS)
    script.stop()
    report.disagreements += [] if script.statuses == dict(expected) else ["script and API differ"]
    report.messages, report.reconnects = script.messages, script.reconnects
    _judge_log(hub, opened, ids[0], report)
    if not all(page.evaluate("window.neverReloaded") for page in (dashboard, other, opened)):
        report.disagreements.append("a page was loaded again")
    network.stop()
    return report


def _live(page: Page) -> Page:
    """Wait until a page is connected, and record what it is sent from then on."""
    page.wait_for_selector('[data-testid="connection"]:not([data-state="stale"])', timeout=LIVE_MS)
    page.evaluate(RECORDER)
    return page


def _api(hub: HubProcess) -> list[dict[str, Any]]:
    return list(hub.call("GET", "/api/executions?limit=200")[1]["items"])


def _agree(name: str, page: Page, expected: list[tuple[int, str]]) -> list[str]:
    """Wait until a dashboard shows what the API says, row by row."""
    deadline = time.monotonic() + HEAL_SECONDS
    while time.monotonic() < deadline:
        shown = [tuple(row) for row in page.get_by_test_id("history-row").evaluate_all(ROWS)]
        if shown == expected[: len(shown)] and len(shown) == min(25, len(expected)):
            running = page.get_by_test_id("stat-running").inner_text()
            return [] if re.search(r"\b0\b", running) else [f"{name} still counts {running!r}"]
        page.wait_for_timeout(100)
    return [f"{name} shows {shown}, the API says {expected[:25]}"]


def _judge_log(hub: HubProcess, page: Page, execution_id: int, report: Report) -> None:
    found = hub.execution(execution_id)
    with suppress(AssertionError):
        poll(lambda: page.evaluate("window.received.findLast(each => each.facts)?.facts.status") == found["status"], 20)
    values: dict[str, Any] = {"settled": [], "blocks": [], "open_parts": [], "tail": "", "log": [], "facts": {}}
    # What is tried again is written anew: that the output begins again is told in the log.
    report.retries = may_begin_again = sum(each["kind"] == "retry" for each in _log(hub, execution_id))
    shown = ""
    for update in page.evaluate("window.received"):
        values |= update
        report.updates += 1
        text = "".join((*values["settled"], *values["blocks"], *values["open_parts"], values["tail"]))
        numbers = [int(number) for number in WORD.findall(text)]
        report.repeats += len(numbers) - len(set(numbers))
        # The last word may be cut in two: only whole ones are counted on.
        report.gaps += sum(later != before + 1 for before, later in pairwise(numbers[:-1]))
        if not text and shown and may_begin_again:
            may_begin_again -= 1
        elif len(text) < len(shown):
            report.disagreements.append(f"the output went back from {len(shown)} to {len(text)} characters")
        shown = text
        seqs = [line["seq"] for line in values["log"]]
        report.repeats += len(seqs) - len(set(seqs))
        report.gaps += seqs != sorted(seqs)
    report.sent, report.received = found["last_seq"], int(values.get("last_seq", 0))
    if shown.split() != (found["output"] or "").split():
        report.disagreements.append(
            f"the page's output has {len(shown)} characters, the API's {len(found['output'] or '')}"
        )


def _log(hub: HubProcess, execution_id: int) -> Iterator[dict[str, Any]]:
    """Yield an execution's events."""
    after = 0
    while page := hub.call("GET", f"/api/executions/{execution_id}/events?after={after}")[1]["events"]:
        yield from page
        after = page[-1]["seq"]


def words_for(seconds: float) -> replies.Reply:
    """Return a reply that goes on for so long."""
    words = [f"w{number} " for number in range(int(seconds * TOKENS_PER_SECOND))]
    return replies.text(words, delay=1 / TOKENS_PER_SECOND)


def main() -> int:
    """Torture at length; returns 0 if nothing was lost, repeated or different."""
    parser = argparse.ArgumentParser(description="A bad network between pages and hub.")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--executions", type=int, default=20)
    parser.add_argument("--seed", type=int, default=5)
    words = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        MessagesServer(default=words_for(words.seconds + 20)) as server,
        sync_playwright() as playwright,
    ):
        settings = {"ANTHROPIC_API_KEY": "chaos", "ANTHROPIC_BASE_URL": server.url}
        hub = HubProcess(Path(folder) / "data", HUB_MAX_CONCURRENCY=str(words.executions), **settings).start()
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))

        def new_page(url: str) -> Page:
            page = browser.new_context(locale="en-US").new_page()
            page.goto(url)
            return page

        try:
            report = run(hub, new_page, seconds=words.seconds, executions=words.executions, seed=words.seed)
        finally:
            browser.close()
            hub.stop()
    print(", ".join(f"{fault}: {times}" for fault, times in report.faults.items()))
    print(f"opened execution: {report.sent} events sent, {report.received} received in {report.updates} updates")
    print(f"asked again: {report.retries} times")
    print(f"gaps: {report.gaps}, repeats: {report.repeats}")
    print(f"script: {report.messages} messages, {report.reconnects} reconnects")
    print(f"agreed {report.healed_seconds:.1f} s after the last fault and the last end")
    print("\n".join(report.disagreements) or "page, API, database and script agree row by row")
    return 0 if report.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())

"""How long a change takes to the screen, and a submitted test to its start."""

import random
import time
from typing import Any

from playwright.sync_api import sync_playwright

from bench.figures import Figure, quantile
from execution_hub.domain.clock import from_wire
from tests.support.browser import ARGUMENTS, chromium_path
from tests.support.server import HubProcess

EXECUTIONS = 70
# Notes when each row first showed each status, as wall-clock milliseconds of this machine.
OBSERVER = """
() => {
  window.seen = {};
  const note = (row) => {
    const key = row.dataset.executionId + ' ' + row.dataset.status;
    window.seen[key] ??= performance.timeOrigin + performance.now();
  };
  const scan = () => document.querySelectorAll('[data-testid="history-row"]').forEach(note);
  new MutationObserver(scan).observe(document.body, {subtree: true, childList: true, attributeFilter: ['data-status']});
}
"""


def commits(hub: HubProcess, execution_id: int) -> dict[str, float]:
    """Return when each status of an execution was written, in milliseconds since 1970, by status.

    The log's own time, taken just before the commit: what is measured from it includes the commit.
    """
    events = hub.call("GET", f"/api/executions/{execution_id}/events")[1]["events"]
    return {
        event["data"]["status"]: from_wire(event["created_at"]).timestamp() * 1000
        for event in events
        if event["kind"] == "status"
    }


def run_tests(hub: HubProcess, count: int) -> list[int]:
    """Start tests at random moments and wait until all have ended; returns their ids."""
    agent_id, rng = hub.agent_id(), random.Random(7)
    ids = []
    for index in range(count):
        ids.append(hub.start_test(f"[fast] benchmark {index}", agent_id))
        time.sleep(rng.uniform(0.05, 0.4))
    for execution_id in ids:
        hub.ended(execution_id)
    return ids


def measure(hub: HubProcess) -> list[Figure]:
    """Measure update to screen (in Chromium) and submit to running.

    Args:
        hub: A running hub.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(hub.url)
        page.wait_for_selector('[data-testid="connection"][data-state="live"]')
        page.evaluate(OBSERVER)
        ids = run_tests(hub, EXECUTIONS)
        page.wait_for_selector(f'[data-execution-id="{ids[-1]}"][data-status="succeeded"]')
        seen: dict[str, Any] = page.evaluate("window.seen")
        browser.close()
    to_screen, to_running = [], []
    for execution_id in ids:
        written = commits(hub, execution_id)
        to_running.append(written["running"] - written["pending"])
        to_screen += [
            seen[f"{execution_id} {status}"] - at
            for status, at in written.items()
            if f"{execution_id} {status}" in seen
        ]
    p50, p99 = quantile(to_screen, 0.5), quantile(to_screen, 0.99)
    start50, start95 = quantile(to_running, 0.5), quantile(to_running, 0.95)
    missed = 3 * len(ids) - len(to_screen)
    return [
        Figure(f"update to screen, p50 of {len(to_screen)} changes", f"{p50:.1f} ms", "25 ms", p50 < 25),
        Figure("update to screen, p99", f"{p99:.1f} ms", "100 ms", p99 < 100),
        Figure("statuses skipped on screen (a newer one was there)", f"{missed}", "-", True),
        Figure("submit to running, p50", f"{start50:.0f} ms", "-", True),
        Figure("submit to running, p95", f"{start95:.0f} ms", "200 ms", start95 < 200),
    ]

"""How long an edit takes to show in the editor of a workflow with 50 steps, debounce included."""

import json
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.figures import Figure, quantile
from tests.support.browser import ARGUMENTS, chromium_path
from tests.support.server import HubProcess

LAYERS, ABREAST = 10, 5
ROUNDS = 12
# Does something and waits until the page shows it; returns the milliseconds between.
WATCH = """
() => new Promise((resolve, reject) => {
  const isShown = () => CHECK;
  const started = performance.now();
  const observer = new MutationObserver(() => {
    if (!isShown()) return;
    observer.disconnect();
    resolve(performance.now() - started);
  });
  observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  setTimeout(() => reject(new Error("never shown")), 5000);
  ACTION
})
"""
TYPE = """
const field = document.querySelector('[data-testid=%s]');
Object.getOwnPropertyDescriptor(field.constructor.prototype, 'value').set.call(field, %s);
field.dispatchEvent(new Event('input', { bubbles: true }));
"""


def measure(hub: HubProcess) -> list[Figure]:
    """Measure renaming, breaking and mending a template, and a new dependency."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{hub.url}/workflows/{_workflow(hub)}")
        page.wait_for_selector('[data-testid="connection"][data-state="live"]')
        page.wait_for_selector('[data-testid="step"]')
        page.locator('[data-testid="step-row"]').nth(20).click()
        page.wait_for_selector('[data-testid="step-name"]')
        took = [each for index in range(ROUNDS) for each in _edits(page, index)]
        browser.close()
    p50, p95 = quantile(took, 0.5), quantile(took, 0.95)
    return [
        Figure(f"edit to screen, 50 steps, p50 of {len(took)}", f"{p50:.0f} ms", "100 ms", p50 < 100),
        Figure("edit to screen, 50 steps, p95", f"{p95:.0f} ms", "-", True),
    ]


def _edits(page: Page, index: int) -> list[float]:
    name = f"renamed_{index}"
    edits = [
        (TYPE % ("step-name", json.dumps(name)), f"document.querySelector('[data-testid=step][data-step={name}]')"),
        (TYPE % ("step-input", json.dumps("{{ broken")), "document.querySelector('[data-testid=step].has-problem')"),
        (
            TYPE % ("step-input", json.dumps(f"mended {index} {{{{ input }}}}")),
            "!document.querySelector('[data-testid=step].has-problem')",
        ),
    ]
    took = []
    for action, check in edits:
        took.append(float(page.evaluate(WATCH.replace("CHECK", check).replace("ACTION", action))))
        page.wait_for_timeout(200)
    return took


def _workflow(hub: HubProcess) -> int:
    agent_id = hub.agent_id()
    steps: list[dict[str, Any]] = []
    for layer in range(LAYERS):
        for place in range(ABREAST):
            before = f"{{{{ steps.step_{layer - 1}_{place}.output }}}}" if layer else "{{ input }}"
            steps.append({"name": f"step_{layer}_{place}", "agent_id": agent_id, "input": f"Work on {before}"})
    status, workflow = hub.call("POST", "/api/workflows", {"name": "Fifty", "steps": steps})
    assert status == 201, workflow
    return int(workflow["id"])

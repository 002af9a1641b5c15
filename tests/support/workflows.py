"""Workflows on real hubs, for the tests that watch them in a browser."""

from typing import Any

from playwright.sync_api import Locator, Page

from tests.support.server import HubProcess, poll


def sample_id(hub: HubProcess) -> int:
    """Return the sample workflow of a new hub."""
    return int(hub.call("GET", "/api/workflows")[1]["items"][0]["id"])


def make_workflow(hub: HubProcess, name: str, *steps: dict[str, Any]) -> int:
    """Store a workflow and return its id."""
    status, workflow = hub.call("POST", "/api/workflows", {"name": name, "steps": list(steps)})
    assert status == 201, workflow
    return int(workflow["id"])


def run(hub: HubProcess, workflow_id: int, text: str) -> int:
    """Run a workflow on a text and return the execution's id."""
    status, execution = hub.call("POST", f"/api/workflows/{workflow_id}/run", {"input": text})
    assert status == 202, execution
    return int(execution["id"])


def waiting(hub: HubProcess, execution_id: int) -> dict[str, Any]:
    """Wait until an execution waits for a person, and return it."""

    def check() -> dict[str, Any] | None:
        found = hub.execution(execution_id)
        assert not found["finished_at"], found
        return found if found["status"] == "waiting" else None

    return dict(poll(check, 40))


def step_node(page: Page, name: str, status: str = "") -> Locator:
    """Return a step in the graph, if it is in a status."""
    with_status = f'[data-status="{status}"]' if status else ""
    return page.locator(f'[data-testid="step"][data-step="{name}"]{with_status}')

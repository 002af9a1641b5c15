"""The scene of an agent that acts: a real tool server, and what people see and are asked of its calls."""

from collections.abc import Callable
from functools import partial

from camera import Camera
from playwright.sync_api import Page

from tests.support.server import HubProcess, poll

ACTS = """Tell the board how the third quarter went.
[fast] [tool desk__look_up {"word": "Third quarter"}] [tool hub__calculate {"expression": "100 * (1.14 - 1)"}]
[tool desk__send {"to": "board@example.org", "subject": "Third quarter", "text": "14 % over plan, one customer lost."}]
"""
TOOLS = '[data-testid="agent-tools"] summary'


def take_acting(camera: Camera) -> None:
    """Take an agent that acts: what it asks, a call that runs, its transcript, one that nobody knows of; its form."""
    hub = camera.hub
    office = hub.data_dir.parent
    given = (("hub", "calculate", "auto"), ("desk", "look_up", "auto"), ("desk", "send", "ask"))
    tools = [dict(zip(("server", "tool", "approval"), each, strict=True)) for each in given]
    values = {"name": "Board reporter", "model": "simulated", "tools": tools, "system_prompt": "You tell the board."}
    poll(lambda: all(each["status"] == "ready" for each in hub.call("GET", "/api/tools")[1]["items"]))
    agent = hub.call("POST", "/api/agents", values)[1]["id"]
    first = hub.start_test(ACTS, agent)
    poll(partial(_is_in, hub, first, "waiting"), 60)
    camera.shoot("acting-asks", f"/executions/{first}")
    camera.shoot("acting-edit", f"/executions/{first}", act=_press("call-edit"))
    camera.shoot("acting-reject", f"/executions/{first}", act=_press("call-reject"))
    camera.shoot("monitor-asks", "/agents", act=_open_monitor)
    asked = _asked(hub, first)
    hub.call("POST", f"/api/executions/{first}/calls/{asked}/approve", {})
    poll((office / "notes").exists)
    camera.shoot("acting-running", f"/executions/{first}", whole=True)
    camera.shoot("dashboard-acting", "/")
    (office / "gate").touch()
    hub.ended(first)
    (office / "gate").unlink()
    camera.shoot("acting-done", f"/executions/{first}", whole=True, act=_press("call-open", "turns-card"))
    stopped, lost = (hub.start_test(ACTS, agent) for _ in range(2))
    for each in (stopped, lost):
        poll(partial(_is_in, hub, each, "waiting"), 60)
        hub.call("POST", f"/api/executions/{each}/calls/{_asked(hub, each)}/approve", {})
        poll(lambda: (office / "notes").read_text().count("began") > 1)
        poll(partial(_runs, hub, each))
        if each == stopped:
            hub.call("POST", f"/api/executions/{each}/cancel")
            hub.ended(each)
    camera.shoot("acting-stopped", f"/executions/{stopped}", whole=True)
    hub.kill()
    hub.start()
    poll(partial(_is_in, hub, lost, "waiting"), 60)
    camera.shoot("acting-unknown", f"/executions/{lost}")
    hub.call("POST", f"/api/executions/{lost}/cancel")
    camera.shoot("agent-tools", f"/agents/{agent}", whole=True, act=lambda page: page.locator(TOOLS).click())


def _is_in(hub: HubProcess, execution_id: int, status: str) -> bool:
    return bool(hub.execution(execution_id)["status"] == status)


def _asked(hub: HubProcess, execution_id: int) -> int:
    calls = hub.execution(execution_id)["calls"]
    return int(next(each["number"] for each in calls if each["status"] == "waiting"))


def _runs(hub: HubProcess, execution_id: int) -> bool:
    return any(each["status"] == "running" and each["kind"] == "tool" for each in hub.execution(execution_id)["calls"])


def _press(test_id: str, within: str = "turn") -> Callable[[Page], None]:
    return lambda page: page.locator(f'.{within} [data-testid="{test_id}"]').last.click()


def _open_monitor(page: Page) -> None:
    toggle = page.get_by_test_id("monitor").locator("button").first
    if toggle.get_attribute("aria-expanded") == "false":
        toggle.click()

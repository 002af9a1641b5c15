"""The scene of a suite: the list, the editor, a matrix that fills, a cell that failed, two runs beside each other."""

import json
from typing import Any

from camera import Camera
from playwright.sync_api import Page

from tests.support.server import HubProcess

QUESTIONS = (
    ("Billing address", "Where do I change the billing address of my organisation? [fast]"),
    ("Invoice with a wrong VAT number", "My invoice from March shows the wrong VAT number. [fast]"),
    ("Refund after 30 days", "May I still return it after 30 days? [fast]"),
    ("A sum in words", "What is 17 * 23? [fast]"),
    ("In Chinese", "怎样更改我们公司的账单地址？[fast]"),
    ("Angry customer", "This is the third time I ask! Where is my parcel? [fast]"),
    ("Release notes", "Write the release notes for version 2.4 in three bullet points. [slow]"),
    ("Summary for the board", "Summarise the third quarter for the board. [slow]"),
)
BAD, GOOD = "DRAFT. Answer kindly.", "Answer kindly, and say what happens next."
LONG = "A name that somebody typed in a hurry and that goes on and on, past every column, to its very end "
NAME_MAX, MANY = 120, 200
_LONG_CHECK = {"type": "contains", "value": "No answer holds this. " * 8}


def take_suites(camera: Camera) -> None:
    """Take the list of suites, one of them, its runs as they go and as they ended, and what came of a new prompt."""
    hub = camera.hub
    names = ("Support, warm", "Support, terse", "Support, careful")
    agents = [
        hub.call("POST", "/api/agents", {"name": name, "model": "simulated", "system_prompt": BAD})[1]["id"]
        for name in names
    ]
    no_draft = {"type": "contains", "value": "DRAFT.", "not": True}
    checks = [no_draft, {"type": "max_chars", "value": 2_000, "weight": 0.5}]
    cases: list[dict[str, Any]] = [
        {"name": name, "input": text, "checks": checks, "golden": "Kind."} for name, text in QUESTIONS
    ]
    cases[3]["checks"] = [{"type": "contains", "value": "391"}]
    given = {"targets": [{"agent_id": each} for each in agents], "cases": cases, "repeats": 2, "pass_rate": 0.9}
    suite = hub.call("POST", "/api/suites", {"name": "Support answers", "on_save": False, **given})[1]["id"]
    camera.shoot("suites", "/suites")
    first = _ended(hub, suite, cases[:6])
    for agent in agents[:2]:
        hub.call("PATCH", f"/api/agents/{agent}", {"system_prompt": GOOD})
    second = _ended(hub, suite, cases[:6])
    running = hub.call("POST", f"/api/suites/{suite}/run")[1]["id"]
    camera.shoot("suite-running", f"/executions/{running}")
    hub.call("POST", f"/api/executions/{running}/cancel")
    camera.shoot("suite-failed-cell", f"/executions/{second}", act=_open_failed)
    camera.shoot("suite", f"/suites/{suite}", whole=True)
    camera.shoot("suite-run", f"/executions/{second}", whole=True)
    camera.shoot(
        "suite-compare", f"/suites/{suite}/compare?first={first}&second={second}", whole=True, act=_open_first_case
    )
    camera.shoot("agent-verdicts", f"/agents/{agents[0]}", whole=True)
    camera.shoot("agents-verdicts", "/agents")
    camera.shoot("dashboard-suites", "/")
    _take_judged(camera, agents[0])
    _take_many(camera, agents[:2])


def _take_judged(camera: Camera, agent: int) -> None:
    """Take how far judges agree with people: of six answers they see one otherwise."""
    hub = camera.hub
    cases = []
    for number, (name, text) in enumerate(QUESTIONS[:6]):
        said = json.dumps({"passed": number != 2, "reason": "Kind, and to the point."})
        cases.append({"name": name, "input": text, "checks": [_judge(agent, f"[fast] [json {said}]")]})
    given = {"name": "Kind answers", "targets": [{"agent_id": agent}], "cases": cases, "max_seconds": 600}
    suite = hub.call("POST", "/api/suites", given)[1]["id"]
    run = hub.call("POST", f"/api/suites/{suite}/run")[1]["id"]
    hub.ended(run, 120)
    for each in hub.execution(run)["results"]:
        hub.call("PUT", f"/api/executions/{each['execution_id']}/mark", {"mark": "right"})
    camera.shoot("suite-judged", f"/suites/{suite}", whole=True)


def _judge(agent: int, rubric: str) -> dict[str, Any]:
    return {"type": "judge", "rubric": rubric, "agent_id": agent}


def _take_many(camera: Camera, agents: list[int]) -> None:
    """Take a suite of many cases with long names, and its run, stopped by its limit of time or done."""
    hub = camera.hub
    cases = [
        {"name": f"{number} {LONG}{LONG}"[:NAME_MAX], "input": f"[fast] {LONG * 20}", "checks": [_LONG_CHECK]}
        for number in range(MANY)
    ]
    given = {"name": (LONG + LONG)[:NAME_MAX], "description": LONG * 10, "max_seconds": 4}
    targets = [{"agent_id": each} for each in agents]
    suite = hub.call("POST", "/api/suites", {**given, "cases": cases, "targets": targets})[1]["id"]
    run = hub.call("POST", f"/api/suites/{suite}/run")[1]["id"]
    hub.ended(run, 240)
    camera.shoot("suites-many", "/suites")
    camera.shoot("suite-many", f"/suites/{suite}")
    camera.shoot("suite-many-run", f"/executions/{run}")


def _ended(hub: HubProcess, suite: int, cases: list[dict[str, Any]]) -> int:
    run = hub.call("POST", f"/api/suites/{suite}/run", {"cases": [each["name"] for each in cases]})[1]["id"]
    hub.ended(run, 120)
    return int(run)


def _open_first_case(page: Page) -> None:
    page.get_by_test_id("turn-open").first.click()
    page.get_by_test_id("turn-detail").locator(".turn-checks").wait_for()


def _open_failed(page: Page) -> None:
    page.locator('[data-testid="matrix-cell"][data-outcome="failed"]').first.click()
    page.get_by_test_id("cell-panel").wait_for()

"""Every page, looked over by axe: in both looks, on a desk and on a phone, in both languages."""

import json
import os
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support import messages_replies as replies
from tests.support.axe import violations
from tests.support.messages_server import MessagesServer
from tests.support.pages import LIVE_MS, NewPage
from tests.support.server import HubProcess, poll

DESK, PHONE = (1440, 900), (390, 844)
# Colours depend on the scheme, places on the size, names on the language. Each of the six is seen on every page; in
# all eight ways (AXE_LOOKS=all) nothing more was ever found, and it takes four times as long.
LOOKS: list[tuple[str, Any, tuple[int, int]]] = [("en", "dark", DESK), ("zh", "light", PHONE)]
if os.environ.get("AXE_LOOKS") == "all":
    LOOKS = list(product(("en", "zh"), ("dark", "light"), (DESK, PHONE)))
ANSWER = (
    "# One\n\n### Three\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- [ ] to do\n\n```py\nprint(1)\n```\n\n## Two\n\n"
    "\\(x^2\\)\n\n"
    "```mermaid\ngraph LR\n  a --> b\n```\n\n![](data:image/png;base64,AAAA)"
)


class Viewer:
    """One page that is looked at again and again.

    Attributes:
        page: The page.
        hub: The hub.
        found: What was wrong, by view and look.
    """

    def __init__(self, page: Page, hub: HubProcess) -> None:
        """Take a page of a hub, in English."""
        self.page, self.hub = page, hub
        self.found: dict[str, Any] = {}
        self._language = "en"

    def open(self, path: str) -> Page:
        """Go to a page and wait until it is live."""
        self.page.goto(self.hub.url + path)
        expect(self.page.get_by_test_id("connection")).to_have_attribute("data-state", "live", timeout=LIVE_MS)
        expect(self.page.locator(".skeleton")).to_have_count(0, timeout=LIVE_MS)
        return self.page

    def look(self, name: str) -> None:
        """Look the page over as it is now, in each way."""
        for language, scheme, (width, height) in LOOKS:
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self.speak(language)
            for rule, elements in violations(self.page):
                self.found[f"{name}, {language}, {scheme}, {width}: {rule}"] = elements
        self.speak("en")

    def speak(self, language: str) -> None:
        """Choose the language, as the button would, and wait for the page to say so."""
        if language != self._language:
            # A dialog may cover the button.
            self.page.evaluate("document.querySelector('[data-testid=language]').click()")
            self._language = language
        expect(self.page.locator("html")).to_have_attribute("lang", "zh-CN" if language == "zh" else "en")

    def check(self) -> None:
        """Fail with all that was found."""
        assert not self.found, json.dumps(self.found, indent=1, ensure_ascii=False)


@pytest.fixture(scope="module")
def ids(claude_hub: HubProcess, module_provider: MessagesServer) -> dict[str, int]:
    """Fill the hub with one of each and return their numbers."""
    module_provider.default = replies.text([ANSWER])
    hub, agent = claude_hub, claude_hub.agent_id()
    steps = [
        {"name": "first", "agent_id": agent, "input": "{{ input }}"},
        {"name": "gate", "type": "approval", "input": "{{ steps.first.output }}"},
        {"name": "yes", "agent_id": agent, "input": "x", "depends_on": ["gate"],
         "when": {"step": "first", "op": "contains", "value": "a"}},
        {"name": "no", "agent_id": agent, "input": "x", "depends_on": ["gate"],
         "when": {"step": "first", "op": "contains", "value": "a", "not": True}},
    ]  # fmt: skip
    workflow = hub.call("POST", "/api/workflows", {"name": "Two ways", "steps": steps})[1]["id"]
    task = hub.call("POST", "/api/tasks", {"name": "A task", "input": "What it is about"})[1]["id"]
    waiting = hub.call("POST", f"/api/workflows/{workflow}/run", {"task_id": task})[1]["id"]
    ended = hub.call("POST", f"/api/workflows/{workflow}/run", {"input": "x"})[1]["id"]
    found = {
        "agent": agent,
        "workflow": workflow,
        "task": task,
        "waiting": waiting,
        "ended": ended,
        "succeeded": hub.start_test("Everything", hub.agent_id("claude-sonnet-5-5")),
        "failed": hub.start_test("Please [fail]"),
        "stopped": hub.start_test("Please be [slow]"),
    }
    hub.ended(found["succeeded"])
    hub.ended(found["failed"])
    hub.call("POST", f"/api/executions/{found['stopped']}/cancel")
    hub.ended(found["stopped"])
    poll(lambda: all(hub.execution(each)["status"] == "waiting" for each in (waiting, ended)))
    hub.call("POST", f"/api/executions/{ended}/steps/gate/approve", {})
    hub.ended(ended)
    cases = [{"name": name, "input": f"{name} [fast]"} for name in ("Why?", "How?")]
    for prompt in ("You answer briefly.", "You answer at length."):
        hub.call("PUT", f"/api/agents/{agent}/cases", cases)
        _, batch = hub.call("POST", f"/api/agents/{agent}/cases/run", {"agent": {"system_prompt": prompt}})
        for each in batch["items"]:
            hub.ended(each["id"])
    return found


@pytest.fixture
def viewer(claude_hub: HubProcess, new_page: NewPage) -> Viewer:
    """Return what looks pages over."""
    return Viewer(new_page("about:blank"), claude_hub)


def test_empty_pages_and_addresses_that_lead_nowhere(viewer: Viewer) -> None:
    """Before anything has run."""
    for path in (
        "/",
        "/tasks",
        "/settings",
        "/tools",
        "/workers",
        "/nowhere",
        "/agents/999",
        "/workflows/999",
        "/tasks/999",
        "/suites",
        "/suites/1",
        "/suites/999",
        "/executions/999",
    ):
        viewer.open(path)
        viewer.look(path)
    viewer.check()


def test_lists_and_their_forms(viewer: Viewer, ids: dict[str, int]) -> None:
    """Full, choosing rows, with the form open and what is wrong in it."""
    page = viewer.open("/")
    expect(page.get_by_test_id("history-row").first).to_be_visible()
    viewer.look("history")
    page.keyboard.press("?")
    viewer.look("keys")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("e")
    expect(page.get_by_test_id("palette").get_by_role("group")).not_to_have_count(2)
    viewer.look("palette")
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_test_id("pick-mode").click()
    page.get_by_test_id("row-pick").first.check()
    viewer.look("picking")
    viewer.open("/?q=nothing-is-called-so")
    viewer.look("no match")
    viewer.open("/agents")
    viewer.look("agents")
    page.get_by_role("button", name="New agent").click()
    page.get_by_role("button", name="Create agent").click()
    viewer.look("new agent")
    viewer.open("/tasks")
    viewer.look("tasks")
    page.get_by_test_id("task-new").click()
    page.get_by_test_id("task-save").click()
    viewer.look("new task")
    viewer.open("/workflows")
    viewer.look("workflows")
    page.get_by_test_id("workflow-import").click()
    page.get_by_test_id("workflow-import-text").fill("{")
    page.get_by_test_id("workflow-import-open").click()
    viewer.look("import")
    viewer.check()


def test_what_is_edited_and_run(viewer: Viewer, ids: dict[str, int]) -> None:
    """An agent with its cases, a task, the editor with a condition, and one with mistakes."""
    page = viewer.open(f"/agents/{ids['agent']}")
    page.get_by_test_id("test-run").click()
    expect(page.get_by_test_id("case-cell")).to_have_count(4)
    viewer.look("agent")
    page.get_by_test_id("case-edit").first.click()
    expect(page.get_by_test_id("case-dialog")).to_be_visible()
    viewer.look("case")
    page.keyboard.press("Escape")
    page.get_by_test_id("case-compare").first.click()
    expect(page.get_by_test_id("compare-item")).to_have_count(2)
    viewer.look("compared")
    page.get_by_test_id("compare-close").click()
    page.get_by_test_id("test-input").fill("x" * 200_005)
    viewer.look("agent, too long")
    viewer.open("/tools")
    page.get_by_test_id("tool-open").first.click()
    expect(page.get_by_test_id("try-panel")).to_be_visible()
    page.get_by_test_id("try-run").click()
    expect(page.get_by_test_id("try-outcome")).to_have_attribute("data-status", "succeeded")
    viewer.look("tools")
    viewer.open(f"/tasks/{ids['task']}")
    page.get_by_test_id("task-delete").click()
    viewer.look("task")
    viewer.open(f"/workflows/{ids['workflow']}")
    page.locator('[data-testid="step-row"][data-step="yes"]').click()
    viewer.look("editor")
    viewer.open("/workflows/new")
    viewer.look("new workflow")
    page.get_by_test_id("step-add-approval").click()
    page.get_by_test_id("step-add").click()
    page.get_by_test_id("step-name").fill("9")
    page.get_by_test_id("workflow-save").click()
    viewer.look("mistakes")
    viewer.check()


def test_executions_in_every_state(viewer: Viewer, ids: dict[str, int], module_provider: MessagesServer) -> None:
    """Ended in each way, waiting, running; side by side, raw, as JSON, run again, deleted; the monitor open."""
    for name in ("succeeded", "failed", "stopped", "waiting", "ended"):
        viewer.open(f"/executions/{ids[name]}")
        viewer.look(name)
    for query in ("", f"?id={ids['succeeded']}&id={ids['failed']}"):
        viewer.open(f"/compare{query}")
        viewer.look(f"compare{query}")
    page = viewer.open(f"/executions/{ids['succeeded']}")
    for view in ("Raw", "JSON"):
        page.get_by_role("button", name=view, exact=True).click()
        viewer.look(view)
    page.get_by_test_id("execution-rerun-edit").click()
    expect(page.get_by_test_id("rerun-dialog")).to_be_visible()
    viewer.look("run again")
    page.keyboard.press("Escape")
    module_provider.default = replies.hanging(["It goes ", "on and on"])
    claude = viewer.hub.agent_id("claude-sonnet-5-5")
    running = [viewer.hub.start_test(f"Number {n}", claude) for n in range(12)]
    viewer.open(f"/executions/{running[0]}")
    expect(page.get_by_test_id("execution-output")).to_contain_text("on and on")
    page.get_by_test_id("monitor").locator("button").first.click()
    viewer.look("running")
    for each in running:
        viewer.hub.call("POST", f"/api/executions/{each}/cancel")
    viewer.hub.ended(running[-1])
    page.get_by_test_id("execution-delete").click()
    expect(page).to_have_url(viewer.hub.url + "/")
    viewer.open(f"/executions/{running[0]}")
    viewer.look("deleted")
    viewer.check()


def test_lists_from_which_all_was_removed(viewer: Viewer, ids: dict[str, int]) -> None:
    for kind in ("workflows", "agents"):
        for each in viewer.hub.call("GET", f"/api/{kind}")[1]["items"]:
            viewer.hub.call("DELETE", f"/api/{kind}/{each['id']}")
        viewer.open(f"/{kind}")
        viewer.look(f"no {kind}")
    viewer.check()

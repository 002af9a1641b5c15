"""Workflows that were sent back, and whose process dies: the remark is kept, and nothing finished is paid twice."""

from collections import Counter
from pathlib import Path
from typing import Any

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.clock import now
from execution_hub.domain.workflow import APPROVAL, WorkflowDraft, WorkflowStep
from execution_hub.store.agents import agents
from execution_hub.store.database import Database
from execution_hub.store.migrate import migrate
from execution_hub.store.workflows import workflows
from tests.support import messages_replies as replies
from tests.support.bare_hub import BareHub
from tests.support.messages_replies import Call
from tests.support.messages_server import MessagesServer
from tests.support.server import poll

REMARK = "Shorter, please."


def make(connection: Any) -> int:
    """Store a workflow: two agents side by side, of which a person is asked about one; return its id."""
    agent = agents.add(connection, AgentDraft("Claude", model="claude-sonnet-5-5"), now())
    steps = [
        WorkflowStep(name="draft", agent_id=agent.id, input="Draft"),
        WorkflowStep(name="other", agent_id=agent.id, input="Other"),
        WorkflowStep(name="gate", type=APPROVAL, input="{{ steps.draft.output }}"),
        WorkflowStep(name="after", agent_id=agent.id, input="After {{ steps.draft.output }}", depends_on=["gate"]),
    ]
    return workflows.add(connection, WorkflowDraft(name="W", steps=steps), now()).id


def test_kills_around_a_remark_lose_and_repeat_nothing(tmp_path: Path, messages_server: MessagesServer) -> None:
    """Killed right after it, while the agent answers again beside another, and once it has: one call for each."""
    url = f"sqlite:///{tmp_path / 'data' / 'hub.sqlite3'}"
    (tmp_path / "data").mkdir()
    migrate(url)
    database = Database(url)
    workflow_id = database.write(make)
    database.close()
    hanging = {"Other"}

    def reply(call: Call) -> Any:
        word = kind(call)
        return replies.hanging(["on "])(call) if word in hanging else replies.text([f"{word} {calls()[word]}"])(call)

    def kind(call: Call) -> str:
        return "Revision" if REMARK in call.input else call.input.split(" ", 1)[0].split("\n", 1)[0]

    def calls() -> Counter[str]:
        return Counter(kind(call) for call in messages_server.calls)

    def step(name: str) -> dict[str, Any]:
        found = hub.call("history.steps", execution_id=started["id"])
        return next(dict(each) for each in found if each["name"] == name)

    def is_at(name: str, status: str, round_: int) -> bool:
        found = step(name)
        return (found["status"], found["round"]) == (status, round_)

    messages_server.default = reply
    hub = BareHub(
        tmp_path / "data", ANTHROPIC_API_KEY="test-key-not-secret", ANTHROPIC_BASE_URL=messages_server.url
    ).start()
    try:
        started = hub.call("executions.start", type="workflow", workflow_id=workflow_id, input="bees")
        poll(lambda: is_at("gate", "waiting", 1) and is_at("other", "running", 1), 30)
        # Its runner lives, and dies before or after it has heard.
        hanging.add("Revision")
        hub.call("executions.send_back", execution_id=started["id"], name="gate", comment=REMARK)
        hub.kill()
        hub.start()
        poll(lambda: is_at("draft", "running", 2) and is_at("other", "running", 1), 30)
        poll(lambda: calls()["Revision"], 30)
        assert calls()["Draft"] == 1
        # Killed while it answers again: only what had not ended is asked once more.
        hanging.clear()
        hub.kill()
        hub.start()
        poll(lambda: is_at("gate", "waiting", 2) and is_at("other", "succeeded", 1), 30)
        before, draft = calls(), step("draft")
        assert before["Draft"] == 1
        assert draft["output"].startswith("Revision")
        assert draft["usage"]["is_partial"]
        # Killed while it waits: the second round is as finished as the first was. One kill more while it ran, and it
        # would be given up.
        poll(lambda: hub.call("history.get", execution_id=started["id"])["status"] == "waiting", 30)
        hub.kill()
        hub.start()
        hub.call("executions.answer_step", execution_id=started["id"], name="gate", is_approved=True)
        poll(lambda: hub.call("history.get", execution_id=started["id"])["status"] == "succeeded", 30)
        assert calls() == before + Counter({"After": 1})
        assert step("draft") == draft
        (kept,) = hub.call("history.rounds", execution_id=started["id"], name="draft")
        assert (kept["output"], kept["remark"]) == ("Draft 1", REMARK)
    finally:
        hub.kill()

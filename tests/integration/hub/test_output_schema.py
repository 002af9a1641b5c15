"""Agents that promise JSON: checked by the hub, repaired once, else failed with the path that does not fit."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from execution_hub.domain.agent_file import AgentFile
from execution_hub.domain.call import CallKind
from execution_hub.domain.status import Status
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.domain.workflow_file import WorkflowFile
from execution_hub.errors import InvalidInput
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.runners.workflow import WorkflowRun
from tests.support import messages_replies as replies
from tests.support.bench_tools import BenchTools, act, actor, add_tools, calls_of
from tests.support.hub import ended
from tests.support.messages_server import MessagesServer

SCHEMA = {
    "type": "object",
    "properties": {"score": {"type": "number"}, "why": {"type": "string"}},
    "required": ["score"],
}
CLAUDE: dict[str, Any] = {"model": "claude-sonnet-5-5", "output_schema": SCHEMA}
GOOD = '{"score": 0.75, "why": "tidy"}'


async def test_an_answer_that_fits_is_asked_for_and_kept_bare(hub: Hub, messages_server: MessagesServer) -> None:
    """The schema goes to the provider; the Markdown around the JSON does not stay."""
    messages_server.reply(replies.text([f"```json\n{GOOD}\n```"]))
    agent = await hub.agents.create(actor(**CLAUDE))
    found = await ended(hub, await act(hub, agent, "Judge"))
    assert (found.status, found.output) == (Status.SUCCEEDED, GOOD)
    (call,) = messages_server.calls
    assert call.body["output_config"]["format"]["schema"]["properties"]["score"] == {"type": "number"}
    assert [each.kind for each in await calls_of(hub, found.id)] == [CallKind.TURN]


async def test_one_repair_is_asked_for_with_the_path(hub: Hub, messages_server: MessagesServer) -> None:
    """After a tool, too: the repair turn gets the whole conversation, and may not call again."""
    add_tools(hub, BenchTools())
    bad = '{"score": "high"}'
    messages_server.reply(
        replies.tool_calls(("a", "bench__count", ['{"word": "x"}'])), replies.text([bad]), replies.text([GOOD])
    )
    agent = await hub.agents.create(actor("bench/count", **CLAUDE))
    found = await ended(hub, await act(hub, agent, "Judge"))
    assert (found.status, found.output, found.meta.get("limit")) == (Status.SUCCEEDED, GOOD, None)
    last = messages_server.calls[-1].body
    assert last["tool_choice"]["type"] == "none"
    assert "$.score" in json.dumps(last["messages"][-1])
    assert found.usage.output_tokens == sum(
        call.usage.output_tokens or 0 for call in await calls_of(hub, found.id) if call.kind is CallKind.TURN
    )


@pytest.mark.parametrize(("text", "wanted"), [('{"score": "high"}', "$.score"), ("Sure!", "no JSON")])
async def test_what_does_not_fit_twice_fails_with_the_path(
    hub: Hub, messages_server: MessagesServer, text: str, wanted: str
) -> None:
    """What it said is kept, and the error says what is wrong with it."""
    messages_server.reply(replies.text([text]), replies.text([text]))
    agent = await hub.agents.create(actor(**CLAUDE))
    found = await ended(hub, await act(hub, agent, "Judge"))
    assert (found.status, found.error_code, found.output) == (Status.FAILED, "bad_output", text)
    assert wanted in (found.error or "") and len(messages_server.calls) == 2


async def test_the_next_step_takes_a_field_of_it(hub: Hub, messages_server: MessagesServer) -> None:
    """By template, and by the condition that looks at the same field."""
    messages_server.reply(replies.text([GOOD]))
    judge = await hub.agents.create(actor(**CLAUDE))
    plain = await hub.agents.create(actor(name="Plain"))
    steps = [
        WorkflowStep(name="judge", agent_id=judge.id, input="Judge"),
        WorkflowStep.model_validate(
            {
                "name": "tell",
                "agent_id": plain.id,
                "input": "[fast] {{ steps.judge.json.score }}, since {{ steps.judge.json.why | upper }}",
                "when": {"step": "judge", "op": "greater", "value": "0.5", "field": "score"},
            }
        ),
    ]
    workflow = await hub.workflows.create(WorkflowDraft(name="W", steps=steps))
    found = await ended(hub, (await hub.executions.start(WorkflowRun(workflow.id, input="x"))).id)
    assert found.status is Status.SUCCEEDED, found.error
    (tell,) = [step for step in await hub.history.steps(found.id) if step.name == "tell"]
    assert tell.input == "[fast] 0.75, since TIDY"


async def test_what_is_no_schema_is_refused_at_every_door_with_the_place_in_it(hub: Hub) -> None:
    """By a new agent, a change, a file, a workflow's file, and a test of what is not saved; nothing is stored."""
    bad = {"properties": {"score": {"type": "numbr"}}}
    draft = actor(output_schema=bad)
    agent = await hub.agents.create(actor())
    await hub.cases.put(agent.id, [("A", "hello")])
    file = AgentFile(**draft.as_json())
    steps = [{"name": "a", "type": "agent", "agent": draft.name, "input": "{{ input }}"}]
    workflow = WorkflowFile(name="W", description="", steps=steps, agents=[draft.as_json()])
    unsaved = {"output_schema": bad}
    doors: dict[str, Callable[[], Awaitable[object]]] = {
        "create": lambda: hub.agents.create(draft),
        "update": lambda: hub.agents.update(agent.id, unsaved),
        "import": lambda: hub.agents.import_file(file),
        "plan": lambda: hub.agents.plan_import(file),
        "workflow": lambda: hub.workflows.import_file(workflow),
        "test": lambda: hub.executions.start(AgentTest(agent.id, "hello", unsaved)),
        "cases": lambda: hub.cases.run(agent.id, agent=unsaved),
    }
    before = [await hub.agents.names(), await hub.workflows.names()]
    for door, ask in doors.items():
        with pytest.raises(InvalidInput, match="'numbr' is not valid") as caught:
            await ask()
        assert caught.value.details["path"] == "properties.score.type", door
    assert await hub.agents.get(agent.id) == agent
    assert before == [await hub.agents.names(), await hub.workflows.names()]

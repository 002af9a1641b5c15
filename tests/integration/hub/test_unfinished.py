"""Unfinished is not finished: one rule for every execution type, with the real SDK against a local Messages API."""

from execution_hub.api.socket import update_message
from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.event import EventKind
from execution_hub.domain.execution import Execution
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.status import Status
from execution_hub.domain.step import Step, StepStatus
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.runners.workflow import WorkflowRun
from execution_hub.views.figures import Figures
from tests.support import messages_replies as replies
from tests.support.hub import ended, eventually
from tests.support.messages_replies import Reply
from tests.support.messages_server import MessagesServer

MODEL = "claude-sonnet-5-5"


async def make_agent(hub: Hub, **values: object) -> int:
    draft = AgentDraft(**{"name": "Claude", "model": MODEL, "max_tokens": 100, "retries": 0, **values})  # type: ignore[arg-type]
    return (await hub.agents.create(draft)).id


async def answered(hub: Hub, agent_id: int) -> Execution:
    return await ended(hub, (await hub.executions.start(AgentTest(agent_id, "Hi"))).id)


async def ran(hub: Hub, *steps: WorkflowStep) -> tuple[Execution, dict[str, Step]]:
    workflow = await hub.workflows.create(WorkflowDraft(name="W", steps=list(steps)))
    found = await ended(hub, (await hub.executions.start(WorkflowRun(workflow.id, input="hello"))).id)
    return found, {step.name: step for step in await hub.history.steps(found.id)}


def step(name: str, agent_id: int, template: str = "{{ input }}", **values: object) -> WorkflowStep:
    return WorkflowStep(name=name, agent_id=agent_id, input=template, **values)


CUT = {
    "max_tokens": "max_tokens",
    "model_context_window_exceeded": "model_context_window_exceeded",
    "a_reason_of_tomorrow": "a_reason_of_tomorrow",
    "x" * 60: "x" * 40,
}


async def test_a_cut_answer_succeeds_marked_everywhere(hub: Hub, messages_server: MessagesServer) -> None:
    """On the wire, in the list, on the socket and in the log; what came is its output."""
    agent = await make_agent(hub)
    for told, reason in CUT.items():
        messages_server.reply(replies.text(["Yes and"], stop_reason=told))
        found = await answered(hub, agent)
        assert (found.status, found.output) == (Status.SUCCEEDED, "Yes and")
        listed = (await hub.history.page(ExecutionFilter(), limit=1)).items[0]
        for wire in (found.as_json(), listed.as_json(), update_message(found)["data"]):
            assert (wire["stop_reason"], wire["is_cut"]) == (reason, True)
        log = (await hub.history.events(found.id)).events
        assert log[-1].kind is EventKind.STATUS
        assert log[-1].data == {"status": "succeeded", "attempt": 1, "stop_reason": reason, "is_cut": True}


async def test_a_whole_answer_is_not_marked(hub: Hub, messages_server: MessagesServer) -> None:
    """Its reason is told all the same."""
    agent = await make_agent(hub)
    for reason in ("end_turn", "stop_sequence"):
        messages_server.reply(replies.text(["Yes."], stop_reason=reason))
        found = await answered(hub, agent)
        assert (found.status, found.stop_reason, found.is_cut) == (Status.SUCCEEDED, reason, False)


async def test_an_agent_that_wants_whole_answers_fails_with_a_cut_one(
    hub: Hub, messages_server: MessagesServer
) -> None:
    """What came and what it used is kept, the limit and the fix are named."""
    messages_server.reply(replies.text(["Yes and"], stop_reason="max_tokens"))
    found = await answered(hub, await make_agent(hub, on_cut="fail"))
    assert (found.status, found.error_code, found.output) == (Status.FAILED, "cut_off", "Yes and")
    assert "max_tokens 100: raise the agent's limit" in (found.error or "")
    assert found.is_cut
    assert found.usage.cost_usd


NO_ANSWERS: dict[str, tuple[Reply, str]] = {
    "empty": (replies.text([], output_tokens=0), "without an answer"),
    "blank": (replies.text([" \n", "\u3000"]), "without an answer"),
    "only thinking": (replies.thinking(["Hm."], []), "without an answer"),
    "nothing up to the limit": (replies.text([], output_tokens=100, stop_reason="max_tokens"), "max_tokens 100"),
    "a tool call": (replies.tool_use("look_up", ['{"city": "Ulm"}']), "a tool look_up"),
    "half a tool call": (replies.tool_use("look_up", ['{"city": "U'], "max_tokens"), "max_tokens 100"),
}


async def test_what_is_no_answer_fails_in_a_test_and_in_a_step(hub: Hub, messages_server: MessagesServer) -> None:
    """With the same code and words, and nothing is asked a second time."""
    agent = await make_agent(hub, retries=2)
    for name, (reply, words) in NO_ANSWERS.items():
        messages_server.default = reply
        asked = len(messages_server.calls)
        found = await answered(hub, agent)
        assert (found.status, found.error_code) == (Status.FAILED, "no_answer"), name
        assert words in (found.error or "")
        whole, steps = await ran(hub, step("a", agent, retries=2), step("b", agent, "{{ steps.a.output }}"))
        assert (whole.status, whole.error_code) == (Status.FAILED, "step_failed"), name
        assert (steps["a"].error_code, steps["a"].error) == ("no_answer", found.error)
        assert steps["b"].error_code == "blocked"
        assert len(messages_server.calls) == asked + 2


async def test_a_paused_answer_goes_on_to_its_end(hub: Hub, messages_server: MessagesServer) -> None:
    """The assistant's content goes back, the text is one, the usage is that of both calls."""
    messages_server.reply(replies.paused(output_tokens=20), replies.text(["It rains."], output_tokens=5))
    found = await answered(hub, await make_agent(hub))
    assert (found.status, found.output) == (Status.SUCCEEDED, "Let me search. It rains.")
    assert (found.stop_reason, found.is_cut) == ("end_turn", False)
    assert (found.usage.input_tokens, found.usage.output_tokens) == (2 * replies.INPUT_TOKENS, 25)
    first, second = (call.body for call in messages_server.calls)
    assert (first["max_tokens"], second["max_tokens"]) == (100, 80)
    assert [message["role"] for message in second["messages"]] == ["user", "assistant"]
    assert [block["type"] for block in second["messages"][1]["content"]] == ["thinking", "text", "server_tool_use"]


async def test_a_cut_step_feeds_the_next_one_only_marked(hub: Hub, messages_server: MessagesServer) -> None:
    """The step and the whole are marked, and so is the log; the step that wrote whole is not."""
    messages_server.reply(replies.text(["Half"], stop_reason="max_tokens"), replies.text(["All."]))
    agent = await make_agent(hub)
    found, steps = await ran(hub, step("a", agent), step("b", agent, "On {{ steps.a.output }}"))
    assert messages_server.calls[1].input == "On Half"
    assert (found.status, found.output, found.stop_reason, found.is_cut) == (
        Status.SUCCEEDED,
        "All.",
        "max_tokens",
        True,
    )
    assert [(each.stop_reason, each.is_cut) for each in steps.values()] == [("max_tokens", True), ("end_turn", False)]
    wire = steps["a"].as_json()
    assert (wire["stop_reason"], wire["is_cut"]) == ("max_tokens", True)
    told = [event.data for event in (await hub.history.events(found.id)).events if event.kind is EventKind.STEP]
    assert {"name": "a", "status": "succeeded", "stop_reason": "max_tokens", "is_cut": True} in told


async def test_a_cut_step_of_an_agent_that_wants_whole_ones_feeds_nobody(
    hub: Hub, messages_server: MessagesServer
) -> None:
    """The step fails, what waits for it is skipped, the execution fails."""
    messages_server.default = replies.text(["Half"], stop_reason="max_tokens")
    strict, agent = await make_agent(hub, on_cut="fail"), await make_agent(hub, name="Other")
    found, steps = await ran(hub, step("a", strict), step("b", agent, "On {{ steps.a.output }}"))
    assert (found.status, steps["a"].error_code, steps["b"].error_code) == (Status.FAILED, "cut_off", "blocked")
    assert steps["a"].output == "Half"
    assert len(messages_server.calls) == 1


async def test_a_blank_step_input_is_refused_before_it_is_sent(hub: Hub, messages_server: MessagesServer) -> None:
    """The step fails, its template is named, and nothing is paid for."""
    messages_server.default = replies.text(["x"])
    agent = await make_agent(hub)
    found, steps = await ran(
        hub, step("a", agent), step("b", agent, "{{ steps.a.output if steps.a.output == 'y' else ' \n' }}")
    )
    assert (found.status, steps["b"].status, steps["b"].error_code) == (
        Status.FAILED,
        StepStatus.FAILED,
        "blank_input",
    )
    assert "{{ steps.a.output if" in (steps["b"].error or "")
    assert len(messages_server.calls) == 1
    assert steps["b"].usage.cost_usd is None


async def test_a_usage_nobody_told_is_unknown_in_sums_too(hub: Hub, messages_server: MessagesServer) -> None:
    """Null on the wire; in a workflow and over the day what is known is "at least"."""
    agent = await make_agent(hub)
    messages_server.reply(replies.untold())
    found = await answered(hub, agent)
    usage = found.as_json()["usage"]
    assert [usage[name] for name in ("input_tokens", "output_tokens", "cost_usd")] == [None, None, None]
    alone = Figures.of(await hub.history.stats())
    assert (alone.is_unknown, alone.is_cost_unknown, alone.tokens_text, alone.cost_text) == (True, True, "", "")
    messages_server.reply(replies.untold(), replies.text(["All."], output_tokens=5))
    whole, steps = await ran(hub, step("a", agent), step("b", agent, "{{ steps.a.output }}"))
    assert steps["a"].usage.is_unknown
    assert (whole.usage.output_tokens, whole.usage.is_partial) == (5, True)
    assert whole.usage.cost_usd == steps["b"].usage.cost_usd

    async def figures() -> Figures | None:
        # Counted at most once a second.
        found = Figures.of(await hub.history.stats())
        return None if found == alone else found

    both = await eventually(figures)
    assert (both.tokens_text, both.is_unknown) == (f"≥ {replies.INPUT_TOKENS + 5}", False)
    assert both.cost_text.startswith("≥ $")


async def test_the_offline_model_leaves_a_cost_exact(hub: Hub, messages_server: MessagesServer) -> None:
    """Nobody charges for it: a sum with it is not "at least"."""
    messages_server.reply(replies.text(["All."]))
    agent, offline = await make_agent(hub), await make_agent(hub, name="Offline", model="simulated")
    whole, steps = await ran(hub, step("a", offline, "[fast] hi"), step("b", agent, "{{ steps.a.output }}"))
    assert (whole.usage.cost_usd, whole.usage.is_partial) == (steps["b"].usage.cost_usd, False)
    assert whole.usage.cost_usd


async def test_an_execution_past_its_time_keeps_the_usage_it_was_told(
    hub: Hub, messages_server: MessagesServer
) -> None:
    """As "at least": the call was cut off, and was paid for."""
    messages_server.reply(replies.hanging(["Hel"]))
    found = await answered(hub, await make_agent(hub, timeout_seconds=5))
    assert (found.status, found.error_code, found.output) == (Status.FAILED, "timed_out", "Hel")
    assert (found.usage.input_tokens, found.usage.is_partial) == (replies.INPUT_TOKENS, True)
    assert found.usage.cost_usd


async def test_the_offline_model_can_be_cut(hub: Hub) -> None:
    """So that people see it without a key."""
    agent = await make_agent(hub, model="simulated")
    found = await ended(hub, (await hub.executions.start(AgentTest(agent, "Tell me [cut] [fast]"))).id)
    assert (found.status, found.stop_reason, found.is_cut) == (Status.SUCCEEDED, "max_tokens", True)

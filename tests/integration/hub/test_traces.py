"""Traces over OTLP: what ran, as a tree of spans, and nothing of what was said in it."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from execution_hub.domain.clock import now
from execution_hub.domain.execution import AGENT_TEST, NewExecution
from execution_hub.domain.status import Status
from execution_hub.errors import SettingsError
from execution_hub.otlp import Otlp
from execution_hub.runners.agent_test import AgentTest
from execution_hub.store import counters, writes
from execution_hub.store.database import Connection
from execution_hub.store.intents import Cancel, Change, Submit
from execution_hub.traces import Place
from execution_hub.version import VERSION
from tests.support import messages_replies as replies
from tests.support.bench_tools import BenchTools, act, actor, add_tools, tools_of
from tests.support.hub import ended, eventually
from tests.support.messages_server import MessagesServer
from tests.support.otlp_server import OtlpServer
from tests.support.server import free_port
from tests.support.tool_servers import holds
from tests.support.workflow_runs import CLAUDE, by_input, make_step, opened, run, until

MODEL = "claude-sonnet-5-5"


async def test_an_agent_that_acts_is_a_tree_of_turns_and_calls(
    data_dir: Path, messages_server: MessagesServer, otlp_server: OtlpServer
) -> None:
    """The tool is called by the turn that asked for it; nobody finds prompt, input, arguments, result or answer."""
    secrets = ["the-prompt", "the-input", "the-argument", "the-result", "the-answer", "the-thought"]
    asked = [json.dumps({"word": "the-argument"})]
    messages_server.reply(
        replies.rate_limited(0),
        replies.tool_calls(("t1", "bench__count", asked), text=["the-thought"]),
        replies.text(["the-answer"]),
    )
    async with opened(data_dir, messages_server) as hub:
        add_tools(hub, BenchTools(answers=lambda *_: "the-result"))
        agent = await hub.agents.create(actor("bench/count", model=MODEL, system_prompt="the-prompt"))
        found = await ended(hub, await act(hub, agent, "the-input"))
        hub_uuid = await hub._database.aread(lambda connection: counters.fact(connection, "uuid"))
    assert found.status is Status.SUCCEEDED
    await eventually(holds(lambda: len(otlp_server.spans) >= 4))
    turns = [span for span in otlp_server.spans if span.name == f"chat {MODEL}"]
    first, last = sorted(turns, key=lambda span: span.began)
    top, tool = otlp_server.named("execution agent_test"), otlp_server.named("execute_tool count")
    assert (top.parent, first.parent, last.parent, tool.parent) == (b"", top.id, top.id, first.id)
    assert top.trace == Place(f"{hub_uuid}-{found.id}").trace_id.to_bytes(16)
    assert {span.trace for span in otlp_server.spans} == {top.trace} and len(otlp_server.spans) == 4
    assert top.began <= first.began < first.ended <= tool.began <= tool.ended <= last.began < last.ended <= top.ended
    assert top.attributes["hub.execution.id"] == found.id and top.attributes["hub.status"] == "succeeded"
    told = first.attributes
    assert (told["gen_ai.operation.name"], told["gen_ai.system"]) == ("chat", "anthropic")
    assert (told["gen_ai.request.model"], told["gen_ai.response.finish_reasons"]) == (MODEL, ["tool_use"])
    assert (told["gen_ai.usage.input_tokens"], told["gen_ai.usage.output_tokens"]) == (replies.INPUT_TOKENS, 30)
    assert first.events == [("retry", {"error.type": "rate_limited"})] and first.error == ""
    assert tool.attributes == {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "count",
        "gen_ai.tool.call.id": "t1",
        "hub.tool.server": "bench",
    }
    for secret in [*secrets, "test-key"]:
        assert all(secret.encode() not in body for body in otlp_server.bodies), secret
    assert otlp_server.resources[0]["service.name"] == "execution-hub"
    assert otlp_server.resources[0]["service.version"] == VERSION


async def test_a_workflow_is_a_tree_of_its_steps_and_a_failure_has_its_code(
    data_dir: Path, messages_server: MessagesServer, otlp_server: OtlpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "our-hub")
    messages_server.default = by_input({"broken": replies.forbidden()})
    async with opened(data_dir, messages_server) as hub:
        step = make_step((await hub.agents.create(CLAUDE)).id)
        started = await run(hub, step("top"), step("good", "top"), step("broken", "top"), step("after", "broken"))
        assert (await ended(hub, started.id)).status is Status.FAILED
    await eventually(holds(lambda: len(otlp_server.spans) >= 7))
    chat: dict[str, Any] = {f"chat {MODEL}": {}}
    steps = otlp_server.tree().pop("execution workflow")
    assert steps == {"step top": chat, "step good": chat, "step broken": chat}
    assert otlp_server.named("execution workflow").error == "step_failed"
    broken = otlp_server.named("step broken")
    assert (broken.error, broken.attributes["error.type"]) == ("permission_denied", "permission_denied")
    assert broken.attributes["gen_ai.agent.name"] == "Claude"
    assert otlp_server.named("step good").error == ""
    assert otlp_server.resources[0]["service.name"] == "our-hub"


async def test_what_a_second_process_goes_on_with_is_in_the_same_trace(
    data_dir: Path, messages_server: MessagesServer, otlp_server: OtlpServer
) -> None:
    """A call that it makes is below the turn of the first process, and what it ends began there."""
    async with opened(data_dir, messages_server) as hub:
        add_tools(hub, BenchTools())
        agent = await hub.agents.create(actor("bench/count", approval="ask"))
        step = make_step(agent.id)
        started = await run(hub, step("act", input='[tool bench__count {"word": "one"}] [fast]'))
        await until(hub, started.id, Status.WAITING)
        (call,) = await tools_of(hub, started.id)
    await eventually(holds(lambda: otlp_server.spans))
    assert [span.name for span in otlp_server.spans] == ["chat simulated"], "nothing else has ended"
    first = otlp_server.named("chat simulated")
    async with opened(data_dir, messages_server) as hub:
        add_tools(hub, BenchTools())
        await hub.executions.approve_call(started.id, call.number)
        assert (await ended(hub, started.id)).status is Status.SUCCEEDED
    await eventually(holds(lambda: len(otlp_server.spans) >= 5))
    top, act = otlp_server.named("execution workflow"), otlp_server.named("step act")
    assert (act.parent, first.parent) == (top.id, act.id)
    assert otlp_server.named("execute_tool count").parent == first.id
    assert len(otlp_server.spans) == 5
    assert {span.trace for span in otlp_server.spans} == {top.trace}
    assert top.began <= act.began <= first.began, "in the first process"


async def test_what_a_person_stops_says_so(
    data_dir: Path, messages_server: MessagesServer, otlp_server: OtlpServer
) -> None:
    messages_server.reply(replies.hanging(["Hel"]))
    async with opened(data_dir, messages_server) as hub:
        agent = await hub.agents.create(CLAUDE)
        started = await hub.executions.start(AgentTest(agent.id, "Hi"))
        await eventually(lambda: _is_asked(messages_server))
        await hub.executions.cancel(started.id)
        await ended(hub, started.id)
    await eventually(holds(lambda: len(otlp_server.spans) >= 2))
    assert otlp_server.tree() == {"execution agent_test": {f"chat {MODEL}": {}}}
    assert {span.error for span in otlp_server.spans} == {"cancelled"}


async def _is_asked(server: MessagesServer) -> bool:
    return bool(server.calls)


@pytest.mark.parametrize("is_there", [True, False])
async def test_a_collector_that_takes_nothing_costs_one_warning_and_no_run(
    data_dir: Path,
    messages_server: MessagesServer,
    otlp_server: OtlpServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    is_there: bool,
) -> None:
    otlp_server.status = 400
    if not is_there:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{free_port()}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    with capture_logs() as lines:
        async with opened(data_dir, messages_server) as hub:
            agent = await hub.agents.create(CLAUDE)
            for _ in range(3):
                started = await hub.executions.start(AgentTest(agent.id, "Hi"))
                assert (await ended(hub, started.id)).status is Status.SUCCEEDED

            async def is_said() -> bool:
                return any(line["event"] == "traces.not_sent" for line in lines)

            await eventually(is_said)
    assert [line["event"] for line in lines].count("traces.not_sent") == 1
    assert not [line for line in lines if line["log_level"] in ("error", "critical")]
    assert not [each for each in caplog.records if each.name.startswith(("opentelemetry", "urllib3", "requests"))]


def test_a_variable_that_does_not_fit_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "0")
    with pytest.raises(SettingsError, match="max_queue_size must be a positive integer"):
        Otlp("a process")


async def test_what_the_sweeper_ends_is_told_too(
    data_dir: Path, messages_server: MessagesServer, otlp_server: OtlpServer
) -> None:
    """Its runner did not obey, or is gone: nobody else would."""
    at = now() - timedelta(seconds=30)

    def work(connection: Connection) -> int:
        new = NewExecution(AGENT_TEST, "Lost", "hello", {"name": "Lost", "model": "simulated"}, agent_id=1)
        number = int(writes.write(connection, Submit(new), at).execution.id)
        writes.write(connection, Change(number, Status.RUNNING), at)
        writes.write(connection, Cancel(number), at)
        return number

    async with opened(data_dir, messages_server) as hub:
        found = await ended(hub, await hub._database.awrite(work))
    assert found.status is Status.CANCELLED
    span = otlp_server.named("execution agent_test")
    assert (span.attributes["hub.execution.id"], span.attributes["hub.status"]) == (found.id, "cancelled")
    assert span.error == "cancelled"

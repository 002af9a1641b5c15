"""Agent tests: one input, one answer of one agent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from execution_hub.domain.acting import acts
from execution_hub.domain.agent import AgentDefinition, check_changes
from execution_hub.domain.clock import to_wire
from execution_hub.domain.event import EventKind
from execution_hub.domain.execution import AGENT_TEST, Execution, NewExecution, Phase, Progress, check_input
from execution_hub.domain.kinds import check_id
from execution_hub.domain.retry import RetryPolicy
from execution_hub.domain.tool_choice import servers_of
from execution_hub.engine.port import Json
from execution_hub.llm.cost_limit import check_cost_limit
from execution_hub.llm.prices import Prices
from execution_hub.runners.acting import Acting, ActingListener, Place
from execution_hub.runners.answer import Answer, ask, request_of
from execution_hub.runners.answer_listener import AnswerListener
from execution_hub.runners.offered_tools import OfferedTools
from execution_hub.runners.port import Command, ExecutionType, Outcome, RunContext, Start
from execution_hub.store.agents import agents
from execution_hub.store.database import Connection
from execution_hub.words.marking import N_


@dataclass(frozen=True, slots=True)
class AgentTest(Start):
    """A test of an agent as it is now, or as it would be with values that are not saved.

    Attributes:
        agent_id: Whom to test.
        input: What it is to answer, 1 to 200 000 characters.
        agent: Values of an AgentDraft to run with instead of the saved ones; what is left out is as saved.
    """

    execution_type: ClassVar[str] = AGENT_TEST

    agent_id: int
    input: str
    agent: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            InvalidInput: One does not fit.
        """
        check_id("agent_id", self.agent_id)
        check_input(self.input)
        if self.agent is not None:
            check_changes("agent", self.agent)

    @property
    def output_schema(self) -> object:
        """See Start."""
        return (self.agent or {}).get("output_schema")

    def prepare(self, connection: Connection) -> NewExecution:
        """See Start.

        Raises:
            NotFound: There is no such agent.
            InvalidInput: An unsaved value does not fit.
        """
        saved = agents.get(connection, self.agent_id)
        definition = saved.definition()
        version: int | None = saved.version
        if self.agent:
            draft = saved.draft(**self.agent)
            if draft != saved.draft():
                definition, version = draft.definition(), None
        return NewExecution(
            AGENT_TEST,
            definition.name,
            self.input,
            definition.as_json(),
            agent_id=self.agent_id,
            timeout_seconds=definition.timeout_seconds,
            agent_version=version,
        )


class AgentTestType(ExecutionType):
    """Agent tests."""

    start = AgentTest
    one = N_("agent test")
    many = N_("Agent tests")
    today = N_("With today's agent")
    again_today = N_("Run again with today's agent")
    command = Command("test", "test an agent and stream its answer", "agent")

    def again(self, old: Execution, text: str) -> Start:
        """See ExecutionType."""
        return super().again(old, text) if old.agent_id is None else AgentTest(old.agent_id, text)

    def check_cost(self, new: NewExecution, prices: Prices) -> None:
        """See ExecutionType."""
        # Those that are saved were held against the prices when they were.
        if new.agent_version is None:
            check_cost_limit(new.definition["model"], new.definition.get("max_cost_usd"), prices)

    def tool_servers(self, definition: Mapping[str, Any]) -> frozenset[str]:
        """See ExecutionType."""
        return servers_of(definition)

    async def run(self, context: RunContext) -> Outcome | None:
        """See ExecutionType."""
        definition = AgentDefinition.from_json(context.execution.definition)
        if acts(definition):
            return await _act(context, definition)
        return await self._answer(context, definition)

    async def _answer(self, context: RunContext, definition: AgentDefinition) -> Outcome:
        execution, journal = context.execution, context.journal
        # An earlier attempt that was cut off in the middle has cost at least what it told.
        used_before = replace(execution.usage, is_partial=execution.interruptions > 0)
        was_asked = False

        def show_tokens(tokens: int) -> None:
            journal.progress(Progress(tokens, None, Phase.WRITING if tokens else Phase.WAITING))

        def show_retry() -> None:
            journal.progress(Progress(0, None, Phase.RETRYING))

        def show_held(until: datetime | None) -> None:
            journal.progress(Progress(0, None, Phase.HELD if until else Phase.WAITING, to_wire(until) or ""))

        async def work() -> Json:
            nonlocal was_asked
            was_asked = True
            listener = AnswerListener(
                journal,
                lambda usage: journal.usage(used_before + usage),
                on_tokens=show_tokens,
                on_retry=show_retry,
                on_held=show_held,
            )
            model = context.models.get(definition.model)
            request, policy = request_of(definition, execution.input), RetryPolicy(definition.retries)
            most, part = context.output_max_bytes, ("chat", execution.attempt)
            answer = await ask(model, request, listener, policy, definition.on_cut, most, part=part)
            listener.end(answer.usage)
            if answer.usage.output_tokens:
                journal.progress(Progress(answer.usage.output_tokens, None, Phase.WRITING))
            await journal.flush()
            return answer.as_json()

        answer = Answer.from_json(await context.durable.reserve().run("answer", work))
        if not was_asked:
            # An earlier life of this process paid for the answer; the newest attempt's log must hold it too.
            journal.text(answer.text)
            journal.emit(EventKind.USAGE, answer.usage.as_json())
        usage = used_before + answer.usage if was_asked else execution.usage
        return Outcome(
            answer.text, usage, answer.meta, answer.error, stop_reason=answer.stop_reason, is_cut=answer.is_cut
        )


async def _act(context: RunContext, agent: AgentDefinition) -> Outcome | None:
    execution, journal = context.execution, context.journal

    def show(tokens: int, phase: Phase, tool: str) -> None:
        journal.progress(Progress(tokens, None, phase, tool))

    tools = OfferedTools(context.tools, journal, execution.meta)
    acting = Acting(context, agent, execution.input, tools, Place(), ActingListener(journal.usage, show))
    while (answer := await acting.go_on()) is None:
        if await context.pause(frozenset(), acting.waiting):
            return None
    return Outcome(
        answer.text, answer.usage, answer.meta, answer.error, stop_reason=answer.stop_reason, is_cut=answer.is_cut
    )

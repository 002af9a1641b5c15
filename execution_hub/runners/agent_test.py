"""Runs agent tests: one input, one answer of one agent."""

from dataclasses import replace
from typing import Any

from execution_hub.domain.agent import AgentDefinition
from execution_hub.domain.event import EventKind
from execution_hub.domain.execution import AGENT_TEST, Phase, Progress
from execution_hub.domain.retry import RetryPolicy
from execution_hub.domain.usage import Usage
from execution_hub.engine.port import Json
from execution_hub.errors import ExecutionError
from execution_hub.live.journal import Journal
from execution_hub.runners.answer import Answer, ask, request_of
from execution_hub.runners.port import Outcome, RunContext

# A rough figure for the progress line until the provider tells its own: about four characters a token.
CHARACTERS_PER_TOKEN = 4


class AgentTestRunner:
    """Runs agent tests."""

    execution_type = AGENT_TEST

    async def run(self, context: RunContext) -> Outcome:
        """See Runner.run."""
        definition = AgentDefinition.from_json(context.execution.definition)
        execution = context.execution
        # An earlier attempt that was cut off in the middle has cost at least what it told.
        used_before = replace(execution.usage, is_partial=execution.interruptions > 0)
        was_asked = False

        async def work() -> Json:
            nonlocal was_asked
            was_asked = True
            listener = _Listener(context.journal, used_before)
            model = context.models.get(definition.model)
            request, policy = request_of(definition, execution.input), RetryPolicy(definition.retries)
            answer = await ask(model, request, listener, policy, definition.on_cut, context.output_max_bytes)
            listener.end(answer)
            await context.journal.flush()
            return answer.as_json()

        answer = Answer.from_json(await context.steps.reserve().run("answer", work))
        if not was_asked:
            # An earlier life of this process paid for the answer; the newest attempt's log must hold it too.
            context.journal.text(answer.text)
            context.journal.emit(EventKind.USAGE, answer.usage.as_json())
        usage = used_before + answer.usage if was_asked else execution.usage
        return Outcome(
            answer.text, usage, answer.meta, answer.error, stop_reason=answer.stop_reason, is_cut=answer.is_cut
        )


class _Listener:
    """Writes the answer into the execution's log: see Listener."""

    def __init__(self, journal: Journal, used_before: Usage) -> None:
        self._journal = journal
        self._used_before = used_before
        self._written = 0
        journal.progress(Progress(phase=Phase.WAITING))

    def text(self, text: str) -> None:
        self._journal.text(text)
        self._wrote(text)

    def thinking(self, text: str) -> None:
        self._journal.thinking(text)
        self._wrote(text)

    def tool_call(self, name: str, arguments: dict[str, Any]) -> None:
        self._journal.emit(EventKind.TOOL_CALL, {"name": name, "arguments": arguments})

    def usage(self, usage: Usage) -> None:
        self._journal.usage(self._used_before + usage)

    def retry(self, error: ExecutionError, seconds: float) -> None:
        told = {"code": error.code, "message": error.message, "seconds": round(seconds, 1)}
        self._journal.emit(EventKind.RETRY, told)
        self._written = 0
        self._journal.progress(Progress(phase=Phase.WAITING))

    def end(self, answer: Answer) -> None:
        self._journal.emit(EventKind.USAGE, answer.usage.as_json())
        if answer.usage.output_tokens:
            self._journal.progress(Progress(answer.usage.output_tokens, None, Phase.WRITING))

    def _wrote(self, text: str) -> None:
        self._written += len(text)
        if self._written:
            self._journal.progress(Progress(max(self._written // CHARACTERS_PER_TOKEN, 1), None, Phase.WRITING))

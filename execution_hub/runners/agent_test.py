"""Runs agent tests: one input, one answer of one agent."""

from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from execution_hub import errors
from execution_hub.domain.agent import AgentDefinition
from execution_hub.domain.event import EventKind
from execution_hub.domain.execution import AGENT_TEST, Phase, Progress
from execution_hub.domain.usage import Usage
from execution_hub.engine.port import Json
from execution_hub.errors import ExecutionError
from execution_hub.live.journal import Journal
from execution_hub.llm.port import (
    Finished,
    Model,
    ModelEvent,
    ModelRequest,
    TextDelta,
    ThinkingDelta,
    ToolCall,
    UsageSoFar,
)
from execution_hub.runners.port import Outcome, RunContext

# A rough figure for the progress line until the provider tells its own: about four characters a token.
CHARACTERS_PER_TOKEN = 4


@dataclass(slots=True)
class Answer:
    """What a model has answered so far."""

    text: str = ""
    usage: Usage = Usage()
    meta: dict[str, Any] | None = None
    error: ExecutionError | None = None

    def as_json(self) -> Json:
        """Return the answer as a durable step keeps it."""
        error = self.error
        return {
            "text": self.text,
            "usage": self.usage.as_json(),
            "meta": self.meta or {},
            "error": None if error is None else [type(error).__name__, error.message, error.details],
        }

    @classmethod
    def from_json(cls, value: Json) -> "Answer":
        """Read what `as_json` wrote."""
        error = None
        if value["error"] is not None:
            name, message, details = value["error"]
            error = getattr(errors, name)(message, **details)
        return cls(value["text"], Usage.from_json(value["usage"]), value["meta"], error)


async def ask(model: Model, request: ModelRequest, journal: Journal, used_before: Usage) -> Answer:
    """Ask a model and write its answer into the log as it comes.

    A failure is part of the answer: what came before it is kept.

    Args:
        model: The provider.
        request: What to ask.
        journal: Where the answer streams to.
        used_before: What earlier attempts of the execution used; it counts.

    Returns:
        The answer, with its error if there was one.
    """
    answer = Answer()
    written = 0
    journal.progress(Progress(phase=Phase.WAITING))
    try:
        # Closed on every way out: a stream that nobody reads would keep its connection, and its price.
        async with aclosing(model.stream(request)) as stream:
            async for event in stream:
                written += _take(event, answer, journal, used_before)
                if written:
                    tokens = max(written // CHARACTERS_PER_TOKEN, 1)
                    journal.progress(Progress(tokens, None, Phase.WRITING))
    except ExecutionError as error:
        answer.error = error
    journal.emit(EventKind.USAGE, answer.usage.as_json())
    if answer.usage.output_tokens:
        journal.progress(Progress(answer.usage.output_tokens, None, Phase.WRITING))
    await journal.flush()
    return answer


def _take(event: ModelEvent, answer: Answer, journal: Journal, used_before: Usage) -> int:
    """Add an event to the answer and the log; returns how many characters the model wrote with it."""
    match event:
        case TextDelta(text):
            answer.text += text
            journal.text(text)
            return len(text)
        case ThinkingDelta(text):
            journal.thinking(text)
            return len(text)
        case ToolCall(name, arguments):
            journal.emit(EventKind.TOOL_CALL, {"name": name, "arguments": arguments})
        case UsageSoFar(usage):
            answer.usage = usage
            journal.usage(used_before + usage)
        case Finished(stop_reason, usage, meta):
            answer.usage = usage
            journal.usage(used_before + usage)
            answer.meta = {**meta, "stop_reason": stop_reason}
    return 0


class AgentTestRunner:
    """Runs agent tests."""

    execution_type = AGENT_TEST

    async def run(self, context: RunContext) -> Outcome:
        """See Runner.run."""
        definition = AgentDefinition.from_json(context.execution.definition)
        execution = context.execution
        # An earlier attempt that was cut off in the middle has cost at least what it told.
        used_before = replace(execution.usage, is_partial=execution.attempt > 1)
        was_asked = False

        async def work() -> Json:
            nonlocal was_asked
            was_asked = True
            request = ModelRequest(definition.model, definition.system_prompt, execution.input, definition.max_tokens)
            model = context.models.get(definition.model)
            return (await ask(model, request, context.journal, used_before)).as_json()

        answer = Answer.from_json(await context.steps.run("answer", work))
        if not was_asked:
            # An earlier life of this process paid for the answer; the newest attempt's log must hold it too.
            context.journal.text(answer.text)
            context.journal.emit(EventKind.USAGE, answer.usage.as_json())
        usage = used_before + answer.usage if was_asked else execution.usage
        return Outcome(answer.text, usage, answer.meta or {}, answer.error)

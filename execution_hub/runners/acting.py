"""An agent that acts: turns of its model, and the calls of tools they ask for, until it has answered.

The rows of turns and calls are the truth: each is written before it is paid for or made, and again when it has ended.
Whoever goes on after a crash, or after a person's answer, reads them and goes on from there.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from execution_hub.domain.acting import Turn, answers, limit_note, limit_of, usage_of
from execution_hub.domain.agent import AgentDefinition
from execution_hub.domain.call import Call, CallStatus
from execution_hub.domain.clock import to_wire
from execution_hub.domain.execution import Phase
from execution_hub.domain.retry import RetryPolicy
from execution_hub.domain.texts import is_blank
from execution_hub.domain.usage import Usage
from execution_hub.errors import BadOutput, ExecutionError, NoAnswer
from execution_hub.llm.port import AUTO, NONE, ModelRequest, ToolSpec
from execution_hub.runners.answer import Answer, ask
from execution_hub.runners.answer_listener import AnswerListener
from execution_hub.runners.call_rows import CallRows
from execution_hub.runners.conversation import messages_of
from execution_hub.runners.offered_tools import OfferedTools
from execution_hub.runners.output_check import OutputCheck
from execution_hub.runners.port import RunContext
from execution_hub.runners.tool_calls import ToolCalls, turn_part

LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an agent acts.

    Attributes:
        step: The workflow's step; empty in an agent test.
        round: The step's round.
        position: The step's place in the workflow.
        seconds: How long one turn may take; None for the agent's own limit.
    """

    step: str = ""
    round: int = 1
    position: int = 0
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class ActingListener:
    """Who hears how far an agent is.

    Attributes:
        usage: Told what it has used in all, over all its turns.
        phase: Told what it does: how many tokens it has written in all, the phase, and what that is about: the tool it
            calls, the time until which it is held.
    """

    usage: Callable[[Usage], None]
    phase: Callable[[int, Phase, str], None]


class Acting:
    """One conversation of an agent that acts.

    Attributes:
        waiting: The numbers of the calls that wait for a person.
    """

    def __init__(
        self,
        context: RunContext,
        agent: AgentDefinition,
        text: str,
        tools: OfferedTools,
        place: Place,
        listener: ActingListener,
    ) -> None:
        """Do nothing yet.

        Args:
            context: What its runner has.
            agent: Who acts.
            text: On what.
            tools: Where its tools are found.
            place: Where it acts.
            listener: Who hears how far it is.
        """
        self._context = context
        self._agent = agent
        self._text = text
        self._tools = tools
        self._place = place
        self._listener = listener
        self._rows = CallRows(context, place.step or None, place.round, place.position)
        self._check = OutputCheck(agent.output_schema, context.pool)

    @property
    def waiting(self) -> frozenset[int]:
        """See the class."""
        return self._rows.waiting

    @property
    def usage(self) -> Usage:
        """What all its turns have used so far."""
        return usage_of(self._rows.calls)

    async def go_on(self) -> Answer | None:
        """Act until there is an answer, or nothing can go on without a person: then return None.

        Call it again once a person has answered. What failed is part of the answer; its usage is that of all turns.
        """
        await self._rows.read()
        try:
            offer = await self._tools.of(self._agent)
            calls = ToolCalls(self._context, self._agent, offer, self._rows, self._show_calling)
            while True:
                turns = self._rows.turns
                last = turns[-1] if turns else None
                if last is not None and last.is_done and not last.is_answer and not last.is_settled:
                    if await calls.run(last):
                        continue
                    # Answers that came while others ran are taken before anybody is asked to wait.
                    before = self.waiting
                    await self._read_again()
                    if self.waiting == before:
                        return None
                    continue
                if last is not None and last.is_answer:
                    problem = await self._check.problem_of(last.call.output)
                    if problem is None or len(answers(turns)) > 1:
                        return self._answer(turns, last, problem)
                    answer = await self._turn(calls, offer.specs, turns, None, self._check.note(problem))
                else:
                    limit = limit_of(self._agent, turns)
                    note = "" if limit is None else limit_note(limit, self._agent)
                    answer = await self._turn(calls, offer.specs, turns, _open(last), note)
                if answer.error is not None:
                    return replace(answer, usage=self.usage)
        except ExecutionError as error:
            return Answer(usage=self.usage, error=error)

    async def _read_again(self) -> None:
        await self._context.journal.flush()
        await self._rows.read()

    async def _turn(
        self, calls: ToolCalls, specs: tuple[ToolSpec, ...], turns: list[Turn], open_turn: Call | None, note: str
    ) -> Answer:
        """Ask the model once, and write down what it said and asked for."""
        agent, journal = self._agent, self._context.journal
        model = self._context.models.get(agent.model)
        # A note means that it is to answer now, whatever it would still like to do.
        is_last = bool(note)
        turn = self._rows.begin_turn(note, open_turn)
        before = replace(turn.usage, is_partial=turn.usage.is_partial or turn.attempt > 1)
        written = self._rows_output_tokens
        # Stored before it is paid for.
        await journal.flush()

        def take_usage(usage: Usage) -> None:
            self._rows.count_turn(turn.number, before + usage)
            self._listener.usage(self.usage)

        listener = _TurnListener(
            journal,
            take_usage,
            step=self._place.step,
            on_tokens=lambda tokens: self._listener.phase(
                written + tokens, Phase.WRITING if tokens else Phase.WAITING, ""
            ),
            on_retry=lambda: self._listener.phase(written, Phase.RETRYING, ""),
            on_held=lambda until: self._listener.phase(
                written, Phase.HELD if until else Phase.WAITING, to_wire(until) or ""
            ),
        )
        request = ModelRequest(
            agent.model,
            agent.system_prompt,
            messages_of(agent, self._text, self._rows.turns),
            agent.max_tokens,
            tools=specs,
            tool_choice=NONE if is_last and specs else AUTO,
            effort=agent.effort,
            thinking=agent.thinking,
            output_schema=agent.output_schema,
            silence_seconds=self._place.seconds or agent.timeout_seconds,
        )
        answer = await ask(
            model,
            request,
            listener,
            RetryPolicy(agent.retries),
            agent.on_cut,
            self._context.output_max_bytes,
            may_call=bool(specs) and not is_last,
            part=turn_part(turn),
        )
        if is_last and isinstance(answer.error, NoAnswer) and not is_blank(answer.text):
            # It asked for a tool in spite of all: what it said besides is its answer, and no work is thrown away.
            answer.error = None
        self._end_turn(calls, turn, before + answer.usage, answer, is_last=is_last)
        listener.end(answer.usage)
        self._listener.usage(self.usage)
        await journal.flush()
        return answer

    @property
    def _rows_output_tokens(self) -> int:
        return self.usage.output_tokens or 0

    def _end_turn(self, calls: ToolCalls, turn: Call, usage: Usage, answer: Answer, *, is_last: bool) -> None:
        # What it asked for in its last turn nobody answers: kept, it would be an open question for ever.
        blocks = tuple(each for each in answer.blocks if not (is_last and each.get("type") == "tool_use"))
        if not blocks and answer.text:
            blocks = ({"type": "text", "text": answer.text},)
        error = answer.error
        self._rows.end_turn(
            turn.number,
            CallStatus.SUCCEEDED if error is None else CallStatus.FAILED,
            usage=usage,
            meta=answer.meta,
            blocks=blocks,
            output=answer.text,
            stop_reason=answer.stop_reason,
            is_cut=answer.is_cut,
            error=None if error is None else error.message,
        )
        # With the turn in one write: an answer to it is owed from now on.
        if error is None and not is_last:
            calls.add(answer.calls)

    def _answer(self, turns: list[Turn], last: Turn, problem: str | None) -> Answer:
        turn = last.call
        first = turns.index(answers(turns)[0])
        limit = limit_of(self._agent, turns[:first])
        meta = {**turn.meta, **({LIMIT: limit} if limit else {})}
        error = None if problem is None else BadOutput(f"The answer does not fit the agent's output schema. {problem}")
        return Answer(self._check.bare(turn.output), self.usage, meta, error, turn.stop_reason, turn.is_cut)

    def _show_calling(self, name: str) -> None:
        self._listener.phase(self._rows_output_tokens, Phase.CALLING if name else Phase.WAITING, name)


def _open(last: Turn | None) -> Call | None:
    """Return the turn that was interrupted before it was over; None if a new one is to begin."""
    if last is None or last.is_done or last.call.status is CallStatus.FAILED:
        return None
    return last.call


class _TurnListener(AnswerListener):
    """Hears a turn: the calls it asks for are told with their rows."""

    def tool_call(self, name: str, arguments: dict[str, object]) -> None:
        """See Listener."""

"""The calls of tools that a turn asked for: checked, asked about, made side by side, and never made twice."""

import asyncio
from collections.abc import Callable, Sequence

from execution_hub import traces
from execution_hub.domain.acting import LOOP_ERROR, Turn, budget_of, loop_text, not_called, repeats
from execution_hub.domain.agent import AgentDefinition
from execution_hub.domain.call import Call, CallStatus, Resolution
from execution_hub.errors import CallUnknown, ToolFailed
from execution_hub.llm.port import ToolCall
from execution_hub.runners.call_rows import CallRows
from execution_hub.runners.offered_tools import Offer
from execution_hub.runners.port import RunContext

# So many calls of one turn run side by side.
PARALLEL_MAX = 8
# How long a server that went away has to be back before its call fails.
COME_BACK_SECONDS = 10.0


class ToolCalls:
    """The calls of one conversation."""

    def __init__(
        self,
        context: RunContext,
        agent: AgentDefinition,
        offer: Offer,
        rows: CallRows,
        on_calling: Callable[[str], None],
    ) -> None:
        """Call nothing yet.

        Args:
            context: What its runner has.
            agent: Whose calls they are.
            offer: What it may call.
            rows: Where they are written.
            on_calling: Told which tool is being called, as the model names it; empty for none.
        """
        self._context = context
        self._agent = agent
        self._offer = offer
        self._rows = rows
        self._on_calling = on_calling
        self._slots = asyncio.Semaphore(PARALLEL_MAX)
        self._calling: list[str] = []

    def add(self, asked: Sequence[ToolCall]) -> None:
        """Write down what a turn asked for, in its order; what the limit leaves no room for is not made."""
        limit = self._spent()
        room = max(0, self._agent.max_tool_calls - self._rows.tool_count)
        for call in asked[:room]:
            tool = self._offer.tools.get(call.name)
            if tool is None:
                self._rows.add_tool(call, "", call.name, self._offer.refusal_of(call.name))
            else:
                refusal = "" if limit is None else not_called(limit, self._agent)
                if call.arguments is None or call.error:
                    refusal = _unfit(call.error or "They are no JSON object.")
                self._rows.add_tool(call, tool.server, tool.name, refusal)

    async def run(self, turn: Turn) -> bool:
        """Make the calls of a turn that can be made now.

        Returns:
            Whether all of them have ended; else the rest waits for a person.

        Raises:
            CallUnknown: A person decided that one of them is to fail the execution.
        """
        for call in turn.tools:
            if call.status is CallStatus.UNKNOWN and call.resolved is Resolution.FAIL:
                raise CallUnknown(
                    f"{call.tool} of {call.server} ran when the hub was stopped, and nobody knows whether it had its "
                    "effect. It was decided to fail here.",
                    call=call.number,
                )
        due = [call for call in turn.tools if call.status is CallStatus.PENDING]
        if due:
            approved = await self._context.read_approved() if self._offer.asked else set()
            # In its trace a call is a part of the turn that asked for it.
            here = traces.current()
            with traces.inside(None if here is None else here.part(*turn_part(turn.call))):
                tasks = [asyncio.create_task(self._make(call, approved), name=f"call {call.number}") for call in due]
            try:
                await asyncio.gather(*tasks)
            finally:
                # Whatever ends this ends the calls: the box cancels them at their servers.
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        return not self._rows.waiting

    async def _make(self, call: Call, approved: set[tuple[str, str]]) -> None:
        async with self._slots:
            tool = self._offer.of(call.server, call.tool)
            if tool is None:
                self._refuse(call, self._offer.refusal_of(f"{call.server}__{call.tool}"))
                return
            if (limit := self._spent()) is not None:
                self._refuse(call, not_called(limit, self._agent))
                return
            problem = await self._context.tools.check(tool, call.arguments)
            if problem is not None:
                self._refuse(call, _unfit(problem))
                return
            name, kind = tool.model_name, (call.server, call.tool)
            # A call without a digest is new. One that has it was asked about, or began, before.
            if not call.digest and kind in self._offer.asked and kind not in approved:
                self._rows.move_tool(call.number, CallStatus.WAITING, name, digest=tool.digest)
                return
            # A model that calls again cannot wait by itself.
            await self._context.tools.wait_until_ready(call.server, COME_BACK_SECONDS)
            meta = {**call.meta, "is_idempotent": tool.is_idempotent}
            self._rows.move_tool(call.number, CallStatus.RUNNING, name, digest=tool.digest, meta=meta)
            self._calling.append(name)
            self._on_calling(name)
            # Stored before it is made: a process that dies now has not called unnoticed.
            await self._context.journal.flush()
            try:
                await self._call(call)
            finally:
                self._calling.remove(name)
                self._on_calling(self._calling[-1] if self._calling else "")
            await self._context.journal.flush()

    async def _call(self, call: Call) -> None:
        began, error = traces.nanoseconds(), traces.CANCELLED
        try:
            error = await self._ask(call)
        finally:
            turn = traces.current()
            traces.tell(
                f"execute_tool {call.tool}",
                None if turn is None else turn.part("tool", call.number, call.attempt),
                turn,
                began,
                {
                    "gen_ai.operation.name": "execute_tool",
                    "gen_ai.tool.name": call.tool,
                    "gen_ai.tool.call.id": call.tool_use_id,
                    "hub.tool.server": call.server,
                },
                error,
            )

    async def _ask(self, call: Call) -> str:
        """Make a call and write how it ended; returns the code of its error, empty for none."""
        # Right before it: a process that has lost its lease has no effect on anything any more.
        await self._context.fence()
        try:
            result = await self._context.tools.call(
                call.server,
                call.tool,
                call.arguments or {},
                timeout_seconds=self._agent.tool_timeout_seconds,
                meta={"hub/call": f"{self._context.execution.id}-{call.number}"},
                on_cancelled=lambda is_told: self._context.on_stopped_call(call, is_told),
            )
        except ToolFailed as error:
            self._end(call, CallStatus.FAILED, error.message, len(error.message))
            return error.code
        self._end(call, CallStatus.FAILED if result.is_error else CallStatus.SUCCEEDED, result.text, result.chars)
        return ToolFailed.code if result.is_error else ""

    def _refuse(self, call: Call, why: str) -> None:
        self._rows.end_tool(call.number, CallStatus.FAILED, why, len(why), error=why)

    def _end(self, call: Call, status: CallStatus, text: str, chars: int) -> None:
        error = text if status is CallStatus.FAILED else None
        count = repeats(self._rows.preview(call.number, status, text)).get(call.number, 0)
        if count >= LOOP_ERROR:
            status, error = CallStatus.FAILED, loop_text(call, count)
        is_cut = chars > self._agent.tool_result_max_chars or chars > len(text)
        self._rows.end_tool(call.number, status, text, chars, error=error, is_cut=is_cut)

    def _spent(self) -> str | None:
        return budget_of(self._agent, [turn.call.usage for turn in self._rows.turns])


def turn_part(turn: Call) -> tuple[str | int, ...]:
    """Return what a turn is called among the parts of its conversation, in a trace."""
    return "turn", turn.number, turn.attempt


def _unfit(problem: str) -> str:
    return f"The arguments do not fit, so this call was not made. {problem}"

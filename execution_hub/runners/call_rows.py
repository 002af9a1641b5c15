"""The calls of one conversation, as they are stored: what a runner knows of them and what it writes are one."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from execution_hub.domain.acting import Turn, turns_of
from execution_hub.domain.call import Call, CallKind, CallStatus, first_number
from execution_hub.domain.event import EventKind
from execution_hub.domain.execution import ERROR_MAX, EXCERPT_MAX
from execution_hub.domain.usage import Usage
from execution_hub.llm.port import ToolCall
from execution_hub.runners.port import RunContext
from execution_hub.store.steps import usage_values

# Of arguments in the log; the row has all of them.
ARGUMENTS_TOLD_MAX = 2_000
ID_MAX = 200
NAME_MAX = 200


class CallRows:
    """The rows of the calls of one agent: in an agent test, or in one round of a workflow's step."""

    def __init__(self, context: RunContext, step: str | None = None, round_: int = 1, position: int = 0) -> None:
        """Know none yet: `read` them first.

        Args:
            context: What its runner has.
            step: The workflow's step; None in an agent test.
            round_: The step's round.
            position: The step's place in the workflow.
        """
        self._context = context
        self._journal = context.journal
        self._step = step
        self._round = round_
        self._first = first_number(position, round_)
        self._rows: dict[int, Call] = {}

    async def read(self) -> None:
        """Read them anew: people may have answered."""
        found = await self._context.read_calls(self._step, self._round)
        self._rows = {call.number: call for call in found}

    @property
    def calls(self) -> list[Call]:
        """All of them, in order."""
        return [self._rows[number] for number in sorted(self._rows)]

    @property
    def turns(self) -> list[Turn]:
        """The turns they make, in order."""
        return turns_of(self.calls)

    @property
    def tool_count(self) -> int:
        """How many calls of tools there are."""
        return sum(call.kind is CallKind.TOOL for call in self._rows.values())

    @property
    def waiting(self) -> frozenset[int]:
        """The numbers of those that wait for a person."""
        return frozenset(call.number for call in self._rows.values() if call.needs_person)

    def get(self, number: int) -> Call:
        """Return one of them."""
        return self._rows[number]

    def begin_turn(self, note: str, open_turn: Call | None) -> Call:
        """Write that a turn runs: a new one, or one that was interrupted."""
        if open_turn is None:
            open_turn = self._new(CallKind.TURN, note=note)
            self._write(open_turn, {"status": CallStatus.RUNNING}, EventKind.TURN, {}, is_new=True)
        else:
            self._write(open_turn, {"status": CallStatus.RUNNING, "error": None}, EventKind.TURN, {})
        return self._rows[open_turn.number]

    def count_turn(self, number: int, usage: Usage) -> None:
        """Write what a turn has used so far: it stays if its process dies."""
        call = self._rows[number]
        self._rows[number] = replace(call, usage=usage)
        self._journal.change_call(number, usage_values(usage, call.meta or None))

    def end_turn(self, number: int, status: CallStatus, *, usage: Usage, meta: dict[str, Any], **values: Any) -> None:
        """Write how a turn ended."""
        told = {"stop_reason": values.get("stop_reason"), "is_cut": values.get("is_cut", False)}
        if values.get("error"):
            told["message"] = values["error"][:ERROR_MAX]
        call = replace(self._rows[number], usage=usage)
        self._rows[number] = call
        columns = {**values, "status": status, "meta": meta}
        self._write(call, columns, EventKind.TURN, told, usage_values(usage, meta))

    def add_tool(self, asked: ToolCall, server: str, tool: str, refusal: str) -> None:
        """Write a call that a turn asked for: pending, or failed where it cannot be made."""
        call = replace(
            self._new(CallKind.TOOL),
            tool_use_id=asked.id[:ID_MAX],
            server=server,
            tool=tool[:NAME_MAX],
            arguments=asked.arguments,
        )
        values: dict[str, Any] = {"status": CallStatus.PENDING}
        if refusal:
            values = {"status": CallStatus.FAILED, "result": refusal, "result_chars": len(refusal), "error": refusal}
        told = {"server": server, "tool": tool, "name": asked.name[:NAME_MAX], "arguments": _told(asked.arguments)}
        self._write(call, values, EventKind.TOOL_CALL, told, is_new=True)

    def move_tool(self, number: int, status: CallStatus, name: str, **values: Any) -> None:
        """Write that a call of a tool waits or runs.

        Args:
            number: Which.
            status: Where it is now.
            name: The tool's name at the model.
            **values: Columns to set besides.
        """
        call = self._rows[number]
        told = {"server": call.server, "tool": call.tool, "name": name, "arguments": _told(call.arguments)}
        self._write(call, {**values, "status": status}, EventKind.TOOL_CALL, told)

    def end_tool(self, number: int, status: CallStatus, text: str, chars: int, **values: Any) -> None:
        """Write how a call of a tool ended."""
        told = {"chars": chars, "excerpt": text[:EXCERPT_MAX]}
        columns = {**values, "status": status, "result": text, "result_chars": chars}
        self._write(self._rows[number], columns, EventKind.TOOL_RESULT, told)

    def preview(self, number: int, status: CallStatus, text: str) -> Sequence[Turn]:
        """Return the turns as they would be if a call had ended so."""
        call = replace(self._rows[number], status=status, result=text)
        return turns_of([call if each.number == number else each for each in self.calls])

    def _new(self, kind: CallKind, note: str = "") -> Call:
        return Call(self._first + len(self._rows), kind, self._step, self._round, note=note)

    def _write(
        self,
        call: Call,
        values: dict[str, Any],
        kind: EventKind,
        told: dict[str, Any],
        more: dict[str, Any] | None = None,
        *,
        is_new: bool = False,
    ) -> None:
        """Change a call here and in its row.

        Args:
            call: It.
            values: What of it changes, its status among it.
            kind: What the log calls that.
            told: What the log says of it besides.
            more: Columns to set that a Call holds otherwise.
            is_new: Whether it is stored for the first time.
        """
        if isinstance(values.get("error"), str):
            values = {**values, "error": values["error"][:ERROR_MAX]}
        status: CallStatus = values["status"]
        attempt = call.attempt + (status is CallStatus.RUNNING)
        self._rows[call.number] = replace(call, **values, attempt=attempt)
        told = {"status": status.value, **told, **({"step": self._step} if self._step else {})}
        columns = {**values, "status": status.value, **(more or {})}
        self._journal.change_call(call.number, columns, told, new=call if is_new else None, kind=kind)


def _told(arguments: dict[str, Any] | None) -> Any:
    """Return arguments for the log: whole, or the beginning of their text."""
    written = json.dumps(arguments, ensure_ascii=False)
    return arguments if len(written) <= ARGUMENTS_TOLD_MAX else f"{written[:ARGUMENTS_TOLD_MAX]}…"

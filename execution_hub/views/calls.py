"""What a page shows of an agent that acts: its turns, and what tools each of them called. Pure.

What may be large (a result, the thinking, arguments of many thousand characters) is not in these values: a page asks
for it when a person unfolds it, and is given a `WholeCall`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from execution_hub.domain.call import Call, CallKind, CallStatus
from execution_hub.domain.clock import to_wire
from execution_hub.domain.formats import format_duration
from execution_hub.domain.texts import one_line
from execution_hub.views.call_arguments import (
    BRIEF_SHOWN,
    ArgumentRow,
    argument_row,
    brief_arguments,
    seen,
    write_arguments,
)

# Of a turn's text, in characters; the rest on demand.
TEXT_SHOWN = 4_000
ROWS_SHOWN = 30

APPROVE = "approve"
RESOLVE = "resolve"


@dataclass(frozen=True, slots=True)
class CallView:
    """A call of a tool, as its card shows it.

    Attributes:
        number: Its number in the execution.
        status: As on the wire.
        server, tool: Whose tool, and which; no server where the model named a tool that there is not.
        brief: Its arguments on one line.
        rows: Its arguments; none where the model wrote no JSON object.
        rows_more: How many more there are.
        is_edited: Whether a person has changed them.
        needs: What it needs a person for: `approve` or `resolve`; empty for nothing.
        ask: Tells this question from all others of the execution: an unknown call that is run again may ask again.
        resolved: What a person decided about an unknown one.
        comment: What a person said to it.
        is_for_execution: Whether a person approved this tool for the rest of the execution.
        result: The first words of its result.
        size_text: How many characters the result has, for a person; empty while there is none.
        is_cut: Whether the model was given less than that.
        error: Why it failed.
        started_at, finished_at: ISO 8601 with Z; empty before.
        duration_text: How long it took, for a person; empty while it runs.
    """

    number: int = 0
    status: str = ""
    server: str = ""
    tool: str = ""
    brief: str = ""
    rows: list[ArgumentRow] = field(default_factory=list)
    rows_more: int = 0
    is_edited: bool = False
    needs: str = ""
    ask: str = ""
    resolved: str = ""
    comment: str = ""
    is_for_execution: bool = False
    result: str = ""
    size_text: str = ""
    is_cut: bool = False
    error: str = ""
    started_at: str = ""
    finished_at: str = ""
    duration_text: str = ""

    @classmethod
    def of(cls, call: Call) -> "CallView":
        """Take what is shown from a call, whole or an excerpt."""
        arguments = call.arguments or {}
        return cls(
            number=call.number,
            status=call.status.value,
            server=call.server,
            tool=seen(call.tool),
            brief=brief_arguments(arguments),
            rows=[argument_row(name, value) for name, value in list(arguments.items())[:ROWS_SHOWN]],
            rows_more=max(0, len(arguments) - ROWS_SHOWN),
            is_edited=call.asked_arguments is not None,
            needs=_needs(call),
            ask=_ask(call),
            resolved=call.resolved.value if call.resolved else "",
            comment=seen(call.comment),
            is_for_execution=call.is_for_execution,
            result=seen(one_line((call.result or "")[: 4 * BRIEF_SHOWN]))[:BRIEF_SHOWN],
            size_text="" if call.result_chars is None else f"{call.result_chars:,}",
            is_cut=call.is_cut,
            error=seen(call.error or ""),
            started_at=to_wire(call.started_at) or "",
            finished_at=to_wire(call.finished_at) or "",
            duration_text=duration_text(call),
        )


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn of an agent's model, and what it called.

    Attributes:
        number: Its number in the execution; 0 for calls that no turn is known of.
        place: Which turn it is: 1, 2, 3 …
        status: As on the wire.
        texts: What the model said before it called, as the one piece of an output; none where that is shown elsewhere,
            as the output of the execution or the step.
        is_text_cut: Whether that is only its beginning.
        is_answer: Whether its text is the output.
        has_thinking: Whether the model was heard thinking.
        note: What the hub told the model before.
        is_cut: Whether a limit cut it.
        error: Why it failed.
        tokens_text: Tokens in and out, for a person; empty before there are any.
        started_at: ISO 8601 with Z; empty before.
        duration_text: How long it took, for a person; empty while it runs.
        calls: What it called.
    """

    number: int = 0
    place: int = 0
    status: str = ""
    texts: list[str] = field(default_factory=list)
    is_text_cut: bool = False
    is_answer: bool = False
    has_thinking: bool = False
    note: str = ""
    is_cut: bool = False
    error: str = ""
    tokens_text: str = ""
    started_at: str = ""
    duration_text: str = ""
    calls: list[CallView] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class WholeCall:
    """What a person unfolds of a call.

    Attributes:
        arguments: Its arguments as JSON, whole; empty for a turn.
        asked: What the model asked for, as JSON, where a person changed it.
        texts: The result, or a turn's text, as the one piece of an output.
        thinking: What a turn's model was heard thinking, whole.
        is_kept_cut: Whether the result was longer than what the hub keeps.
        ask: What the call was when this was read: see `CallView.ask`.
    """

    arguments: str = ""
    asked: str = ""
    texts: list[str] = field(default_factory=list)
    thinking: str = ""
    is_kept_cut: bool = False
    ask: str = ""

    @classmethod
    def of(cls, call: Call) -> "WholeCall":
        """Take what is unfolded from a call, whole."""
        text = (call.output if call.kind is CallKind.TURN else call.result) or ""
        return cls(
            "" if call.arguments is None else write_arguments(call.arguments),
            "" if call.asked_arguments is None else write_arguments(call.asked_arguments),
            [text] if text else [],
            thinking_of(call.blocks),
            call.kind is CallKind.TOOL and (call.result_chars or 0) > len(text) > 0,
            _ask(call),
        )


def _ask(call: Call) -> str:
    return f"{call.number}/{call.status.value}/{call.attempt}"


def thinking_of(blocks: Sequence[Mapping[str, Any]]) -> str:
    """Return what a model was heard thinking, from the blocks of a turn."""
    texts = (block.get("thinking") for block in blocks if block.get("type") == "thinking")
    return "\n\n".join(text for text in texts if isinstance(text, str) and text)


def _needs(call: Call) -> str:
    if not call.needs_person:
        return ""
    return APPROVE if call.status is CallStatus.WAITING else RESOLVE


def duration_text(call: Call) -> str:
    """Return how long a call took, for a person; empty while it runs."""
    duration = call.duration_ms() if call.finished_at else None
    return "" if duration is None else format_duration(duration)

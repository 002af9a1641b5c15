"""What a page shows of an agent that acts: its turns, and what tools each of them called. Pure.

What may be large (a result, the thinking, arguments of many thousand characters) is not in these values: a page asks
for it when a person unfolds it, and is given a `WholeCall`.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from execution_hub.domain.call import Call, CallKind, CallStatus
from execution_hub.domain.clock import to_wire
from execution_hub.domain.formats import at_least, format_cost, format_duration, format_tokens
from execution_hub.domain.texts import one_line
from execution_hub.domain.usage import Usage
from execution_hub.views.graph import WaterfallBar

# The newest turns that a page is sent by itself; the earlier ones on demand.
TURNS_SHOWN = 20
# Of a turn's text and of each argument, in characters; the rest on demand.
TEXT_SHOWN = 4_000
VALUE_SHOWN = 1_000
ROWS_SHOWN = 30
BRIEF_SHOWN = 160
# As many lines as a person tells apart; the newest.
BARS_SHOWN = 60

APPROVE = "approve"
RESOLVE = "resolve"

# What a screen hides, obeys, or turns letters around with: approved is what is seen. Joiners stay, since scripts and
# emoji need them; line feeds and tabs show as what they are.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)


def seen(text: str) -> str:
    r"""Return a text with the characters that show nothing, or turn others around, written out.

    >>> seen("pay \u202eevE\x1b[0m")
    'pay ⟨U+202E⟩evE⟨U+001B⟩[0m'
    """
    return _UNSEEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


@dataclass(frozen=True, slots=True)
class ArgumentRow:
    """An argument of a call.

    Attributes:
        name: Its name.
        value: Its value: a text as it is, anything else as JSON; what cannot be seen is written out.
        is_text: Whether it is a text.
        more: How many characters of it are left out, for a person; empty for none.
    """

    name: str = ""
    value: str = ""
    is_text: bool = True
    more: str = ""


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
            brief=_brief(arguments),
            rows=[_row(name, value) for name, value in list(arguments.items())[:ROWS_SHOWN]],
            rows_more=max(0, len(arguments) - ROWS_SHOWN),
            is_edited=call.asked_arguments is not None,
            needs=_needs(call),
            ask=f"{call.number}/{call.status.value}/{call.attempt}",
            resolved=call.resolved.value if call.resolved else "",
            comment=seen(call.comment),
            is_for_execution=call.is_for_execution,
            result=seen(one_line((call.result or "")[: 4 * BRIEF_SHOWN]))[:BRIEF_SHOWN],
            size_text="" if call.result_chars is None else f"{call.result_chars:,}",
            is_cut=call.is_cut,
            error=seen(call.error or ""),
            started_at=to_wire(call.started_at) or "",
            finished_at=to_wire(call.finished_at) or "",
            duration_text=_duration_text(call),
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
class Limits:
    """How many turns and calls an agent may have; 0 where nobody knows."""

    turns: int = 0
    calls: int = 0

    @classmethod
    def of(cls, definition: Mapping[str, Any]) -> "Limits":
        """Take them from what an agent ran with, as stored."""
        return cls(int(definition.get("max_turns") or 0), int(definition.get("max_tool_calls") or 0))


@dataclass(frozen=True, slots=True)
class ActingView:
    """How far an agent is that acts.

    Attributes:
        turn, turns: Which turn it is in, and how many it may have; 0 where nobody knows.
        call, calls: How many tools it called, and how many it may call.
        cost_text: What its turns cost so far, for a person; empty where no price is known.
        earlier: How many turns are not sent by themselves.
        asks: How many of its calls need a person.
        asks_number, asks_tool: The first of them.
        is_shown: Whether there is more to show than one answer.
    """

    turn: int = 0
    turns: int = 0
    call: int = 0
    calls: int = 0
    cost_text: str = ""
    earlier: int = 0
    asks: int = 0
    asks_number: int = 0
    asks_tool: str = ""
    is_shown: bool = False


@dataclass(frozen=True, slots=True)
class WholeCall:
    """What a person unfolds of a call.

    Attributes:
        arguments: Its arguments as JSON, whole; empty for a turn.
        asked: What the model asked for, as JSON, where a person changed it.
        texts: The result, or a turn's text, as the one piece of an output.
        thinking: What a turn's model was heard thinking, whole.
        is_kept_cut: Whether the result was longer than what the hub keeps.
    """

    arguments: str = ""
    asked: str = ""
    texts: list[str] = field(default_factory=list)
    thinking: str = ""
    is_kept_cut: bool = False

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
        )


class Conversation:
    """The turns and calls of one agent, as they come.

    A turn that has not changed stays the same object, so that nothing of it is compared or drawn anew.
    """

    def __init__(self) -> None:
        self._calls: dict[int, Call] = {}
        self._thinking: set[int] = set()
        self._made: dict[int, tuple[tuple[object, ...], TurnView]] = {}
        self.turns: list[TurnView] = []

    @property
    def open_numbers(self) -> list[int]:
        """The calls that have yet to end."""
        return [number for number, call in self._calls.items() if not call.status.is_finished]

    @property
    def asking(self) -> list[str]:
        """The tools of the calls that need a person, in their order."""
        return [call.tool for call in self._in_order() if call.needs_person]

    def take(self, calls: Iterable[Call], thinking: Iterable[int] = ()) -> None:
        """Take calls as they are now.

        Args:
            calls: Whole, or excerpts.
            thinking: The numbers of those turns whose model was heard thinking.
        """
        self._calls |= {call.number: call for call in calls}
        self._thinking |= set(thinking)
        groups = _by_turn(self._in_order())
        self.turns = [
            self._turn(place, turn, called, is_last=place == len(groups))
            for place, (turn, called) in enumerate(groups, 1)
        ]

    def acting(self, limits: Limits = Limits()) -> ActingView:
        """Return how far it is."""
        turns = [call for call in self._calls.values() if call.kind is CallKind.TURN]
        usage = sum((call.usage for call in turns), Usage())
        called = len(self._calls) - len(turns)
        asking = [call for call in self._in_order() if call.needs_person]
        return ActingView(
            turn=len(turns),
            turns=limits.turns,
            call=called,
            calls=limits.calls,
            cost_text="" if usage.cost_usd is None else at_least(format_cost(usage.cost_usd), usage.is_partial),
            earlier=max(0, len(self.turns) - 1 - TURNS_SHOWN),
            asks=len(asking),
            asks_number=asking[0].number if asking else 0,
            asks_tool=seen(asking[0].tool) if asking else "",
            is_shown=called > 0 or len(turns) > 1,
        )

    def bars(self) -> list[WaterfallBar]:
        """Return when each turn and each call ran, the newest; a turn is named by its place."""
        places = {turn.number: turn.place for turn in self.turns}
        return [
            WaterfallBar(
                key=str(call.number),
                name=str(places[call.number]) if call.kind is CallKind.TURN else seen(call.tool),
                status=call.status.value,
                started_at=to_wire(call.started_at) or "",
                finished_at=to_wire(call.finished_at) or "",
                duration_text=_duration_text(call),
                type=call.kind.value,
                is_cut=False,
            )
            for call in self._in_order()[-BARS_SHOWN:]
            if call.started_at is not None or not call.status.is_finished
        ]

    def _in_order(self) -> list[Call]:
        return [self._calls[number] for number in sorted(self._calls)]

    def _turn(self, place: int, turn: Call | None, calls: Sequence[Call], *, is_last: bool) -> TurnView:
        number = turn.number if turn else 0
        key = (place, turn, tuple(calls), is_last, number in self._thinking)
        known = self._made.get(number)
        if known is not None and _is_same(known[0], key):
            return known[1]
        view = self._make(place, turn, calls, is_last=is_last)
        self._made[number] = (key, view)
        return view

    def _make(self, place: int, turn: Call | None, calls: Sequence[Call], *, is_last: bool) -> TurnView:
        called = [CallView.of(call) for call in calls]
        if turn is None:
            return TurnView(place=place, status=CallStatus.SUCCEEDED.value, calls=called)
        is_answer = is_last and not calls
        text = "" if is_answer else turn.output.strip()
        return TurnView(
            number=turn.number,
            place=place,
            status=turn.status.value,
            texts=[text[:TEXT_SHOWN]] if text else [],
            is_text_cut=len(text) > TEXT_SHOWN,
            is_answer=is_answer and turn.status is CallStatus.SUCCEEDED,
            has_thinking=turn.number in self._thinking,
            note=seen(turn.note),
            is_cut=turn.is_cut,
            error=seen(turn.error or ""),
            tokens_text=format_tokens(turn.usage.prompt_tokens, turn.usage.output_tokens),
            started_at=to_wire(turn.started_at) or "",
            duration_text=_duration_text(turn),
            calls=called,
        )


def thinking_of(blocks: Sequence[Mapping[str, Any]]) -> str:
    """Return what a model was heard thinking, from the blocks of a turn."""
    texts = (block.get("thinking") for block in blocks if block.get("type") == "thinking")
    return "\n\n".join(text for text in texts if isinstance(text, str) and text)


def write_arguments(arguments: Mapping[str, Any]) -> str:
    """Return arguments as JSON that a person may edit; what cannot be seen is written as its escape."""
    text = _json(arguments, indent=2)
    return _UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text)


class ArgumentsError(ValueError):
    """A text that is no JSON object.

    Attributes:
        line, column: Where reading it ended; 0 where it is JSON, but no object.
    """

    def __init__(self, line: int = 0, column: int = 0) -> None:
        super().__init__(f"line {line}, column {column}")
        self.line, self.column = line, column


def read_arguments(text: str) -> dict[str, Any]:
    """Read arguments that a person has edited.

    Raises:
        ArgumentsError: It is no JSON object.
    """
    try:
        value = json.loads(text)
        # Half a character, which JSON may escape.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except json.JSONDecodeError as error:
        raise ArgumentsError(error.lineno, error.colno) from None
    except (ValueError, RecursionError):
        raise ArgumentsError(1, 1) from None
    if not isinstance(value, dict):
        raise ArgumentsError
    return value


def _by_turn(calls: Sequence[Call]) -> list[tuple[Call | None, list[Call]]]:
    """Return each turn with the calls that follow it."""
    starts = [index for index, call in enumerate(calls) if call.kind is CallKind.TURN]
    groups: list[tuple[Call | None, list[Call]]] = []
    first = starts[0] if starts else len(calls)
    if first:
        groups.append((None, list(calls[:first])))
    groups += [(calls[start], list(calls[start + 1 : end])) for start, end in pairwise([*starts, len(calls)])]
    return groups


def _is_same(one: Sequence[object], other: Sequence[object]) -> bool:
    # By identity: a call that is read again may differ, and comparing what is large costs.
    (place, turn, calls, *flags), (place_, turn_, calls_, *flags_) = one, other
    assert isinstance(calls, tuple)
    assert isinstance(calls_, tuple)
    return (
        place == place_
        and turn is turn_
        and flags == flags_
        and len(calls) == len(calls_)
        and all(a is b for a, b in zip(calls, calls_, strict=True))
    )


def _needs(call: Call) -> str:
    if not call.needs_person:
        return ""
    return APPROVE if call.status is CallStatus.WAITING else RESOLVE


def _row(name: str, value: Any) -> ArgumentRow:
    text = value if isinstance(value, str) else _json(value)
    more = len(text) - VALUE_SHOWN
    return ArgumentRow(
        seen(name[:VALUE_SHOWN]), seen(text[:VALUE_SHOWN]), isinstance(value, str), f"{more:,}" if more > 0 else ""
    )


def _json(value: Any, indent: int | None = None) -> str:
    try:
        return json.dumps(value, indent=indent, ensure_ascii=False)
    except RecursionError:
        # What a model nests as deeply as reading it just allowed.
        return "…"


def _brief(arguments: Mapping[str, Any]) -> str:
    parts: list[str] = []
    for name, value in arguments.items():
        # No more of it is looked at than is shown.
        text = (value if isinstance(value, str) else _json(value))[:BRIEF_SHOWN]
        parts.append(f"{name[:BRIEF_SHOWN]}: {text}")
        if sum(map(len, parts)) > BRIEF_SHOWN:
            break
    return seen(one_line(", ".join(parts)))[:BRIEF_SHOWN]


def _duration_text(call: Call) -> str:
    duration = call.duration_ms() if call.finished_at else None
    return "" if duration is None else format_duration(duration)

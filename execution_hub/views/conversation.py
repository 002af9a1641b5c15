"""The turns and calls of one agent, as they come: what a page shows of them, and how far they are. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from execution_hub.domain.call import Call, CallKind, CallStatus
from execution_hub.domain.clock import to_wire
from execution_hub.domain.formats import at_least, format_cost, format_tokens
from execution_hub.domain.usage import Usage
from execution_hub.views.call_arguments import seen
from execution_hub.views.calls import TEXT_SHOWN, CallView, TurnView, duration_text
from execution_hub.views.graph import WaterfallBar

# The newest turns that a page is sent by itself; the earlier ones on demand.
TURNS_SHOWN = 20
# As many lines as a person tells apart; the newest.
BARS_SHOWN = 60


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
        at: The number of the turn or call that runs; 0 for none.
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
    at: int = 0
    asks: int = 0
    asks_number: int = 0
    asks_tool: str = ""
    is_shown: bool = False


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
            at=max((call.number for call in self._calls.values() if call.status is CallStatus.RUNNING), default=0),
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
                duration_text=duration_text(call),
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
            duration_text=duration_text(turn),
            calls=called,
        )


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

"""The turns of the agents of a followed execution, and what they call: the same on every page that follows it.

Apart from TranscriptState, whose vars change with every piece of text: what is drawn from these is drawn anew only when
a turn or a call has changed. Closed turns and the present one are separate vars, since a var is sent whole.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import reflex as rx

from execution_hub.domain.event import Event, EventKind
from execution_hub.domain.execution import Execution
from execution_hub.domain.step import Step
from execution_hub.hub.hub import current_hub
from execution_hub.ui.shared_vars import SharedState, SharedVars
from execution_hub.views.calls import TurnView
from execution_hub.views.conversation import TURNS_SHOWN, ActingView, Conversation, Limits
from execution_hub.views.graph import WaterfallBar

_OF_CALLS = (EventKind.TURN, EventKind.TOOL_CALL, EventKind.TOOL_RESULT)


class TurnsState(SharedState, rx.State):
    """The turns of the agent that a page looks at: that of an agent test, or of the chosen step."""

    # Whose; 0 while the page is shown none.
    execution_id: int = 0
    name: str = ""
    # Before the present one, the newest of them.
    turns: list[TurnView] = []  # noqa: RUF012 - Reflex copies defaults
    # The present one, if there is any yet.
    open_turns: list[TurnView] = []  # noqa: RUF012
    acting: ActingView = ActingView()
    bars: list[WaterfallBar] = []  # noqa: RUF012


class EarlierTurnsState(SharedState, rx.State):
    """The turns before those, for pages that ask for them."""

    name: str = ""
    turns: list[TurnView] = []  # noqa: RUF012 - Reflex copies defaults


class _Agent:
    """An agent that acts, and the pages that look at it."""

    def __init__(self, execution_id: int, limits: Limits) -> None:
        self.execution_id = execution_id
        self.conversation = Conversation()
        self.round = 1
        self.shared = SharedVars(TurnsState)
        self.earlier = SharedVars(EarlierTurnsState)
        self.limits = limits

    def begin(self, round_: int) -> None:
        """Begin another round with nothing said."""
        self.conversation, self.round = Conversation(), round_

    def show(self, name: str, *, is_urgent: bool) -> None:
        """Show the pages what there is now."""
        turns, conversation = self.conversation.turns, self.conversation
        self.shared.show(
            is_urgent=is_urgent,
            execution_id=self.execution_id,
            name=name,
            turns=turns[:-1][-TURNS_SHOWN:],
            open_turns=turns[-1:],
            acting=conversation.acting(self.limits),
            bars=conversation.bars(),
        )
        if self.earlier.is_shown:
            self.fill_earlier(name)

    def open(self, token: str) -> None:
        """Show them to a page from now on."""
        if not self.shared.has(token):
            self.shared.open(token)

    def fill_earlier(self, name: str) -> None:
        """Put the turns before those into their vars."""
        self.earlier.show(is_urgent=False, name=name, turns=self.conversation.turns[:-1][:-TURNS_SHOWN])


class FollowedTurns:
    """The calls of one execution, read when its log tells of them."""

    def __init__(self, execution_id: int) -> None:
        """Know of none yet."""
        self._execution_id = execution_id
        self._agents: dict[str, _Agent] = {}
        # At whose turns each page looks; it is sent none before there are any.
        self._looking: dict[str, str] = {}
        self._definition: Mapping[str, Any] = {}
        # Those of which the log has told.
        self._due: set[int] = set()
        self._is_end_due = False

    def note(self, events: Sequence[Event]) -> None:
        """Remember which calls the log tells of."""
        for event in events:
            number = event.data.get("number")
            if event.kind in _OF_CALLS and isinstance(number, int):
                self._due.add(number)
            # All that was open may be something else now.
            self._is_end_due = self._is_end_due or event.kind is EventKind.STATUS

    async def update(self, execution: Execution, steps: Sequence[Step] = ()) -> None:
        """Read what is due, and show it.

        Args:
            execution: It, whole.
            steps: Its steps as they are now.
        """
        self._definition = execution.definition
        changed = {step.name for step in steps if self._begin_round(step)}
        numbers, self._due = self._due, set()
        if self._is_end_due:
            numbers |= {each for agent in self._agents.values() for each in agent.conversation.open_numbers}
            self._is_end_due = False
        if numbers:
            changed |= await self._read(numbers)
        for name in changed:
            agent = self._agent(name)
            agent.show(name, is_urgent=execution.is_finished)
            for token in [page for page, looked_at in self._looking.items() if looked_at == name]:
                agent.open(token)

    def open(self, name: str, token: str) -> None:
        """Show a page the turns of an agent, instead of another's.

        Args:
            name: The step it answers; empty for an agent test's.
            token: The page.
        """
        self._looking[token] = name
        if name in self._agents:
            self._agents[name].open(token)

    def close(self, token: str) -> None:
        """Show it to a page no longer."""
        self._looking.pop(token, None)
        for shared in self.shared:
            shared.close(token)

    def open_earlier(self, name: str, token: str) -> None:
        """Show a page the earlier turns of an agent, too."""
        agent = self._agent(name)
        agent.fill_earlier(name)
        agent.earlier.open(token)

    @property
    def shared(self) -> list[SharedVars]:
        """All that pages are shown of it."""
        return [each for agent in self._agents.values() for each in (agent.shared, agent.earlier)]

    @property
    def asking(self) -> dict[str, tuple[str, ...]]:
        """The tools that need a person, by the step whose agent called them."""
        found = {name: tuple(agent.conversation.asking) for name, agent in self._agents.items()}
        return {name: tools for name, tools in found.items() if tools}

    async def _read(self, numbers: Collection[int]) -> set[str]:
        calls, thinking = await current_hub().history.calls_shown(self._execution_id, numbers)
        by_agent: dict[str, list[Any]] = {}
        for call in calls:
            by_agent.setdefault(call.step or "", []).append(call)
        for name, mine in by_agent.items():
            agent = self._agent(name)
            newest = max(call.round for call in mine)
            if newest > agent.round:
                agent.begin(newest)
            agent.conversation.take([call for call in mine if call.round == agent.round], thinking)
        return set(by_agent)

    def _begin_round(self, step: Step) -> bool:
        agent = self._agents.get(step.name)
        if agent is None or step.round <= agent.round:
            return False
        agent.begin(step.round)
        return True

    def _agent(self, name: str) -> _Agent:
        if name not in self._agents:
            self._agents[name] = _Agent(self._execution_id, Limits.of(_definition_of(self._definition, name)))
        return self._agents[name]


# What a page is shown that looks at nobody.
nothing: Iterable[SharedVars] = (SharedVars(TurnsState), SharedVars(EarlierTurnsState))


def _definition_of(definition: Mapping[str, Any], step: str) -> Mapping[str, Any]:
    """Return what an agent ran with, as stored: that of an agent test, or of a workflow's step."""
    if not step:
        return definition
    agents: Mapping[str, Any] = definition.get("agents") or {}
    mine: Mapping[str, Any] = next((each for each in definition.get("steps") or () if each.get("name") == step), {})
    return agents.get(str(mine.get("agent_id"))) or {}

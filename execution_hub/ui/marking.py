"""The State behind every button that says of an execution whether it is right, or makes a case of it."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from execution_hub.domain.execution import Execution
from execution_hub.domain.suite import NAME_MAX
from execution_hub.errors import NotFound
from execution_hub.hub.hub import Hub
from execution_hub.ui.acting import TOLD_SECONDS, ActionState, Notice, problem_notice, within
from execution_hub.ui.handlers import assign, language_of
from execution_hub.ui.payload import Form
from execution_hub.ui.problems import Failure, ask
from execution_hub.views.marks import MARKS, mark_of, note_of
from execution_hub.views.pin import NEW, SuiteOffer, suite_offers
from execution_hub.words.say import say

MARK_FIELD = "mark-as"
NOTE_FIELD = "mark-note"
SUITE_FIELD = "pin-suite"
NAME_FIELD = "pin-name"
NOTE_MAX = 2_000
OFFERED_MAX = 200


class MarkState(rx.State):
    """What a person says of an execution: right, wrong, and why."""

    is_open: bool = False
    execution_id: int = 0
    mark: str = ""
    note: str = ""
    problem: str = ""
    # Under another key the fields begin anew.
    turn: int = 0
    marking: int = 0

    @rx.event
    async def toggle(self, execution_id: int, mark: str) -> AsyncIterator[None]:
        """Mark an execution, or take the mark away where it has it; what was said to it stays."""
        if mark not in MARKS or self.marking:
            return
        self.marking = execution_id
        yield
        found = await ask(self, lambda hub: _peek(hub, execution_id))
        if not isinstance(found, Failure):
            new, note = None if mark_of(found) == mark else mark, note_of(found) or None
            found = await ask(self, lambda hub: hub.executions.mark(execution_id, new, note))
        if isinstance(found, Failure):
            (await self.get_state(ActionState)).told = problem_notice(found.text)
        self.marking = 0

    @rx.event
    async def open_dialog(self, execution_id: int) -> None:
        """Ask what the person has to say of an execution."""
        found = await ask(self, lambda hub: _peek(hub, execution_id))
        if isinstance(found, Failure):
            (await self.get_state(ActionState)).told = problem_notice(found.text)
            return
        self.execution_id, self.mark, self.note = execution_id, mark_of(found), note_of(found)
        self.problem, self.turn, self.is_open = "", self.turn + 1, True

    @rx.event
    def close_dialog(self) -> None:
        """Note that it is closed."""
        assign(self, is_open=False)

    @rx.event
    async def submit(self, form: Form) -> None:
        """Store what the person says."""
        execution_id, note = self.execution_id, form.get(NOTE_FIELD, "")
        mark = form.get(MARK_FIELD, "")
        if not self.is_open:
            return
        if len(note) > NOTE_MAX:
            language = await language_of(self)
            self.problem = say(language, "Over {n} characters. Shorten them.", n=f"{NOTE_MAX:,}")
            return
        new = mark if mark in MARKS else None
        found = await ask(self, lambda hub: hub.executions.mark(execution_id, new, note or None))
        self.problem, self.is_open = (found.text, True) if isinstance(found, Failure) else ("", False)


class PinState(rx.State):
    """The dialog that makes a case of an execution."""

    is_open: bool = False
    execution_id: int = 0
    offers: list[SuiteOffer] = []  # noqa: RUF012 - Reflex copies defaults
    chosen: str = NEW
    name: str = ""
    problem: str = ""
    turn: int = 0
    is_busy: bool = False

    @rx.event
    async def open_dialog(self, execution_id: int) -> None:
        """Offer the suites there are, those first that test what ran."""
        found = await ask(self, lambda hub: _offers(hub, execution_id))
        if isinstance(found, Failure):
            (await self.get_state(ActionState)).told = problem_notice(found.text)
            return
        execution, self.offers = found
        self.execution_id, self.name = execution_id, execution.name[:NAME_MAX]
        self.chosen = self.offers[0].value if self.offers and self.offers[0].tests_it else NEW
        self.problem, self.turn, self.is_open = "", self.turn + 1, True

    @rx.event
    def choose(self, suite: str) -> None:
        """Choose one of them, or a new one."""
        if suite == NEW or any(each.value == suite for each in self.offers):
            self.chosen = suite

    @rx.event
    def close_dialog(self) -> None:
        """Note that it is closed."""
        assign(self, is_open=False)

    @rx.event
    async def submit(self, form: Form) -> AsyncIterator[None]:
        """Make a case of it; only the first of two quick clicks counts."""
        if self.is_busy or not self.is_open:
            return
        language, name, chosen = await language_of(self), form.get(NAME_FIELD, "").strip(), self.chosen
        if chosen == NEW and not 1 <= len(name) <= NAME_MAX:
            self.problem = say(language, "Give a name of 1 to {n} characters.", n=NAME_MAX)
            return
        self.is_busy, self.problem = True, ""
        yield
        execution_id = self.execution_id
        wanted: dict[str, Any] = {"suite_name": name} if chosen == NEW else {"suite_id": int(chosen)}
        found = await ask(self, lambda hub: hub.suites.pin(execution_id, **wanted))
        self.is_busy = False
        if isinstance(found, Failure):
            self.problem = found.text
            return
        self.is_open = False
        words = say(language, "#{id} is a case of {name} now.", id=execution_id, name=found.name)
        (await self.get_state(ActionState)).told = Notice(words, within(TOLD_SECONDS))


async def _peek(hub: Hub, execution_id: int) -> Execution:
    found = await hub.history.peek(execution_id, 0)
    if found is None:
        raise NotFound(f"There is no execution {execution_id}.", id=execution_id)
    return found


async def _offers(hub: Hub, execution_id: int) -> tuple[Execution, list[SuiteOffer]]:
    execution = await _peek(hub, execution_id)
    names, _ = await hub.suites.names(limit=OFFERED_MAX)
    found = await hub.suites.some(number for number, _ in names)
    return execution, suite_offers((found[number] for number, _ in names if number in found), execution)

"""The State of the palette: what the hub finds for what is typed."""

import asyncio
from collections.abc import Sequence
from typing import Any

import reflex as rx

from execution_hub.domain.execution import EXCERPT_MAX
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.folding import fold
from execution_hub.errors import HubError
from execution_hub.hub.hub import Hub
from execution_hub.ui.handlers import assign
from execution_hub.ui.payload import Text
from execution_hub.ui.problems import Failure, ask, attempt
from execution_hub.views.palette import PaletteEntry, execution_number, fitting, without_verb
from execution_hub.views.rows import ExecutionRow

TYPED_MAX = 200
# Of each kind.
FOUND_MAX = 8
# While nothing is typed.
OFFERED_MAX = 5
# Among so many of the newest executions is looked at once; the history's own search looks through all, a moment later.
RECENT_MAX = 100
OLDER_SECONDS = 0.3
OLDER_LEAST = 2
EXECUTION = "execution"


class PaletteState(rx.State):
    """What was found, and for what; what is typed since narrows it in the browser."""

    found: list[PaletteEntry] = []  # noqa: RUF012 - Reflex copies defaults
    found_for: str = ""

    @rx.event
    async def search(self, typed: Text) -> Any:
        """Find what holds all words: executions by their number, name and input, all else by its name."""
        typed = typed.strip()[:TYPED_MAX]
        found = await ask(self, lambda hub: _find(hub, typed))
        # The hub may be stopping: what every page offers stays.
        assign(self, found=[] if isinstance(found, Failure) else found, found_for=typed)
        return PaletteState.search_older if _has_room(self.found) and len(typed) >= OLDER_LEAST else None

    @rx.event(background=True)
    async def search_older(self) -> None:
        """Add older executions that hold what was searched for; who types on is not kept waiting by it."""
        async with self:
            typed = self.found_for
        # Those who look through all of a long history wait for each other: nobody does for a word half typed.
        await asyncio.sleep(OLDER_SECONDS)
        async with self:
            if self.found_for != typed:
                return
        older = await attempt(lambda hub: hub.history.page(ExecutionFilter(q=typed), limit=FOUND_MAX))
        async with self:
            if isinstance(older, HubError) or self.found_for != typed:
                return
            known = {each.id for each in self.found if each.kind == EXECUTION}
            rows = [PaletteEntry.of(ExecutionRow.of(each)) for each in older.items if each.id not in known]
            assign(self, found=[*self.found, *rows[: FOUND_MAX - len(known)]])


def _has_room(found: Sequence[PaletteEntry]) -> bool:
    return sum(each.kind == EXECUTION for each in found) < FOUND_MAX


async def _find(hub: Hub, typed: str) -> list[PaletteEntry]:
    executions = await _executions(hub, typed)
    if not typed:
        return executions
    found: list[PaletteEntry] = []
    catalogues: dict[str, Any] = {
        "agent": hub.agents,
        "workflow": hub.workflows,
        "task": hub.tasks,
        "suite": hub.suites,
    }
    for kind, catalogue in catalogues.items():
        # "Test Writer" is somebody's name, or asks to test Writer.
        wanted = dict.fromkeys((fold(typed), without_verb(typed, kind)))
        names: dict[int, str] = {}
        for q in wanted:
            names |= dict((await catalogue.names(limit=FOUND_MAX, q=q, is_by_words=True))[0])
        found += [PaletteEntry(kind, number, name) for number, name in list(names.items())[:FOUND_MAX]]
    # What is written down once comes before what ran by it, unless a number is asked for.
    return [*found, *executions] if execution_number(typed) is None else [*executions, *found]


async def _executions(hub: Hub, typed: str) -> list[PaletteEntry]:
    page = await hub.history.page(ExecutionFilter(), limit=RECENT_MAX)
    recent = [PaletteEntry.of(ExecutionRow.of(each)) for each in page.items]
    found = fitting(recent, typed, FOUND_MAX if typed else OFFERED_MAX)
    number = execution_number(typed)
    meant = None if number is None else await hub.history.peek(number, EXCERPT_MAX)
    if meant is None:
        return found
    # Before those that hold the number somewhere.
    return [PaletteEntry.of(ExecutionRow.of(meant)), *(each for each in found if each.id != number)]

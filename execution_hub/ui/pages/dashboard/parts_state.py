"""The State of runs that are unfolded in the list: what each has started, page by page, as it is in the hub."""

from contextlib import aclosing, suppress
from typing import Any

import reflex as rx

from execution_hub.domain.filters import ExecutionFilter
from execution_hub.errors import HubError
from execution_hub.hub.hub import current_hub
from execution_hub.ui.acting import ActionState, problem_notice
from execution_hub.ui.problems import Failure, ask
from execution_hub.views.parts import PARTS_MAX, Parts

OPENED_MAX = 5


class PartsState(rx.State):
    """What a page has unfolded, by the number of the run, as a text."""

    opened: dict[str, Parts] = {}  # noqa: RUF012 - Reflex copies defaults

    _is_watching: bool = False

    @rx.event
    async def toggle(self, execution_id: int) -> Any:
        """Show what a run has started, the newest first, or hide it again."""
        key = str(execution_id)
        if key in self.opened:
            self.opened = {name: each for name, each in self.opened.items() if name != key}
            return None
        kept = dict(list(self.opened.items())[1 - OPENED_MAX :])
        self.opened = {**kept, key: await self._read(execution_id, None) or Parts()}
        return None if self._is_watching else PartsState.watch

    @rx.event
    async def show_more(self, execution_id: int) -> None:
        """Read the next ones of an unfolded run."""
        known = self.opened.get(str(execution_id))
        if known is None or not known.cursor or len(known.rows) >= PARTS_MAX:
            return
        more = await self._read(execution_id, known.cursor)
        if more is not None and str(execution_id) in self.opened:
            self.opened = {**self.opened, str(execution_id): known.and_more(more)}

    async def _read(self, execution_id: int, cursor: str | None) -> Parts | None:
        where = ExecutionFilter(parent_id=execution_id)
        page = await ask(self, lambda hub: hub.history.page(where, limit=Parts.PAGE, cursor=cursor))
        if isinstance(page, Failure):
            (await self.get_state(ActionState)).told = problem_notice(page.text)
            return None
        return Parts.of(page.items, page.next_cursor)

    @rx.event(background=True)
    async def watch(self) -> None:
        """Keep what is unfolded as it is in the hub, for as long as anything is."""
        async with self:
            if self._is_watching:
                return
            self._is_watching, path = True, self.router.url.path
        try:
            with suppress(HubError):
                async with aclosing(current_hub().history.watch()) as updates:
                    async for update in updates:
                        changed = [each for each in update.executions if each.parent_id is not None]
                        async with self:
                            if not self.opened or self.router.url.path != path:
                                return
                            if not changed:
                                continue
                            found = {name: each.taking(int(name), changed) for name, each in self.opened.items()}
                            if found != self.opened:
                                self.opened = found
        finally:
            async with self:
                self._is_watching = False

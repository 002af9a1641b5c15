"""The State of the panel that shows one cell of a suite's run, and of what a child says of its run."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, suppress
from typing import Any

import reflex as rx

from execution_hub.domain.difference import Piece, differences, whole
from execution_hub.domain.execution import Execution
from execution_hub.errors import HubError, NotFound, TookTooLong
from execution_hub.hub.hub import current_hub
from execution_hub.ui.follower import following
from execution_hub.ui.handlers import assign, id_in_path, language_of
from execution_hub.views.cell import TEXT_MAX, CellView
from execution_hub.views.matrix import MatrixPlan
from execution_hub.words.say import say_error

NONE = -1


class CellState(rx.State):
    """Which cell a page looks at, and what it was when it was read."""

    is_open: bool = False
    opened: int = NONE
    cell: CellView = CellView()
    problem: str = ""

    @rx.event
    async def open_cell(self, number: int) -> AsyncIterator[None]:
        """Show a cell of the run at this address."""
        self.is_open, self.opened, self.problem = True, number, ""
        if self.cell.number != number:
            self.cell = CellView()
        yield
        await self._read(number)

    @rx.event
    async def read_again(self, number: int) -> None:
        """Read the cell that is open again: something has come of it, or a person has marked it."""
        if self.is_open and number == self.opened:
            await self._read(number)

    @rx.event
    def close_cell(self) -> None:
        """The person has seen it."""
        assign(self, is_open=False, opened=NONE)

    async def _read(self, number: int) -> None:
        execution_id, language = id_in_path(self.router.url.path), await language_of(self)
        try:
            cell = await read_cell(execution_id or 0, number, language)
        except HubError as error:
            self.problem = say_error(language, error)
        else:
            assign(self, cell=cell)


class ChildState(rx.State):
    """What a child's page says of the run that it is a part of."""

    # Whose; 0 for one that is no part of another.
    execution_id: int = 0
    parent_id: int = 0
    parent_name: str = ""
    cell: CellView = CellView()

    @rx.event(background=True)
    async def follow(self) -> None:
        """Read it for the execution of this address, until it is known what came of it: judged it is after its end."""
        async with self:
            path = self.router.url.path
            language = await language_of(self)
            self.reset()  # type: ignore[no-untyped-call] # State.reset has no types
        execution_id = id_in_path(path) or 0
        with suppress(HubError):
            child = await current_hub().history.peek(execution_id, 0)
            if child is None or child.parent_id is None:
                return
            parent = await current_hub().history.get(child.parent_id)
            async with self:
                if self.router.url.path != path:
                    return
                assign(self, execution_id=child.id, parent_id=parent.id, parent_name=parent.name)
            async with aclosing(current_hub().history.watch()) as updates:
                async for update in updates:
                    if not update.is_snapshot and not any(each.id == parent.id for each in update.executions):
                        continue
                    cell = await _cell_of(parent, child.id, language)
                    async with self:
                        if self.router.url.path != path:
                            return
                        assign(self, cell=cell)
                    if cell.outcome or (parent.is_finished and update.is_snapshot):
                        return


async def _cell_of(parent: Execution, child_id: int, language: str) -> CellView:
    """Return what is known of the cell that a child is; nothing of one that judges others."""
    result = await current_hub().results.of_child(parent.id, child_id)
    if result is None:
        return CellView()
    plan = MatrixPlan.of(parent.definition)
    case = _case(parent, plan, result.number)
    return CellView.of(plan, case, result.number, result, None, language=language)


async def read_cell(execution_id: int, number: int, language: str) -> CellView:
    """Return a cell of a run as it is now.

    Args:
        execution_id: The run, which a page follows: what it was started with is known then, however large.
        number: The cell.
        language: In which reasons are told.

    Raises:
        NotFound: There is no such cell, or no such run.
    """
    hub = current_hub()
    async with following(execution_id) as follower:
        await follower.known()
        followed = follower.followed
    if followed is None or followed.execution.suite_id is None:
        raise NotFound(f"Execution {execution_id} is no run of a suite.", id=execution_id)
    plan = MatrixPlan.of(followed.execution.definition)
    if not 0 <= number < plan.total:
        raise NotFound(f"There is no cell {number} in execution {execution_id}.", id=execution_id)
    case, result, child = _case(followed.execution, plan, number), None, None
    with suppress(NotFound):
        result = await hub.results.get(execution_id, number)
        child = await hub.history.peek(result.child_id, TEXT_MAX + 1)
    golden = case.get("golden")
    pieces: list[Piece] = []
    if isinstance(golden, str) and child is not None and child.is_finished and child.output:
        pieces = await _pieces(golden[:TEXT_MAX], child.output[:TEXT_MAX])
    return CellView.of(plan, case, number, result, child, pieces, language=language)


async def _pieces(golden: str, output: str) -> list[Piece]:
    try:
        return await current_hub().pool.run(differences, golden, output)
    except TookTooLong:
        return await asyncio.to_thread(whole, golden, output)


def _case(run: Execution, plan: MatrixPlan, number: int) -> Mapping[str, Any]:
    case: Mapping[str, Any] = run.definition["cases"][plan.place(number)[0]]
    return case

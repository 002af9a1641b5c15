"""The State of the runs of the suite of this page, as they go on."""

from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from typing import Any

import reflex as rx

from execution_hub.domain.execution import Execution
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.verdict import Verdict
from execution_hub.errors import HubError
from execution_hub.hub.hub import current_hub
from execution_hub.ui.handlers import assign, id_in_path
from execution_hub.ui.pages.suite.agreement_state import AgreementState
from execution_hub.ui.pages.suite.state import SuiteState
from execution_hub.views.suite_rows import RunMark

RUNS_MAX = 10


class SuiteRunsState(rx.State):
    """The newest runs, newest first."""

    runs: list[RunMark] = []  # noqa: RUF012 - Reflex copies defaults
    are_loaded: bool = False

    @rx.event(background=True)
    async def watch(self) -> AsyncIterator[Any]:
        """Show the newest runs, and keep them as they are in the hub until the page is left."""
        async with self:
            path = self.router.url.path
            assign(self, runs=[], are_loaded=False)
        suite_id = id_in_path(path)
        if suite_id is None:
            return
        known: dict[int, Execution] = {}
        verdicts: dict[int, Verdict] = {}
        # A hub that stops: what was seen stays.
        with suppress(HubError):
            async with aclosing(current_hub().history.watch()) as updates:
                async for update in updates:
                    if update.is_snapshot:
                        # Read after the watch began, so that nothing falls between.
                        page = await current_hub().history.page(ExecutionFilter(suite_id=suite_id), limit=RUNS_MAX)
                        known = {each.id: each for each in page.items}
                    mine = [each for each in update.executions if each.suite_id == suite_id]
                    if any(each.parent_id in known and each.mark is not None for each in update.executions):
                        # Somebody has marked a part of a run that is shown.
                        yield AgreementState.load
                    if not mine and not update.is_snapshot:
                        continue
                    known |= {each.id: each for each in mine}
                    newest = sorted((each for each in known.values() if each.deleted_at is None), key=lambda e: -e.id)
                    known = {each.id: each for each in newest[:RUNS_MAX]}
                    ended = [each.id for each in known.values() if each.is_finished and each.id not in verdicts]
                    if ended:
                        verdicts |= await current_hub().suites.verdicts_of(ended)
                    marks = [RunMark.of(each, verdicts.get(each.id)) for each in known.values()]
                    async with self:
                        if self.router.url.path != path:
                            return
                        has_ended = self.are_loaded and any(each in verdicts for each in ended)
                        assign(self, runs=marks, are_loaded=True)
                    if has_ended:
                        yield [SuiteState.take_outcomes, AgreementState.load]

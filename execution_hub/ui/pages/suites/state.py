"""The State of the list of suites."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any, ClassVar

import reflex as rx

from execution_hub.domain.execution import Execution
from execution_hub.domain.suite import Suite
from execution_hub.domain.verdict import Verdict
from execution_hub.errors import HubError
from execution_hub.hub.hub import Hub, current_hub
from execution_hub.runners.suite_run import SuiteRun
from execution_hub.ui.catalogue.listing import Listing
from execution_hub.ui.catalogue.new_form import NewForm
from execution_hub.ui.catalogue.noun import SUITE, Noun
from execution_hub.ui.handlers import assign
from execution_hub.ui.starting import start_and_open
from execution_hub.ui.suite_targets import target_names
from execution_hub.views.addresses import SUITES, wants_new
from execution_hub.views.starting import SubmissionKey
from execution_hub.views.suite_rows import RunMark, SuiteCard


class SuitesState(Listing, NewForm, rx.State):
    """The suites, and the form of a new one.

    Attributes:
        starting: The suite whose run is being started; 0 for none.
    """

    catalogue: ClassVar[str] = "suites"
    path: ClassVar[str] = SUITES
    noun: ClassVar[Noun] = SUITE

    items: list[SuiteCard] = []  # noqa: RUF012 - Reflex copies defaults
    starting: int = 0

    _submission: SubmissionKey = SubmissionKey()

    def _on_load(self) -> None:
        self.is_form_open, self.problems, self.starting = wants_new(self.router.url.query_parameters), {}, 0

    async def _views(self, hub: Hub, found: Sequence[Suite]) -> list[SuiteCard]:
        name = await target_names(hub, (target for each in found for target in each.targets))
        runs = await hub.suites.newest_runs([each.id for each in found])
        marks = {number: RunMark.of(*run) for number, run in runs.items()}
        return [SuiteCard.of(each, name, marks.get(each.id, RunMark())) for each in found]

    @rx.event
    async def run(self, suite_id: int) -> AsyncIterator[Any]:
        """Start a run and go to its page; only the first of two quick clicks counts."""
        if self.starting or suite_id <= 0:
            return
        self.starting = suite_id
        yield
        opened = await start_and_open(
            self, (suite_id,), lambda hub, key: hub.executions.start(SuiteRun(suite_id), idempotency_key=key)
        )
        self.starting = 0
        yield opened

    @rx.event(background=True)
    async def watch_last(self) -> None:
        """Keep each card's last run as it is in the hub, until the page is left."""
        async with self:
            path = self.router.url.path
        with suppress(HubError):
            async with aclosing(current_hub().history.watch()) as updates:
                async for update in updates:
                    runs = [each for each in update.executions if each.suite_id is not None]
                    if not runs:
                        continue
                    ended = [each.id for each in runs if each.is_finished]
                    verdicts = await current_hub().suites.verdicts_of(ended) if ended else {}
                    async with self:
                        if self.router.url.path != path:
                            return
                        assign(self, items=[_after(each, runs, verdicts) for each in self.items])


def _after(card: SuiteCard, runs: Sequence[Execution], verdicts: dict[int, Verdict]) -> SuiteCard:
    """Return a card with the newest of some runs as its last, if that is newer or changed."""
    mine = [each for each in runs if each.suite_id == card.id and each.id >= card.last.id and each.deleted_at is None]
    if not mine:
        return card
    last = max(mine, key=lambda each: each.id)
    return replace(card, last=RunMark.of(last, verdicts.get(last.id)))

"""The State of the page that shows executions beside each other."""

from contextlib import aclosing, suppress
from typing import Any

import reflex as rx

from execution_hub.domain.comparison import COMPARED_LEAST, COMPARED_MAX
from execution_hub.errors import HubError, InvalidInput, NotFound
from execution_hub.hub.hub import current_hub
from execution_hub.ui.handlers import assign, language_of
from execution_hub.ui.problems import attempt
from execution_hub.views.addresses import compare_path
from execution_hub.views.comparison import (
    ComparedView,
    FieldView,
    StepView,
    TextView,
    compared_views,
    field_view,
    ids_in_query,
    step_view,
    text_views,
)
from execution_hub.words.say import say, say_error


class CompareState(rx.State):
    """The executions that the address names, held against the first of them.

    Attributes:
        items: They, in the order of the address.
        outputs, inputs: The texts of each.
        fields: What they did not all run with.
        steps, calls: The steps of workflows by their names, and which tools each called; none where there are none.
        is_same_input: Whether they ran on the same.
        is_marked: Whether what differs is marked; else each text is shown as it is.
        is_open: Whether they are shown above another page.
        path: Where they have a page of their own.
        problem: Why they cannot be compared.
    """

    items: list[ComparedView] = []  # noqa: RUF012 - Reflex copies defaults
    outputs: list[TextView] = []  # noqa: RUF012
    inputs: list[TextView] = []  # noqa: RUF012
    fields: list[FieldView] = []  # noqa: RUF012
    steps: list[StepView] = []  # noqa: RUF012
    calls: list[TextView] = []  # noqa: RUF012
    is_same_input: bool = True
    is_marked: bool = True
    is_open: bool = False
    path: str = ""
    problem: str = ""

    _ids: list[int] = []  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Compare the executions of this address."""
        await self._compare(ids_in_query(self.router.url.query))

    @rx.event
    async def open(self, ids: list[int]) -> None:
        """Show executions beside each other above the page that asks for it: what is typed there stays.

        Args:
            ids: Two to four of them; differences are to the first.
        """
        await self._compare(ids)
        self.is_open = True

    @rx.event
    def close(self) -> None:
        """Show them no longer."""
        assign(self, is_open=False)

    @rx.event(background=True)
    async def watch(self) -> None:
        """Compare again whenever one of them has ended, for as long as one has not."""
        async with self:
            address, ids = str(self.router.url), set(ids_in_query(self.router.url.query))
        # A hub that stops: what was seen stays.
        with suppress(HubError):
            async with aclosing(current_hub().history.watch()) as updates:
                async for update in updates:
                    mine = [each for each in update.executions if each.id in ids]
                    if not update.is_snapshot and not any(each.is_finished or each.deleted_at for each in mine):
                        continue
                    async with self:
                        if str(self.router.url) != address:
                            return
                        # What the page has read before the watch began may have ended in between.
                        if not update.is_snapshot or any(each.is_active for each in self.items):
                            await self._compare(self._ids)

    @rx.event
    def mark(self, is_marked: bool) -> None:
        """Mark what differs, or show each text as it is."""
        assign(self, is_marked=is_marked)

    async def _compare(self, ids: list[int]) -> None:
        if ids != self._ids:
            self.reset()
            self._ids, self.path = ids, compare_path(ids)
        found = await attempt(lambda hub: hub.comparisons.of(ids))
        if isinstance(found, HubError):
            self.problem = _say(await language_of(self), found)
            return
        assign(
            self,
            problem="",
            items=compared_views(found),
            outputs=list(text_views(found.outputs)),
            inputs=list(text_views(found.inputs)),
            fields=list(map(field_view, found.definition)),
            steps=list(map(step_view, found.steps)),
            calls=list(text_views(found.calls)),
            is_same_input=found.is_same_input,
        )


def _say(language: str, error: HubError) -> str:
    if isinstance(error, NotFound):
        shown: Any = error.details.get("id")
        return say(language, "There is no execution #{id} any more. Select others in the history.", id=shown)
    if isinstance(error, InvalidInput):
        return say(
            language,
            "Select {least} to {most} executions in the history to compare them.",
            least=COMPARED_LEAST,
            most=COMPARED_MAX,
        )
    return say_error(language, error)

"""The State of the page that shows two runs of a suite beside each other."""

from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any

import reflex as rx

from execution_hub.errors import HubError, NotFound
from execution_hub.hub.hub import Hub, current_hub
from execution_hub.hub.run_comparisons import ComparedRuns, Pair
from execution_hub.ui.handlers import assign, language_of
from execution_hub.ui.problems import attempt
from execution_hub.views.compare_address import Asked, asked_in, asked_path, is_turn
from execution_hub.views.compared_checks import ComparedCheck, Looked, compared_checks
from execution_hub.views.comparison import ComparedView, TextView, compared_views, text_views
from execution_hub.views.run_choices import Choice, newest_two, run_choices, target_choices
from execution_hub.views.run_comparison import (
    ROWS,
    ChanceView,
    FigureView,
    TargetView,
    TurnRow,
    changed_cases,
    changed_settings,
    figure_views,
    rows_of,
    target_views,
    turn_counts,
)
from execution_hub.words.say import say, say_error

RUNS = 100


class CompareRunsState(rx.State):
    """Two runs of the suite that the address names.

    Attributes:
        number, name: Of the suite.
        runs: Those that can be chosen, the newest first.
        first, second: The chosen ones, as the choices have them.
        first_targets, second_targets: What of each can be chosen; none where it has only one.
        first_target, second_target: The chosen ones; empty for all.
        figures, chance, counts, targets, changed, settings: See views/run_comparison.py.
        rows: The table, as far as it is shown.
        turn: Only the cases that went so are shown; empty for all.
        has_more: Whether there are more rows.
        opened: The key of the row that is open.
        items, outputs, checks: Its executions beside each other, and their checks.
        row_problem: Why they cannot be shown.
        is_loaded: Whether anything is known.
        problem: Why they cannot be compared.
    """

    number: int = 0
    name: str = ""
    runs: list[Choice] = []  # noqa: RUF012 - Reflex copies defaults
    first: str = ""
    second: str = ""
    first_targets: list[Choice] = []  # noqa: RUF012
    second_targets: list[Choice] = []  # noqa: RUF012
    first_target: str = ""
    second_target: str = ""
    figures: list[FigureView] = []  # noqa: RUF012
    chance: ChanceView = ChanceView()
    counts: list[tuple[str, int]] = []  # noqa: RUF012
    targets: list[TargetView] = []  # noqa: RUF012
    changed: list[tuple[str, list[str]]] = []  # noqa: RUF012
    settings: list[tuple[str, str, str]] = []  # noqa: RUF012
    rows: list[TurnRow] = []  # noqa: RUF012
    turn: str = ""
    has_more: bool = False
    opened: str = ""
    items: list[ComparedView] = []  # noqa: RUF012
    outputs: list[TextView] = []  # noqa: RUF012
    checks: list[ComparedCheck] = []  # noqa: RUF012
    row_problem: str = ""
    is_loaded: bool = False
    problem: str = ""

    _address: str = ""
    _asked: Asked = Asked()
    _shown: int = ROWS

    @rx.event
    async def load(self) -> None:
        """Compare the runs of this address; the newest two where it names none."""
        address = str(self.router.url)
        # Who only comes back, the connection was lost, finds open what was.
        if address != self._address:
            number = self.number
            self.reset()
            self._address, self.number = address, suite_in(self.router.url.path)
            # Other runs of the same suite take the place of these: nothing jumps meanwhile.
            self.is_loaded = number == self.number
        self._asked = asked_in(self.router.url.query)
        await self._read()
        self.is_loaded = True

    @rx.event
    def choose_run(self, is_second: bool, run: str) -> Any:
        """Compare another run; of its targets all."""
        number = int(run) if run.isascii() and run.isdigit() and len(run) <= 18 else None
        name = "second" if is_second else "first"
        return self._go(replace(self._asked, **{name: number, "first_target": None, "second_target": None}))

    @rx.event
    def choose_target(self, is_second: bool, place: str) -> Any:
        """Compare only one target of each run; with none of one, all of both."""
        number = int(place) if place.isascii() and place.isdigit() and len(place) <= 3 else None
        name, other = ("second_target", "first_target") if is_second else ("first_target", "second_target")
        before: int | None = getattr(self._asked, other)
        other_place = None if number is None else (0 if before is None else before)
        if self._asked.first == self._asked.second and number is not None and number == other_place:
            # A target beside itself says nothing.
            other_place = 1 if number == 0 else 0
        return self._go(replace(self._asked, **{name: number, other: other_place}))

    @rx.event
    def swap(self) -> Any:
        """Hold the first against the second."""
        asked = self._asked
        return self._go(Asked(asked.second, asked.first, asked.second_target, asked.first_target))

    @rx.event
    async def show(self, turn: str) -> None:
        """Show only the cases that went so; all for no word."""
        if is_turn(turn):
            self.turn = "" if turn == self.turn else turn
            self._shown = ROWS
            await self._read()

    @rx.event
    async def show_more(self) -> None:
        """Show more rows of the table."""
        self._shown += 4 * ROWS
        await self._read()

    @rx.event
    async def toggle(self, key: str) -> None:
        """Open a row, or close it: the outputs of its executions beside each other."""
        row = next((each for each in self.rows if each.key == key), None)
        assign(self, opened="" if row is None or key == self.opened else key, items=[], outputs=[], checks=[])
        self.row_problem = ""
        if row is None or not self.opened:
            return
        ids = [each for each in (row.first_id, row.second_id) if each]
        runs, pair = (self._asked.first or 0, self._asked.second or 0), (row.first_id, row.second_id)
        language = await language_of(self)
        found = await attempt(lambda hub: _detail(hub, language, runs, pair, ids))
        if isinstance(found, HubError):
            self.row_problem = say_error(language, found)
            return
        self.items, self.outputs, self.checks = found

    @rx.event(background=True)
    async def watch(self) -> None:
        """Compare again when a run of the suite has ended, until the page is left."""
        async with self:
            address, suite = str(self.router.url), suite_in(self.router.url.path)
        # A hub that stops: what was seen stays.
        with suppress(HubError):
            async with aclosing(current_hub().history.watch()) as updates:
                async for update in updates:
                    ended = any(each.suite_id == suite and each.is_finished for each in update.executions)
                    if update.is_snapshot or not ended:
                        continue
                    async with self:
                        if str(self.router.url) != address:
                            return
                        await self._read()

    def _go(self, asked: Asked) -> Any:
        return rx.redirect(asked_path(self.number, asked), replace=True)

    async def _read(self) -> None:
        language, number, asked = await language_of(self), self.number, self._asked
        # One more tells whether there are more.
        turn, most = self.turn, self._shown + 1
        found = await attempt(lambda hub: _compared(hub, number, asked, turn, most))
        if isinstance(found, HubError):
            words = say(language, "There is no such suite, or no such run any more. Choose another.")
            self.problem = words if isinstance(found, NotFound) else say_error(language, found)
            return
        name, runs, asked, compared = found
        self._asked = asked
        assign(
            self,
            name=name,
            runs=run_choices(language, runs),
            first=str(asked.first or ""),
            second=str(asked.second or ""),
            first_targets=[] if compared is None else target_choices(compared.runs[0].targets),
            second_targets=[] if compared is None else target_choices(compared.runs[1].targets),
            first_target=_word(asked.first_target),
            second_target=_word(asked.second_target),
            problem="",
        )
        if compared is None:
            assign(self, rows=[], figures=[], counts=[])
            return
        rows, has_more = rows_of(compared.found, self.turn, self._shown)
        assign(
            self,
            figures=figure_views(compared.found.figures),
            chance=ChanceView.of(compared.found.chance),
            counts=turn_counts(compared.found),
            targets=target_views(compared.found),
            changed=changed_cases(compared.found),
            settings=changed_settings(compared.found.changed_settings),
            rows=rows,
            has_more=has_more,
        )


async def _compared(
    hub: Hub, number: int, asked: Asked, turn: str, most: int
) -> tuple[str, Any, Asked, ComparedRuns | None]:
    """Return a suite's name, its runs, what is compared, and the comparison; None where there are no two runs."""
    suite = await hub.suites.get(number)
    runs = await hub.suites.trend(number, RUNS)
    asked = newest_two(asked, [run for run, _ in runs])
    first, second = asked.first, asked.second
    if first is None or second is None:
        return suite.name, runs, asked, None
    if first == second and asked.first_target is None:
        # A run beside itself says nothing; two of its targets do.
        asked = replace(asked, first_target=0, second_target=1)
    pair = Pair(number, first, second, asked.first_target, asked.second_target)
    found = await hub.suites.compare(pair, turn=turn, most=most)
    return suite.name, runs, asked, found


async def _detail(
    hub: Hub, language: str, runs: tuple[int, int], pair: tuple[int, int], ids: list[int]
) -> tuple[list[ComparedView], list[TextView], list[ComparedCheck]]:
    sides = [await hub.suites.looked(run, child) for run, child in zip(runs, pair, strict=True)]
    first, second = (Looked() if each is None else Looked(*each) for each in sides)
    checks = compared_checks(language, first, second)
    if len(ids) < 2:
        return [], [], checks
    found = await hub.comparisons.of(ids)
    return compared_views(found), list(text_views(found.outputs)), checks


def suite_in(path: str) -> int:
    """Read the number of the suite in the address of this page; 0 if it is none.

    >>> suite_in("/suites/12/compare"), suite_in("/suites/x/compare/")
    (12, 0)
    """
    word = path.strip("/").partition("/")[2].partition("/")[0]
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 18 else 0


def _word(place: int | None) -> str:
    return "" if place is None else str(place)

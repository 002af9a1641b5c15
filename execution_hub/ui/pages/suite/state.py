"""The State of a suite's page: the form, what follows from it, and running it."""

import math
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import reflex as rx

from execution_hub.domain.clock import now, to_wire
from execution_hub.domain.estimate import Estimate
from execution_hub.domain.formats import format_cost
from execution_hub.domain.schedule import check_schedule, next_time
from execution_hub.domain.suite import Suite
from execution_hub.domain.target import TARGETS_MAX, Target
from execution_hub.domain.verdict import CellOutcome
from execution_hub.errors import InvalidInput, NotFound
from execution_hub.runners.suite_run import SuiteRun
from execution_hub.ui.handlers import assign, id_in_path, language_of, plain
from execution_hub.ui.pages.suite.case_editing import PAGE, CaseEditing
from execution_hub.ui.payload import Text
from execution_hub.ui.problems import Failure, ask
from execution_hub.ui.routes import agent_path, execution_path, workflow_path
from execution_hub.ui.starting import Starting, start
from execution_hub.ui.suite_targets import TargetOffers, read_target, target_names
from execution_hub.views.check_form import CheckForm
from execution_hub.views.suite_form import SETTINGS, CaseForm, SuiteForm
from execution_hub.views.suite_problems import find_problem
from execution_hub.views.suite_rows import CaseLine, TargetRow, case_line
from execution_hub.words.say import say_error, say_error_code

# What stays when the form begins anew: of the hub, and of the suite if it is the same.
_KEPT = ("offers", "judges", "has_more_offers", "offers_word", "_first_offers")
_KEPT_OF_ONE = ("is_loaded", "case_q", "page", "_outcomes", "tools")


class SuiteState(CaseEditing, TargetOffers, Starting, rx.State):
    """The suite of this address as it is being written.

    The fields hold their own text: what the server knows of it is where they begin, never put into them again.
    """

    is_missing: bool = False
    suite_id: int = 0
    title: str = ""
    saved_version: int = 0
    # Of an agent's own suite.
    own_agent: int = 0
    # Why it did not run when it was to run by itself.
    not_started: str = ""

    # What the fields begin with. Under another key they are other fields.
    form_key: str = ""
    case_key: str = ""
    settings: SuiteForm = SuiteForm()
    case: CaseForm = CaseForm()
    checks: list[CheckForm] = []  # noqa: RUF012 - Reflex copies defaults

    # What follows from what is typed.
    targets: list[TargetRow] = []  # noqa: RUF012
    lines: list[CaseLine] = []  # noqa: RUF012
    case_count: int = 0
    found_count: int = 0
    cells: int = 0
    # What they are likely to cost, and the run that tells it; nothing where nobody knows.
    likely_cost: str = ""
    likely_run: int = 0
    is_on_save: bool = False
    next_run: str = ""
    # Names of the tools of the agents that are tested.
    tools: list[str] = []  # noqa: RUF012
    problems: dict[str, str] = {}  # noqa: RUF012
    case_problems: dict[str, str] = {}  # noqa: RUF012

    _bad_case: str = ""
    # The targets whose names are shown.
    _named: tuple[Target, ...] = ()
    _outcomes: dict[str, Counter[CellOutcome]] = {}  # noqa: RUF012
    _estimate: Estimate | None = None
    _estimated: tuple[Target, ...] = ()

    @rx.event
    async def load(self) -> None:
        """Read the suite of this address; changes that are not saved stay."""
        suite_id = id_in_path(self.router.url.path) or 0
        is_same = self.is_loaded and suite_id == self.suite_id and not self._is_forgotten
        if not is_same:
            self.reset()
        self.failure, self.is_missing, self.focus = "", False, ""
        assign(self, is_asking_to_delete=False, submitting=False, problem="")
        found = await ask(self, lambda hub: hub.suites.get(suite_id))
        if isinstance(found, Failure):
            is_gone = isinstance(found.error, NotFound)
            self.is_missing, self.failure = is_gone, "" if is_gone else found.text
            return
        problem = found.not_started
        self.not_started = say_error_code(await language_of(self), problem.code, problem.message) if problem else ""
        if is_same and self.is_dirty:
            await self._note_newer()
        else:
            self._begin(found)
        await self._read_offers()
        await self._read_outcomes()
        await self._read_tools()
        await self._show(is_other_case=True)
        self.is_loaded = True

    @rx.event
    async def speak(self) -> None:
        """Say what is shown in the language of the page, which has just been chosen."""
        if self.is_loaded:
            await self._read_offers()
            await self._show()

    @rx.event
    async def take_outcomes(self) -> None:
        """Show what came of the cases, now that a run has ended."""
        if self.is_loaded:
            await self._read_outcomes()
            await self._show()

    # The settings

    @rx.event
    async def change_setting(self, field: str, text: Text) -> None:
        """Take what is typed into a field of the suite."""
        if field in SETTINGS:
            await self._change(self._typed.with_values(**{field: text}))

    @rx.event
    async def toggle_on_save(self, is_on: bool) -> None:
        """Let it run when an agent it tests is saved, or no longer."""
        await self._change(self._typed.with_values(on_save=is_on))

    @rx.event
    async def add_target(self, value: str) -> None:
        """Test one more agent or workflow."""
        target, form = read_target(value), self._typed
        is_known = value in {each.value for each in self.offers}
        if target is None or not is_known or len(form.targets) >= TARGETS_MAX:
            return
        if target in form.targets:
            # Once more on another model, which is still to be said.
            target = replace(target, model="") if target.agent_id is not None else None
        if target is not None and target not in form.targets:
            await self._change(form.with_values(targets=(*form.targets, target)))
            await self._read_tools()

    @rx.event
    async def remove_target(self, place: int) -> None:
        """Test it no longer."""
        form = self._typed
        if 0 <= place < len(form.targets):
            left = (*form.targets[:place], *form.targets[place + 1 :])
            await self._change(form.with_values(targets=left))
            await self._read_tools()

    @rx.event
    async def change_model(self, place: int, model: Text) -> None:
        """Take which model an agent is run on; nothing for its own."""
        form = self._typed
        if 0 <= place < len(form.targets) and form.targets[place].agent_id is not None:
            target = replace(form.targets[place], model=model.strip() or None)
            await self._change(form.with_values(targets=(*form.targets[:place], target, *form.targets[place + 1 :])))

    # Running

    @rx.event
    async def save_and_run(self) -> AsyncIterator[Any]:
        """Start a run of what is on the page: what is not saved is saved first."""
        if self.is_dirty:
            async for each in self._save():
                yield each
        if not self.is_dirty and not self.conflict.is_open:
            yield SuiteState.run

    @rx.event(background=True)
    async def run(self) -> AsyncIterator[Any]:
        """Start a run, and go to its page; the hub owns it from then on."""
        async with self:
            suite_id, version = self.suite_id, self.saved_version
        if not suite_id:
            return
        started = await start(
            self,
            (suite_id, version),
            lambda hub, key: hub.executions.start(SuiteRun(suite_id), idempotency_key=key),
            say_error,
        )
        if started:
            yield rx.redirect(execution_path(started))

    # What follows

    def _begin(self, suite: Suite) -> None:
        """Let the form begin with a stored suite."""
        is_same = suite.id == self.suite_id
        kept = {name: getattr(self, name) for name in (*_KEPT, *(_KEPT_OF_ONE if is_same else ()))}
        chosen = self._typed.get(self.selected) if is_same else None
        self.reset()
        for name, value in kept.items():
            setattr(self, name, plain(value))
        self._base = suite
        self._form = self._first = SuiteForm.of(suite)
        self.suite_id, self.own_agent = suite.id, suite.agent_id or 0
        named = [each.key for each in self._typed.cases if chosen is not None and each.name == chosen.name]
        self.selected = named[0] if named else ""
        # What was typed into the fields of another version does not stay in these.
        self.form_key = uuid.uuid4().hex[:8]

    async def _change(self, form: SuiteForm, *, is_other_case: bool = False) -> None:
        """Take another form; what was wrong with the last one is being mended."""
        if form == self._typed and not is_other_case:
            # A field tells twice what was typed: once the person rests, and when it is left.
            return
        self._form, self._bad_case = form, ""
        assign(self, problems={}, case_problems={}, is_saved=False)
        await self._show(is_other_case=is_other_case)

    async def _mark(self, error: InvalidInput) -> None:
        """Say at its field what is wrong, and go there."""
        found = find_problem(await language_of(self), error, self._typed)
        is_other = bool(found.case) and found.case != self.selected
        self._bad_case = found.case
        if found.case:
            places = [place for place, each in enumerate(self._typed.cases) if each.key == found.case]
            assign(self, selected=found.case, case_q="", page=places[0] // PAGE)
        assign(
            self,
            problems={} if found.case else {found.field: found.text},
            case_problems={found.field: found.text} if found.case else {},
        )
        check, _, member = found.field.rpartition(".")
        self._focus_field(f"check-{check}" if check else f"{'case' if found.case else 'suite'}-{member}")
        await self._show(is_other_case=is_other)

    async def _show(self, *, is_other_case: bool = False) -> None:
        """Show what follows from the form; only what differs is sent.

        Args:
            is_other_case: Whether the fields of the case are to begin anew.
        """
        language, form, base = await language_of(self), self._typed, plain(self._base)
        places = form.fitting(self.case_q)
        pages = max(1, math.ceil(len(places) / PAGE))
        page = min(self.page, pages - 1)
        outcomes = plain(self._outcomes)
        lines = [
            case_line(language, place + 1, form.cases[place], outcomes, is_bad=form.cases[place].key == self._bad_case)
            for place in places[page * PAGE : (page + 1) * PAGE]
        ]
        case = form.get(self.selected)
        await self._show_targets(form)
        cells = len(form.cases) * len(form.targets) * _whole(form.repeats)
        # Of other targets than those that it was made of it says nothing.
        estimate = plain(self._estimate) if plain(self._estimated) == form.targets else None
        cost = estimate.cost_usd(cells) if estimate else None
        assign(
            self,
            title=base.name if base else "",
            saved_version=base.version if base else 0,
            lines=lines,
            pages=pages,
            page=page,
            case_count=len(form.cases),
            found_count=len(places),
            selected=case.key if case else "",
            checks=list(case.checks) if case else [],
            cells=cells,
            likely_cost=format_cost(cost) if cost else "",
            likely_run=(estimate.run_id or 0) if estimate else 0,
            is_on_save=form.on_save,
            next_run=_next_run(form.schedule),
            is_dirty=form != plain(self._first),
        )
        if is_other_case:
            self.settings = replace(form, cases=(), targets=())
            self.case = replace(case, stored=None, checks=()) if case else CaseForm()
            self.case_key = f"{self.form_key}-{self.selected}-{uuid.uuid4().hex[:4]}"

    async def _show_targets(self, form: SuiteForm) -> None:
        if plain(self._named) == form.targets:
            # Nothing is asked for a key that is typed.
            return
        names = await ask(self, lambda hub: target_names(hub, form.targets))
        if not isinstance(names, Failure):
            rows = [_target_row(each, names(replace(each, model=None)), self.own_agent) for each in form.targets]
            self._named = form.targets
            assign(self, targets=rows)

    async def _read_outcomes(self) -> None:
        found = await ask(self, lambda hub: hub.suites.last_outcomes(self.suite_id))
        likely = await ask(self, lambda hub: hub.suites.estimate(self.suite_id))
        if not isinstance(found, Failure) and not isinstance(likely, Failure):
            self._outcomes, self._estimate, self._estimated = found, likely, plain(self._base).targets

    async def _read_tools(self) -> None:
        ids = {each.agent_id for each in self._typed.targets if each.agent_id is not None}
        found = await ask(self, lambda hub: hub.agents.some(ids))
        if not isinstance(found, Failure):
            names = {f"{tool.server}__{tool.tool}" for agent in found.values() for tool in agent.tools}
            assign(self, tools=sorted(names))


def _target_row(target: Target, name: str, own_agent: int) -> TargetRow:
    if target.agent_id is not None:
        is_own = target.agent_id == own_agent and target.model is None
        return TargetRow(name, agent_path(target.agent_id), target.model or "", is_own=is_own)
    return TargetRow(name, workflow_path(target.workflow_id or 0), is_agent=False)


def _whole(text: str) -> int:
    return int(text) if text.strip().isascii() and text.strip().isdigit() and len(text.strip()) <= 3 else 1


def _next_run(schedule: str) -> str:
    if not schedule.strip():
        return ""
    try:
        at = next_time(check_schedule("schedule", schedule), now())
    except InvalidInput:
        return ""
    return to_wire(at) or ""

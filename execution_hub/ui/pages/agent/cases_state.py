"""The State of an agent's cases: inputs that are run together, and what the last batches answered."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

import reflex as rx

from execution_hub.domain.case import CASES_MAX, CASES_MAX_BYTES, AgentCase, name_for
from execution_hub.domain.execution import INPUT_MAX, Execution
from execution_hub.errors import HubError, InvalidInput
from execution_hub.hub.cases import Batch
from execution_hub.hub.hub import Hub, current_hub
from execution_hub.ui.acting import ActionState
from execution_hub.ui.catalogue.drafts import draft_values, texts_on_page
from execution_hub.ui.components.case_buttons import EACH, EACH_FIELD
from execution_hub.ui.handlers import assign, id_in_path, language_of
from execution_hub.ui.pages.agent.answers import Answers
from execution_hub.ui.pages.agent.state import AgentState
from execution_hub.ui.payload import Form
from execution_hub.ui.problems import attempt
from execution_hub.ui.starting import Starting, start
from execution_hub.views.cases import BATCHES_MAX, BatchColumn, CaseRow, lay_out, marks_of
from execution_hub.words.say import say, say_error

INPUT_FIELD = "case-input"
NAME_FIELD = "case-name"
TEXT_FIELD = "case-text"
# How often the table is sent while answers are written.
SHOW_SECONDS = 0.25


class CasesState(Starting, rx.State):
    """The cases of the agent of this address, and its last batches.

    A batch is found again by its number, which its executions carry: the page keeps nothing that a restart would lose.

    Attributes:
        rows: The cases.
        newest: The newest batch, which may still be answered.
        older: Those before it, newest first.
        answering: The executions of them all.
        is_loaded: Whether they have been read.
        is_storing: Whether a change of the cases is being stored.
        editing: The number of the case that the dialog shows, from 1; 0 for none.
        edited_name, edited_input: What its fields begin with.
        case_problem: Why a change was not stored.
    """

    rows: list[CaseRow] = []  # noqa: RUF012 - Reflex copies defaults
    newest: BatchColumn = BatchColumn()
    older: list[BatchColumn] = []  # noqa: RUF012
    answering: list[int] = []  # noqa: RUF012
    is_loaded: bool = False
    is_storing: bool = False
    editing: int = 0
    edited_name: str = ""
    edited_input: str = ""
    add_problem: str = ""
    case_problem: str = ""

    _agent_id: int = 0
    _marks: list[str] = []  # noqa: RUF012
    _batches: list[Batch] = []  # noqa: RUF012
    _written: dict[int, str] = {}  # noqa: RUF012

    @rx.event
    async def load(self) -> None:
        """Read the cases of the agent of this address, and its last batches."""
        agent_id = id_in_path(self.router.url.path) or 0
        if agent_id != self._agent_id:
            self.reset()
        self._agent_id = agent_id
        assign(self, submitting=False, is_storing=False, editing=0, problem="", add_problem="", case_problem="")
        # That there is no such agent, or no hub, the page says.
        with suppress(HubError):
            cases = await current_hub().cases.of(agent_id)
            self._batches = await current_hub().cases.batches(agent_id, BATCHES_MAX)
            self._take(cases)
            self.is_loaded = True

    @rx.event(background=True)
    async def watch(self) -> None:
        """Keep the answers as they are in the hub until the page is left."""
        async with self:
            path = self.router.url.path
        agent_id = id_in_path(path)
        if agent_id is None:
            return
        async with Answers(agent_id) as answers:
            async for _ in answers.news():
                async with self:
                    if self.router.url.path != path:
                        return
                    self._batches, self._written = answers.batches, answers.written
                    self._lay_out()
                await asyncio.sleep(SHOW_SECONDS)

    # The inputs

    @rx.event
    async def add(self, form: Form) -> AsyncIterator[Any]:
        """Add what was typed: as one case, or each line as one of its own."""
        text = form.get(INPUT_FIELD, "")
        is_each = form.get(EACH_FIELD, "") == EACH
        texts = [line.strip() for line in text.split("\n")] if is_each else [text.strip("\r\n")]
        texts = [each for each in texts if each.strip()]
        if self.is_storing or not texts:
            return
        self.is_storing, self.add_problem = True, ""
        yield

        def edit(cases: list[AgentCase]) -> list[tuple[str, str]]:
            found = [(case.name, case.input) for case in cases]
            for each in texts:
                found.append((name_for(each, (name for name, _ in found)), each))
            return found

        stored = await self._change(edit)
        if isinstance(stored, HubError):
            self.add_problem = say_case_problem(await language_of(self), stored)
        else:
            yield rx.set_value(INPUT_FIELD, "")
        self.is_storing = False

    @rx.event
    async def edit(self, place: int) -> None:
        """Open a case, to be changed or taken out.

        Args:
            place: Which one, from 1.
        """
        found = await attempt(lambda hub: hub.cases.of(self._agent_id))
        if isinstance(found, HubError) or not 1 <= place <= len(found):
            return
        case = found[place - 1]
        assign(self, editing=place, edited_name=case.name, edited_input=case.input, case_problem="")

    @rx.event
    def close(self) -> None:
        """Close the dialog."""
        assign(self, editing=0, case_problem="")

    @rx.event
    async def save(self, form: Form) -> None:
        """Store the case that the dialog shows as it was changed."""
        name, text = form.get(NAME_FIELD, ""), form.get(TEXT_FIELD, "")
        await self._replace([(name, text)])

    @rx.event
    async def take_out(self) -> None:
        """Take the case that the dialog shows out of the table; its answers stay in the history."""
        await self._replace([])

    async def _replace(self, instead: Sequence[tuple[str, str]]) -> None:
        if not self.editing:
            return
        seen = self.edited_name

        def edit(cases: list[AgentCase]) -> list[tuple[str, str]]:
            # By its name: somebody may have taken out another one since.
            return [pair for case in cases for pair in (instead if case.name == seen else [(case.name, case.input)])]

        stored = await self._change(edit)
        if isinstance(stored, HubError):
            self.case_problem = say_case_problem(await language_of(self), stored)
        else:
            assign(self, editing=0, case_problem="")

    async def _change(self, edit: Any) -> list[AgentCase] | HubError:
        stored = await attempt(lambda hub: hub.cases.change(self._agent_id, edit))
        if not isinstance(stored, HubError):
            self._take(stored)
        return stored

    # Their answers

    @rx.event(background=True)
    async def run_all(self) -> None:
        """Start a test for every case, with the agent as it is on the page; the hub owns them from then on."""
        async with self:
            agent_id, editor = self._agent_id, await self.get_state(AgentState)
            try:
                values = draft_values(editor)
            except InvalidInput as error:
                await editor._mark(error, texts_on_page(editor))
                self.problem = say(await language_of(self), "Correct the marked setting first.")
                return
        await start(
            self,
            (agent_id, values),
            lambda hub, key: _run(hub, agent_id, values, key),
            say_case_problem,
        )

    @rx.event
    def stop_all(self) -> Any:
        """Stop every execution of the batches that are shown."""
        wanted = [each for column in (self.newest, *self.older) for each in column.stoppable]
        # Called of its class, a handler makes an event: its types do not tell.
        return cast("Any", ActionState.stop_many)(wanted) if wanted else None

    def _take(self, cases: Sequence[AgentCase]) -> None:
        self._marks = marks_of(cases)
        assign(self, rows=[CaseRow.of(case) for case in cases])
        self._lay_out()

    def _lay_out(self) -> None:
        batches = [(each.id, each.executions) for each in self._batches]
        known = {identity: mark for each in self._batches for identity, mark in each.marks.items()}
        columns = lay_out(self._marks, batches, known, self._written)
        answering = [each.id for batch in self._batches for each in batch.executions]
        assign(self, newest=columns[0] if columns else BatchColumn(), older=columns[1:], answering=answering)


async def _run(hub: Hub, agent_id: int, values: Mapping[str, Any] | None, key: str) -> Execution:
    return (await hub.cases.run(agent_id, agent=values, idempotency_key=key))[0]


def say_case_problem(language: str, error: HubError) -> str:
    """Say why cases were not stored, or not run.

    Args:
        language: As in `LocaleState.language`.
        error: What the hub said.
    """
    if isinstance(error, InvalidInput):
        limit = error.details.get("limit")
        if limit == CASES_MAX:
            return say(language, "There are at most {n} inputs. Take some out first.", n=CASES_MAX)
        if limit == CASES_MAX_BYTES:
            return say(language, "All inputs together have at most 2 MB. Shorten some, or take some out.")
        if limit == INPUT_MAX:
            return say(language, "Shorten the input to {n} characters.", n=INPUT_MAX)
        if error.field.endswith(".name") and limit is None:
            return say(language, "Give it a name that no other input has.")
        if error.field.endswith(".input") and "\x00" not in error.message:
            return say(language, "Type what the agent should answer.")
    return say_error(language, error)

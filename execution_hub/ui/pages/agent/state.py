"""The State of an agent's page: its form, the test, and its last executions."""

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, suppress
from typing import Any, ClassVar

import reflex as rx

from execution_hub.domain.agent import Agent
from execution_hub.domain.execution import INPUT_MAX
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.errors import HubError, InvalidInput, NotFound
from execution_hub.hub.hub import current_hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.ui.edited_form import EditedForm
from execution_hub.ui.follow import (
    FollowedExecution,
    assign,
    clear_execution,
    follow,
    id_in_path,
    language_of,
    show_execution,
)
from execution_hub.ui.payload import Form
from execution_hub.ui.recent import RecentExecutions
from execution_hub.views.addresses import AGENTS
from execution_hub.views.agent_form import FIELDS, AgentView, read_form, say_problem
from execution_hub.views.starting import SubmissionKey
from execution_hub.words.by_value import AGENT_FIELDS
from execution_hub.words.say import say, say_error


class AgentState(EditedForm, FollowedExecution, RecentExecutions, rx.State):
    """An agent, and the execution of it that this page follows."""

    recent_of: ClassVar[str] = "agent_id"
    catalog: ClassVar[str] = "agents"
    fields: ClassVar[tuple[str, ...]] = FIELDS
    words: ClassVar[Mapping[str, str]] = AGENT_FIELDS

    agent: AgentView = AgentView()
    is_loaded: bool = False
    is_missing: bool = False

    problems: dict[str, str] = {}  # noqa: RUF012 - Reflex copies defaults
    suggestions: list[str] = []  # noqa: RUF012
    is_saving: bool = False
    is_asking_to_delete: bool = False

    input_problem: str = ""
    submitting: bool = False
    is_started: bool = False

    # Which follow loop may show what it reads: the newest.
    _turn: int = 0
    _submission: SubmissionKey = SubmissionKey()

    @rx.event
    async def load_agent(self) -> None:
        """Read the agent of this address."""
        agent_id = id_in_path(self.router.url.path)
        if agent_id != self.agent.id:
            self.reset()
        self.failure, self.is_saved, self.is_asking_to_delete, self.problems = "", False, False, {}
        self.is_started, self.joined = False, ""
        try:
            hub = current_hub()
            if agent_id is None:
                raise NotFound
            agent = await hub.agents.get(agent_id)
        except NotFound:
            self.agent, self.is_missing = AgentView(), True
        except HubError as error:
            self.failure = say_error(await language_of(self), error)
        else:
            await self._meet(agent)
            self.is_missing = False
            self.suggestions = hub.agents.suggested_models()
        self.is_loaded = True

    @rx.event(background=True)
    async def follow_newest(self) -> None:
        """Follow this agent's newest execution if it has yet to end: who comes back sees it go on."""
        async with self:
            agent_id = id_in_path(self.router.url.path)
            # What was on the page when it was left may have ended meanwhile.
            left = self.facts.id if self.facts.is_active else 0
        if agent_id is None:
            return
        page = await current_hub().history.page(ExecutionFilter(agent_id=agent_id), limit=1)
        newest = page.items[0].id if page.items and not page.items[0].is_finished else left
        if newest:
            await _follow(self, newest)

    # The test

    @rx.event
    def note_typing(self) -> None:
        """Take back a problem told before: the person is mending it."""
        assign(self, input_problem="")

    @rx.event(background=True)
    async def run_test(self, form: Form) -> None:
        """Start a test of this agent and follow it to its end.

        The hub owns the execution: if this event dies with its tab or process, that goes on.
        """
        text = str(form.get("input", ""))
        async with self:
            if self.submitting or self.agent.id == 0:
                return
            self.submitting, self.input_problem, self.is_started = True, "", False
            if text.strip():
                # At once, so that nobody takes the last result for this one's.
                clear_execution(self)
            agent_id, submission = self.agent.id, self._submission.next(self.agent.id, text)
            self._submission = submission
            language = await language_of(self)
        problem, execution_id = "", 0
        try:
            execution_id = (
                await current_hub().executions.start(AgentTest(agent_id, text), idempotency_key=submission.key)
            ).id
        except InvalidInput as error:
            problem = _say_input_problem(language, error, text)
        except HubError as error:
            problem = say_error(language, error)
        finally:
            async with self:
                self.submitting, self.input_problem, self.is_started = False, problem, execution_id != 0
        if execution_id:
            await _follow(self, execution_id)

    # The form

    def _show_object(self, found: Agent) -> None:
        """See EditedForm."""
        self.agent = AgentView.of(found)

    @rx.event
    async def save_agent(self, form: Form) -> AsyncIterator[None]:
        """Store what was changed; else say what is wrong at its field, or ask whose change stays."""
        self.problems, self.is_saving, self.is_saved, self.failure, self.joined = {}, True, False, "", ""
        yield
        try:
            await self._save(read_form(form))
        except InvalidInput as error:
            value = str(form.get(error.field, ""))
            self.problems = {error.field: say_problem(await language_of(self), error, value)}
        except HubError as error:
            self.failure = await self._say(error)
        self.is_saving = False

    @rx.event
    def note_change(self) -> None:
        """Take back "Saved" once somebody goes on to change something."""
        assign(self, is_saved=False)

    @rx.event
    def ask_to_delete(self, is_asking: bool) -> None:
        """Show the question before deleting, or take it back."""
        self.is_asking_to_delete = is_asking
        self._ask_to_delete()

    @rx.event
    async def delete_agent(self) -> Any:
        """Delete the agent, once it was asked, and go to the others."""
        if not self.is_asking_to_delete:
            return None
        return rx.redirect(AGENTS) if await self._delete() else None


async def _follow(state: AgentState, execution_id: int) -> None:
    """Show an execution while it goes on, until a newer one is followed or the page is left."""
    async with state:
        state._turn += 1
        turn, path, token = state._turn, state.router.url.path, state.router.session.client_token
        if state.facts.id != execution_id:
            clear_execution(state)
    # A hub that stops, or an execution that was deleted: what was seen stays.
    with suppress(HubError):
        async with aclosing(follow(execution_id, token)) as updates:
            async for followed in updates:
                async with state:
                    if state._turn != turn or state.router.url.path != path:
                        return
                    show_execution(state, followed)


def _say_input_problem(language: str, error: InvalidInput, text: str) -> str:
    if not text.strip():
        return say(language, "problem.input_empty")
    if len(text) > INPUT_MAX:
        return say(language, "problem.input_long", n=INPUT_MAX)
    return say(language, "problem.nul") if "\x00" in text else error.message

"""The State of an agent's page: its form, the test, and its last executions."""

from contextlib import aclosing, suppress
from typing import ClassVar

import reflex as rx

from execution_hub.domain.execution import INPUT_MAX
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.errors import HubError, InvalidInput
from execution_hub.hub.hub import current_hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.ui.catalogue.edited_form import EditedForm
from execution_hub.ui.catalogue.noun import AGENT, Noun
from execution_hub.ui.follow import FollowedExecution, clear_execution, follow, id_in_path, show_execution
from execution_hub.ui.payload import Form
from execution_hub.ui.recent import RecentExecutions
from execution_hub.ui.starting import Starting, start
from execution_hub.views.agent_form import AgentView
from execution_hub.words.say import say


class AgentState(EditedForm, FollowedExecution, RecentExecutions, Starting, rx.State):
    """An agent, and the execution of it that this page follows."""

    recent_of: ClassVar[str] = "agent_id"
    noun: ClassVar[Noun] = AGENT

    agent: AgentView = AgentView()
    suggestions: list[str] = []  # noqa: RUF012 - Reflex copies defaults

    # Which follow loop may show what it reads: the newest.
    _turn: int = 0

    def _on_load(self) -> None:
        self.started_id = 0
        with suppress(HubError):
            self.suggestions = current_hub().agents.suggested_models()

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

    @rx.event(background=True)
    async def run_test(self, form: Form) -> None:
        """Start a test of this agent and follow it to its end.

        The hub owns the execution: if this event dies with its tab or process, that goes on.
        """
        text = str(form.get("input", ""))
        async with self:
            agent_id = self.agent.id
            if self.submitting or agent_id == 0:
                return
            if text.strip():
                # At once, so that nobody takes the last result for this one's.
                clear_execution(self)
        execution_id = await start(
            self,
            (agent_id, text),
            lambda hub, key: hub.executions.start(AgentTest(agent_id, text), idempotency_key=key),
            lambda language, error: _say_input_problem(language, error, text),
        )
        if execution_id:
            await _follow(self, execution_id)


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

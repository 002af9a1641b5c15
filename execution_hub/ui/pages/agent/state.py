"""The State of an agent's page: its form, the test, and its last executions."""

from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any, ClassVar

import reflex as rx

from execution_hub.domain.execution import INPUT_MAX
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.errors import HubError, InvalidInput
from execution_hub.hub.hub import current_hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.ui.catalogue.drafts import draft_values, texts_on_page
from execution_hub.ui.catalogue.edited_form import EditedForm
from execution_hub.ui.catalogue.model_offers import model_offers
from execution_hub.ui.catalogue.noun import AGENT, Noun
from execution_hub.ui.follower import following
from execution_hub.ui.handlers import id_in_path, language_of
from execution_hub.ui.offered_tools import offered_servers
from execution_hub.ui.payload import Form
from execution_hub.ui.recent import RecentExecutions
from execution_hub.ui.starting import Starting, start
from execution_hub.ui.transcripts import begin
from execution_hub.views.agent_form import AgentView
from execution_hub.views.field_texts import read_tools_text
from execution_hub.views.model_offer import ModelOffer
from execution_hub.views.tool_rows import ServerRow, server_rows
from execution_hub.words.say import say

# How often it is seen that a page that follows has been left.
LEFT_SECONDS = 1.0


class AgentState(EditedForm, RecentExecutions, Starting, rx.State):
    """An agent; what this page follows of it is in TranscriptState."""

    recent_of: ClassVar[str] = "agent_id"
    noun: ClassVar[Noun] = AGENT

    agent: AgentView = AgentView()
    servers: list[ServerRow] = []  # noqa: RUF012 - Reflex copies defaults
    tool_tokens: list[tuple[str, int]] = []  # noqa: RUF012
    suggestions: list[ModelOffer] = []  # noqa: RUF012

    # The execution that this page follows, or followed last; 0 for none.
    _followed_id: int = 0

    def _show(self, view: AgentView) -> None:
        with suppress(HubError):
            view = replace(view, missing_key=current_hub().agents.missing_key(view.model) if view.id else "")
        super()._show(view)
        # Those that are given to it stand there even if their server is away.
        self.servers = server_rows(offered_servers(), read_tools_text(view.acting.tools))
        self.tool_tokens = [(tool.key, tool.tokens) for server in self.servers for tool in server.tools]

    async def _on_load(self) -> None:
        self.started_id = 0
        await begin(self, self._followed_id)
        with suppress(HubError):
            self.suggestions = model_offers(current_hub())

    @rx.event(background=True)
    async def follow_newest(self) -> None:
        """Follow this agent's newest execution if it has yet to end: who comes back sees it go on.

        Else show what was on the page when it was left: it may have ended meanwhile.
        """
        async with self:
            agent_id, left = id_in_path(self.router.url.path), self._followed_id
        if agent_id is None:
            return
        page = await current_hub().history.page(ExecutionFilter(agent_id=agent_id), limit=1)
        newest = page.items[0].id if page.items and not page.items[0].is_finished else left
        if newest:
            await _follow(self, newest)

    # The test

    @rx.event(background=True)
    async def run_test(self, form: Form) -> None:
        """Start a test of this agent as it is on the page, saved or not, and follow it to its end.

        The hub owns the execution: if this event dies with its tab or process, that goes on.
        """
        text = str(form.get("input", ""))
        async with self:
            agent_id = self.agent.id
            if self.submitting or agent_id == 0:
                return
            try:
                values = draft_values(self)
            except InvalidInput as error:
                await self._mark(error, texts_on_page(self))
                self.problem = say(await language_of(self), "Correct the marked setting first.")
                return
            self.problems = {}
            if text.strip():
                # At once, so that nobody takes the last result for this one's.
                self._followed_id = 0
                await begin(self, 0)
        execution_id = await start(
            self,
            (agent_id, text, values),
            lambda hub, key: hub.executions.start(AgentTest(agent_id, text, values), idempotency_key=key),
            lambda language, error: _say_input_problem(language, error, text),
        )
        if execution_id:
            await _follow(self, execution_id)

    @rx.event
    async def save_and_test(self, form: Form) -> AsyncIterator[Any]:
        """Save what was changed, and once it is, test the agent on what the form of the test holds."""
        if self.agent.id == 0:
            return
        async for _ in self._save_form(texts_on_page(self)):
            yield
        if self.is_saved:
            # Its types do not tell that an event of a class takes values.
            run_test: Any = AgentState.run_test
            yield run_test(dict(form))


async def _follow(state: AgentState, execution_id: int) -> None:
    """Show an execution while it goes on, until a newer one is followed or the page is left."""
    async with state:
        path, token = state.router.url.path, state.router.session.client_token
        state._followed_id = execution_id
        await begin(state, execution_id)
    # A hub that stops, or an execution that was deleted: what was seen stays.
    with suppress(HubError):
        async with following(execution_id, token) as follower, aclosing(follower.updates(LEFT_SECONDS)) as updates:
            async for _ in updates:
                if state._followed_id != execution_id or state.router.url.path != path:
                    return
            await follower.taken(token)


def _say_input_problem(language: str, error: InvalidInput, text: str) -> str:
    if error.field in AGENT.fields:
        return AGENT.say_problem(language, error, "")
    if not text.strip():
        return say(language, "Type what the agent should answer.")
    if len(text) > INPUT_MAX:
        return say(language, "Shorten the input to {n} characters.", n=INPUT_MAX)
    return say(language, "Remove the NUL character.") if "\x00" in text else error.message

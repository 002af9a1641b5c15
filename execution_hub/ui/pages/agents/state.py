"""The State of the list of agents, and of the form of a new one."""

from collections.abc import Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any, ClassVar

import reflex as rx

from execution_hub.domain.agent import DEFAULT_MAX_TOKENS, SIMULATED, Agent
from execution_hub.errors import HubError
from execution_hub.hub.hub import Hub, current_hub
from execution_hub.ui.catalogue.listing import PAGE_SIZE, Listing
from execution_hub.ui.catalogue.model_offers import model_offers
from execution_hub.ui.catalogue.new_form import NewForm
from execution_hub.ui.catalogue.noun import AGENT, Noun
from execution_hub.ui.handlers import assign, plain
from execution_hub.views.addresses import AGENTS, wants_new
from execution_hub.views.agent_form import AgentView
from execution_hub.views.model_offer import ModelOffer
from execution_hub.views.suite_trend import DOTS, trend_of

NEW_AGENT = AgentView(model=SIMULATED, max_tokens=DEFAULT_MAX_TOKENS)


class AgentsState(Listing, NewForm, rx.State):
    """The agents, and the form of a new one.

    Attributes:
        missing_key: The variable without which some of those shown do not answer; empty for none.
    """

    catalogue: ClassVar[str] = "agents"
    path: ClassVar[str] = AGENTS
    noun: ClassVar[Noun] = AGENT

    items: list[AgentView] = []  # noqa: RUF012 - Reflex copies defaults
    new_agent: AgentView = NEW_AGENT
    suggestions: list[ModelOffer] = []  # noqa: RUF012
    missing_key: str = ""

    def _on_load(self) -> None:
        self.is_form_open = wants_new(self.router.url.query_parameters)
        self.problems, self.missing_key = {}, ""

    async def _page(self, hub: Hub, cursor: str | None, q: str) -> Any:
        # With a key all can answer, and the list goes by name alone.
        page = hub.agents.offline_first if hub.agents.is_offline else hub.agents.page
        return await page(limit=PAGE_SIZE, cursor=cursor, q=q)

    async def _views(self, hub: Hub, found: Sequence[Agent]) -> list[AgentView]:
        self.suggestions = model_offers(hub)
        trends = await hub.suites.verdicts_of_agents([each.id for each in found], DOTS)
        views = [
            replace(
                AgentView.excerpt_of(each),
                missing_key=hub.agents.missing_key(each.model),
                trend=trend_of(trends.get(each.id, [])),
            )
            for each in found
        ]
        missing = next((each.missing_key for each in views if each.missing_key), "")
        assign(self, missing_key=self.missing_key or missing)
        return views

    @rx.event(background=True)
    async def watch_verdicts(self) -> None:
        """Show new verdicts of the agents on the page as runs of suites end, until it is left."""
        async with self:
            path = self.router.url.path
        # A hub that stops: what was seen stays.
        with suppress(HubError):
            async with aclosing(current_hub().history.watch()) as updates:
                async for update in updates:
                    ended = any(each.suite_id is not None and each.is_finished for each in update.executions)
                    if update.is_snapshot or not ended:
                        continue
                    async with self:
                        if self.router.url.path != path:
                            return
                        ids = [each.id for each in self.items]
                    found = await current_hub().suites.verdicts_of_agents(ids, DOTS)
                    async with self:
                        if self.router.url.path != path:
                            return
                        views = [plain(each) for each in self.items]
                        shown = [replace(each, trend=trend_of(found.get(each.id, []))) for each in views]
                        assign(self, items=shown)

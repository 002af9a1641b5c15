"""The State of the page Settings."""

import reflex as rx

from execution_hub.domain.about import Provider
from execution_hub.errors import HubError
from execution_hub.hub.hub import current_hub
from execution_hub.ui.handlers import assign, language_of
from execution_hub.views.settings import (
    DatabaseView,
    PriceView,
    SettingsView,
    SizesView,
    ToolsView,
    database_views,
    price_views,
    settings_view,
    sizes_view,
    tools_view,
)
from execution_hub.words.say import say_error


class SettingsState(rx.State):
    """How the hub is set up, and how it is."""

    hub: SettingsView = SettingsView()
    providers: list[Provider] = []  # noqa: RUF012 - Reflex copies defaults
    tools: ToolsView = ToolsView()
    prices: list[PriceView] = []  # noqa: RUF012
    sizes: SizesView = SizesView()
    databases: list[DatabaseView] = []  # noqa: RUF012
    # Why the hub cannot work; empty while it can.
    problem: str = ""

    @rx.event
    async def load(self) -> None:
        """Show what is known without looking."""
        try:
            opened = current_hub()
        except HubError as error:
            self.problem = say_error(await language_of(self), error)
            return
        about, facts = opened.about, opened.about.facts()
        assign(
            self,
            hub=settings_view(facts),
            providers=list(facts.providers),
            prices=price_views(about.prices),
            tools=tools_view(opened.settings.mcp_file, {each.name: each.status for each in opened.tools.servers()}),
        )

    @rx.event(background=True)
    async def look(self) -> None:
        """Find out whether the hub can work, and how much it keeps; others go on meanwhile."""
        try:
            hub = current_hub()
            await hub.ready()
            found = await hub.about.sizes()
        except HubError as error:
            async with self:
                self.problem = say_error(await language_of(self), error)
            return
        async with self:
            assign(self, problem="", sizes=sizes_view(found), databases=database_views(found))

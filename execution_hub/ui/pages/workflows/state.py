"""The State of the list of workflows."""

from collections.abc import Sequence
from contextlib import aclosing, suppress
from typing import ClassVar

import reflex as rx

from execution_hub.domain.workflow import Workflow
from execution_hub.errors import HubError
from execution_hub.hub.hub import Hub, current_hub
from execution_hub.ui.catalogue.listing import Listing
from execution_hub.ui.handlers import assign
from execution_hub.views.addresses import WORKFLOWS
from execution_hub.views.workflow_card import WorkflowCard


class WorkflowsState(Listing, rx.State):
    """The workflows."""

    catalogue: ClassVar[str] = "workflows"
    path: ClassVar[str] = WORKFLOWS

    items: list[WorkflowCard] = []  # noqa: RUF012 - Reflex copies defaults

    async def _views(self, hub: Hub, found: Sequence[Workflow]) -> list[WorkflowCard]:
        agents = await hub.agents.briefs(step.agent_id for each in found for step in each.steps if step.agent_id)
        cards = [WorkflowCard.of(workflow, agents) for workflow in found]
        newest = await hub.history.newest_of_workflows([each.id for each in found])
        return [each.after(newest.values()) for each in cards]

    @rx.event(background=True)
    async def watch_last(self) -> None:
        """Keep each card's last execution as it is in the hub, until the page is left."""
        async with self:
            path = self.router.url.path
        with suppress(HubError):
            async with aclosing(current_hub().history.watch()) as updates:
                async for update in updates:
                    async with self:
                        if self.router.url.path != path:
                            return
                        assign(self, items=[each.after(update.executions) for each in self.items])

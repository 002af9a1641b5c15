"""What can be done with an agent as a whole: a second one, a file."""

from typing import Any

import reflex as rx

from execution_hub.ui.acting import ActionState, problem_notice
from execution_hub.ui.catalogue.duplicate_button import duplicate_button
from execution_hub.ui.catalogue.importing import json_download
from execution_hub.ui.components.buttons import button
from execution_hub.ui.pages.agent.state import AgentState
from execution_hub.ui.problems import Failure, ask
from execution_hub.ui.text import t
from execution_hub.views.json_file import file_name


class AgentFileState(rx.State):
    """Gives an agent as a file."""

    @rx.event
    async def export(self, agent_id: int) -> Any:
        """Give the agent as it is saved as a JSON file."""
        found = await ask(self, lambda hub: hub.agents.export(agent_id))
        if isinstance(found, Failure):
            (await self.get_state(ActionState)).told = problem_notice(found.text)
            return None
        return json_download(found, file_name(found["name"], "agent"))


def head_actions() -> rx.Component:
    """Show the buttons at the head of the page; what is not saved would be in neither, so it is saved first."""
    return rx.el.div(
        duplicate_button("agents", AgentState.agent.id, is_dirty=AgentState.is_dirty),
        button(
            t("Export"),
            icon="download",
            disabled=AgentState.is_dirty | (AgentState.agent.id == 0),
            title=rx.cond(AgentState.is_dirty, t("Save your changes first"), ""),
            on_click=AgentFileState.export(AgentState.agent.id),
            data_testid="agent-export",
        ),
        class_name="head-actions",
    )

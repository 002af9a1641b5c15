"""The State of the versions of the agent of this page."""

from typing import Any, ClassVar

import reflex as rx

from execution_hub.ui.catalogue.versions import Versions
from execution_hub.ui.pages.agent.state import AgentState


class AgentVersions(Versions, rx.State):
    """The versions of an agent."""

    editor: ClassVar[Any] = AgentState

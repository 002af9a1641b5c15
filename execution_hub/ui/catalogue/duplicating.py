"""The State behind every button that makes a second one of an agent or a workflow, and goes to it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import reflex as rx

from execution_hub.ui.acting import ActionState, problem_notice
from execution_hub.ui.handlers import language_of
from execution_hub.ui.problems import Failure, ask
from execution_hub.ui.routes import agent_path, suite_path, workflow_path
from execution_hub.words.say import say

_PATHS: dict[str, Callable[[int], str]] = {"agents": agent_path, "workflows": workflow_path, "suites": suite_path}


class DuplicateState(rx.State):
    """What this browser has asked to be duplicated; the same on every page.

    Attributes:
        is_busy: Whether one is being made.
    """

    is_busy: bool = False

    @rx.event
    async def duplicate(self, catalogue: str, object_id: int) -> AsyncIterator[Any]:
        """Make a second one and go to its page; only the first of two quick clicks counts."""
        if self.is_busy or catalogue not in _PATHS:
            return
        self.is_busy = True
        yield
        word = say(await language_of(self), "copy")
        made = await ask(self, lambda hub: getattr(hub, catalogue).duplicate(object_id, word=word))
        self.is_busy = False
        if isinstance(made, Failure):
            (await self.get_state(ActionState)).told = problem_notice(made.text)
        else:
            yield rx.redirect(_PATHS[catalogue](made.id))

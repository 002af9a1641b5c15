"""The first test: one click from an empty page to an agent that answers, without a key if there is none."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from execution_hub.hub import samples
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.ui.acting import ActionState, problem_notice
from execution_hub.ui.handlers import language_of
from execution_hub.ui.problems import Failure, ask
from execution_hub.ui.routes import agent_path
from execution_hub.views.starting import SubmissionKey
from execution_hub.words.say import say


class FirstTestState(rx.State):
    """Starts a test for somebody who has not started one.

    Attributes:
        is_busy: Whether it is being started.
    """

    is_busy: bool = False

    _submission: SubmissionKey = SubmissionKey()

    @rx.event
    async def begin(self) -> AsyncIterator[Any]:
        """Test the first agent that can answer, the sample if there is none, and go to where it answers."""
        if self.is_busy:
            return
        self.is_busy = True
        yield
        text = say(await language_of(self), "Say hello, and tell me in three points what you can do.")

        async def start(hub: Hub) -> int:
            found = (await hub.agents.offline_first(limit=1)).items
            able = [each for each in found if not hub.agents.missing_key(each.model)]
            agent = able[0] if able else await hub.agents.create(samples.AGENTS[0])
            # A second click that comes after the first one's answer is still the same submission.
            self._submission = self._submission.next(agent.id, text)
            await hub.executions.start(AgentTest(agent.id, text), idempotency_key=self._submission.key)
            return agent.id

        agent_id = await ask(self, start)
        self._submission = self._submission.answered()
        self.is_busy = False
        if isinstance(agent_id, Failure):
            (await self.get_state(ActionState)).told = problem_notice(agent_id.text)
        else:
            yield rx.redirect(agent_path(agent_id))

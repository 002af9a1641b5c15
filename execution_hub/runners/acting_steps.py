"""The steps of a workflow whose agents act: how each goes on, and which of their calls wait for a person."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

from execution_hub.domain.acting import acts, usage_of
from execution_hub.domain.call import Call
from execution_hub.domain.execution import Phase
from execution_hub.domain.plan import Plan
from execution_hub.domain.step import Step, StepStatus
from execution_hub.domain.usage import Usage
from execution_hub.domain.workflow import AGENT
from execution_hub.errors import TimedOut
from execution_hub.runners.acting import Acting, ActingListener, Place
from execution_hub.runners.answer import Answer
from execution_hub.runners.offered_tools import OfferedTools
from execution_hub.runners.port import RunContext


class ActingSteps:
    """Those of one segment.

    Attributes:
        asked: The numbers of the calls that wait for a person, by the name of the step.
        calling: The tools that are being called, by the name of the step.
    """

    def __init__(self, context: RunContext, plan: Plan) -> None:
        """Know of none yet.

        Args:
            context: What the runner has.
            plan: What the execution runs with.
        """
        self._context = context
        self._plan = plan
        self._tools = OfferedTools(context.tools, context.journal, context.execution.meta)
        self._names = {name for name, step in plan.steps.items() if step.type == AGENT and self._acts(name)}
        self.asked: dict[str, frozenset[int]] = {}
        self.calling: dict[str, str] = {}

    def __contains__(self, name: str) -> bool:
        """Tell whether a step's agent acts."""
        return name in self._names

    @property
    def waiting(self) -> frozenset[int]:
        """The numbers of all calls that wait for a person."""
        return frozenset().union(*self.asked.values())

    async def answered(self, steps: Mapping[str, Step]) -> list[str]:
        """Return the waiting steps that can go on, since people have answered; the others are `asked`.

        Args:
            steps: How all steps are.
        """
        waiting = [name for name in self._names if steps[name].status is StepStatus.WAITING]
        self.asked = {name: numbers for name, numbers in self.asked.items() if name in waiting}
        if not waiting:
            return []
        found: dict[str, list[Call]] = {name: [] for name in waiting}
        for call in await self._context.read_open_calls():
            if call.step in found and call.round == steps[call.step].round:
                found[call.step].append(call)
        free = [name for name, calls in found.items() if not calls or not all(call.needs_person for call in calls)]
        self.asked = {
            name: frozenset(call.number for call in calls) for name, calls in found.items() if name not in free
        }
        return free

    async def used_before(self, step: Step) -> Usage:
        """Return what the earlier rounds of a step have used."""
        rounds = [await self._context.read_calls(step.name, round_) for round_ in range(1, step.round)]
        return sum((usage_of(calls) for calls in rounds), Usage())

    async def act(
        self, step: Step, text: str, on_usage: Callable[[Usage], None], on_phase: Callable[[], None]
    ) -> Answer | None:
        """Let a step's agent act until it has answered, or waits for a person: then return None.

        Args:
            step: The step, as it is.
            text: Its input.
            on_usage: Told what the round has used in all.
            on_phase: Told when it calls a tool, or has called it.
        """
        planned = self._plan.steps[step.name]
        assert planned.agent_id is not None, "checked when the workflow was stored"
        seconds = planned.timeout_seconds

        def show(_tokens: int, phase: Phase, about: str) -> None:
            tool = about if phase is Phase.CALLING else ""
            if self.calling.get(step.name, "") != tool:
                self.calling[step.name] = tool
                on_phase()

        # A step's retries are the workflow's to say.
        agent = replace(self._plan.agents[planned.agent_id], retries=planned.retries)
        place = Place(step.name, step.round, step.position, seconds)
        acting = Acting(self._context, agent, text, self._tools, place, ActingListener(on_usage, show))
        try:
            async with asyncio.timeout(seconds) as limit:
                answer = await acting.go_on()
        except TimeoutError:
            if not limit.expired():
                raise
            error = TimedOut(f"The step took longer than its {seconds:g} s.")
            answer = Answer(usage=replace(acting.usage, is_partial=True), error=error)
        finally:
            self.calling.pop(step.name, None)
        if answer is None:
            self.asked[step.name] = acting.waiting
        return answer

    def _acts(self, name: str) -> bool:
        agent_id = self._plan.steps[name].agent_id
        return agent_id is not None and acts(self._plan.agents[agent_id])

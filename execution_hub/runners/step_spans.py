"""The steps of a workflow, as its trace shows them."""

from contextlib import AbstractContextManager

from execution_hub import traces
from execution_hub.domain.plan import Plan
from execution_hub.domain.step import Step, StepStatus


class StepSpans:
    """Those of one segment."""

    def __init__(self, plan: Plan) -> None:
        """Know of no step that has begun; made inside the execution's place.

        Args:
            plan: What the execution runs with.
        """
        self._plan = plan
        self._execution = traces.current()
        self._began: dict[tuple[str, int], int] = {}

    def begin(self, step: Step) -> None:
        """Remember when a round of a step began: now, or in an earlier segment."""
        began = traces.nanoseconds(step.started_at)
        self._began.setdefault((step.name, step.round), began)

    def inside(self, step: Step) -> AbstractContextManager[None]:
        """Be at a step's place."""
        return traces.inside(self._place(step))

    def end(self, step: Step, code: str) -> None:
        """Tell that a step has ended; one that was skipped never was.

        Args:
            step: It, as it ended.
            code: The code of its error; empty for none.
        """
        if step.status is StepStatus.SKIPPED:
            return
        agent = None if step.agent_id is None else self._plan.agents[step.agent_id]
        attributes = {
            "hub.step.name": step.name,
            "hub.step.type": step.type,
            "hub.step.round": step.round,
            "hub.step.attempt": step.attempt,
            "hub.status": step.status.value,
            "gen_ai.agent.name": None if agent is None else agent.name,
        }
        began = self._began.get((step.name, step.round), traces.nanoseconds())
        traces.tell(f"step {step.name}", self._place(step), self._execution, began, attributes, code)

    def _place(self, step: Step) -> traces.Place | None:
        return None if self._execution is None else self._execution.part("step", step.name, step.round)

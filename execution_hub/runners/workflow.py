"""Workflows: steps as soon as all they wait for have ended, side by side where they can."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from execution_hub.domain.execution import WORKFLOW, Execution, NewExecution, check_input
from execution_hub.domain.kinds import check_id
from execution_hub.domain.plan import Plan
from execution_hub.domain.texts import as_name
from execution_hub.domain.tool_choice import servers_of
from execution_hub.domain.workflow import check_draft
from execution_hub.errors import (
    InternalError,
    InvalidInput,
)
from execution_hub.runners.port import Command, ExecutionType, Outcome, RunContext, Start
from execution_hub.runners.step_texts import plan_from
from execution_hub.runners.workflow_run import Run
from execution_hub.store.agents import agents
from execution_hub.store.database import Connection
from execution_hub.store.tasks import tasks
from execution_hub.store.workflows import workflows
from execution_hub.words.marking import N_


@dataclass(frozen=True, slots=True)
class WorkflowRun(Start):
    """A run of a workflow as it is now, with its agents as they are now: on an input, or on a task's.

    Attributes:
        workflow_id: What to run.
        task_id: The task whose input it runs on; None to run on a text.
        input: The text, 1 to 200 000 characters; None to run on a task.
    """

    execution_type: ClassVar[str] = WORKFLOW
    reads_templates: ClassVar[bool] = True

    workflow_id: int
    task_id: int | None = None
    input: str | None = None

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            InvalidInput: Both or neither of input and task are given, or one does not fit.
        """
        if (self.input is None) == (self.task_id is None):
            raise InvalidInput("input", "Give either an input or a task_id, not both.")
        check_id("workflow_id", self.workflow_id)
        if self.task_id is not None:
            check_id("task_id", self.task_id)
        if self.input is not None:
            check_input(self.input)

    def templates(self, connection: Connection) -> Sequence[str]:
        """See Start."""
        workflow = workflows.find(connection, self.workflow_id)
        return () if workflow is None else [step.input for step in workflow.steps]

    def prepare(self, connection: Connection) -> NewExecution:
        """See Start.

        Raises:
            NotFound: There is no such workflow or task.
            InvalidInput: The workflow is not valid any more.
        """
        text = self.input if self.task_id is None else tasks.get(connection, self.task_id).input
        assert text is not None, "one of them is given"
        workflow = workflows.get(connection, self.workflow_id)
        # A name that was stored before names were checked so stops no run.
        draft = workflow.draft(name=as_name(workflow.name))
        known = agents.some(connection, draft.agent_ids)
        check_draft(draft, known)
        plan = Plan.of(workflow, {identity: agent.definition() for identity, agent in known.items()})
        return NewExecution(
            WORKFLOW,
            workflow.name,
            text,
            plan.as_json(),
            workflow_id=self.workflow_id,
            task_id=self.task_id,
            steps=plan.new_steps(),
        )


class WorkflowType(ExecutionType):
    """Runs of workflows."""

    start = WorkflowRun
    one = N_("workflow")
    many = N_("Workflows")
    today = N_("With today's workflow")
    again_today = N_("Run again with today's workflow")
    command = Command("run", "run a workflow, tell its steps, print its output", "workflow")

    def again(self, old: Execution, text: str) -> Start:
        """See ExecutionType."""
        return super().again(old, text) if old.workflow_id is None else WorkflowRun(old.workflow_id, input=text)

    def tool_servers(self, definition: Mapping[str, Any]) -> frozenset[str]:
        """See ExecutionType."""
        return frozenset[str]().union(*map(servers_of, definition.get("agents", {}).values()))

    async def run(self, context: RunContext) -> Outcome | None:
        """See ExecutionType."""
        if "agents" not in context.execution.definition:
            raise InternalError("This execution was started by an older version, which kept no steps. Run it again.")
        plan = await plan_from(context.execution.definition, context.pool)
        return await Run(context, plan, await context.read_steps()).to_end()

"""What a new execution is made of: each takes a writing transaction and returns what is to be stored."""

from dataclasses import replace

from execution_hub.domain.execution import AGENT_TEST, WORKFLOW, Execution, NewExecution
from execution_hub.domain.plan import Plan
from execution_hub.domain.step import Step
from execution_hub.domain.texts import as_name
from execution_hub.domain.workflow import check_draft
from execution_hub.errors import Conflict
from execution_hub.store import steps
from execution_hub.store.agents import agents
from execution_hub.store.database import Connection
from execution_hub.store.tasks import tasks
from execution_hub.store.workflows import workflows


def test_of_agent(connection: Connection, agent_id: int, text: str) -> NewExecution:
    """Return a test of an agent as it is now.

    Raises:
        NotFound: There is no such agent.
    """
    definition = agents.get(connection, agent_id).definition()
    return NewExecution(
        AGENT_TEST,
        definition.name,
        text,
        definition.as_json(),
        agent_id=agent_id,
        timeout_seconds=definition.timeout_seconds,
    )


def run_of_workflow(connection: Connection, workflow_id: int, text: str) -> NewExecution:
    """Return a run of a workflow as it is now, with its agents as they are now.

    Raises:
        NotFound: There is no such workflow.
        InvalidInput: The workflow is not valid any more.
    """
    workflow = workflows.get(connection, workflow_id)
    # A name that was stored before names were checked so stops no run.
    draft = workflow.draft(name=as_name(workflow.name))
    known = agents.some(connection, draft.agent_ids)
    check_draft(draft, known)
    plan = Plan.of(workflow, {identity: agent.definition() for identity, agent in known.items()})
    return NewExecution(WORKFLOW, workflow.name, text, plan.as_json(), workflow_id=workflow_id, steps=plan.new_steps())


def run_on_task(connection: Connection, workflow_id: int, task_id: int) -> NewExecution:
    """Return a run of a workflow on a task's input.

    Raises:
        NotFound: There is no such workflow or task.
        InvalidInput: The workflow is not valid any more.
    """
    task = tasks.get(connection, task_id)
    return replace(run_of_workflow(connection, workflow_id, task.input), task_id=task_id)


def repeat(connection: Connection, old: Execution, text: str | None, *, is_as_ran: bool) -> NewExecution:
    """Return an execution that repeats another.

    Args:
        connection: A writing transaction.
        old: The other, whole.
        text: Another input; None for the same.
        is_as_ran: With what the other ran with; else with the agent or workflow as it is now.

    Raises:
        NotFound: There is no such agent or workflow any more.
        Conflict: Its type knows no today: it can only be repeated as it ran.
    """
    given = old.input if text is None else text
    if is_as_ran:
        new = NewExecution(
            old.execution_type,
            old.name,
            given,
            old.definition,
            agent_id=old.agent_id,
            workflow_id=old.workflow_id,
            timeout_seconds=old.timeout_seconds,
            steps=tuple(
                Step(step.name, step.position, step.type, step.agent_id) for step in steps.of(connection, old.id)
            ),
        )
    elif old.execution_type == AGENT_TEST and old.agent_id is not None:
        new = test_of_agent(connection, old.agent_id, given)
    elif old.execution_type == WORKFLOW and old.workflow_id is not None:
        new = run_of_workflow(connection, old.workflow_id, given)
    else:
        raise Conflict(f"Executions of type {old.execution_type} can only be repeated as they ran.", id=old.id)
    return replace(new, task_id=old.task_id, rerun_of_id=old.id)

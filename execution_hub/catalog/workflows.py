"""The workflows of the hub."""

from typing import Any

from execution_hub.domain.clock import now
from execution_hub.domain.workflow import Problem, Workflow, WorkflowDraft, check_draft
from execution_hub.errors import NotFound
from execution_hub.store import agents, workflows
from execution_hub.store.database import Connection, Database


class Workflows:
    """How agents work together. Only valid ones are stored."""

    def __init__(self, database: Database) -> None:
        """Keep them in a database."""
        self._database = database

    async def every(self) -> list[Workflow]:
        """Return all workflows by name."""
        return await self._database.aread(workflows.every)

    async def get(self, workflow_id: int) -> Workflow:
        """Return a workflow.

        Raises:
            NotFound: There is none with this id.
        """
        return await self._database.aread(lambda connection: find_workflow(connection, workflow_id))

    async def problems(self, draft: WorkflowDraft) -> list[Problem]:
        """Return all that keeps a draft from being stored."""
        # In the reading thread: many long templates take a while to read.
        return await self._database.aread(lambda connection: draft.problems(_agents(connection)))

    async def create(self, draft: WorkflowDraft) -> Workflow:
        """Store a new workflow and return it.

        Raises:
            InvalidInput: It is not valid: see `check_draft`.
        """

        def work(connection: Connection) -> Workflow:
            check_draft(draft, _agents(connection))
            return workflows.add(connection, draft, now())

        await self._read_templates(draft)
        return await self._database.awrite(work)

    async def update(self, workflow_id: int, changes: dict[str, Any]) -> Workflow:
        """Change some values of a workflow and return it; executions keep what they ran with.

        Args:
            workflow_id: Which one.
            changes: Fields of WorkflowDraft; `steps` replaces all of them.

        Raises:
            NotFound: There is none with this id.
            InvalidInput: It would not be valid: see `check_draft`.
        """

        def work(connection: Connection) -> Workflow:
            draft = find_workflow(connection, workflow_id).draft(**changes)
            check_draft(draft, _agents(connection))
            return workflows.change(connection, workflow_id, draft, now())

        await self._read_templates((await self.get(workflow_id)).draft(**changes))
        return await self._database.awrite(work)

    async def _read_templates(self, draft: WorkflowDraft) -> None:
        # Before the transaction that checks for good: long templates take a while to be read, once, and nobody
        # else may write meanwhile.
        await self._database.aread(lambda connection: check_draft(draft, _agents(connection)))

    async def delete(self, workflow_id: int) -> None:
        """Delete a workflow; its executions stay in the history.

        Raises:
            NotFound: There is none with this id.
        """

        def work(connection: Connection) -> None:
            if not workflows.remove(connection, workflow_id):
                raise _no_workflow(workflow_id)

        await self._database.awrite(work)


def find_workflow(connection: Connection, workflow_id: int) -> Workflow:
    """Return a workflow, within a transaction.

    Raises:
        NotFound: There is none with this id.
    """
    workflow = workflows.find(connection, workflow_id)
    if workflow is None:
        raise _no_workflow(workflow_id)
    return workflow


def _no_workflow(workflow_id: int) -> NotFound:
    return NotFound(f"There is no workflow {workflow_id}.", field="workflow_id", id=workflow_id)


def _agents(connection: Connection) -> dict[int, object]:
    return {agent.id: agent for agent in agents.every(connection)}

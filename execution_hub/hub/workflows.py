"""The workflows of the hub."""

from collections.abc import Sequence
from typing import Any

from execution_hub.domain.agent import Agent
from execution_hub.domain.clock import now
from execution_hub.domain.cursor import read_name_cursor, write_name_cursor
from execution_hub.domain.filters import LIMIT_MAX
from execution_hub.domain.workflow import STEPS_MAX, Problem, Workflow, WorkflowDraft, check_draft
from execution_hub.domain.workflow_file import Binding, ImportPlan, Missing, WorkflowFile, export, plan_import
from execution_hub.errors import Conflict, InvalidInput, TookTooLong
from execution_hub.hub.actor import ActedUpon
from execution_hub.hub.listing import Listing
from execution_hub.hub.versions import check_version
from execution_hub.pool import WorkPool
from execution_hub.read_ahead import read_ahead
from execution_hub.store import agents, workflows
from execution_hub.store.database import Connection, Database


class Workflows(ActedUpon):
    """How agents work together. Only valid ones are stored."""

    def __init__(self, database: Database, pool: WorkPool) -> None:
        """Keep them in a database; where many long templates are to be read, that is done in a pool."""
        self._database = database
        self._pool = pool

    async def every(self) -> list[Workflow]:
        """Return all workflows by name."""
        return await self._database.aread(workflows.every)

    async def page(self, *, limit: int = LIMIT_MAX, cursor: str | None = None) -> Listing[Workflow]:
        """Return a page of the workflows by name.

        Args:
            limit: How many at most, 1 to 200; fewer where they are long.
            cursor: The `next_cursor` of the page before.

        Raises:
            InvalidInput: The cursor is none of this list's.
        """
        after = None if cursor is None else read_name_cursor(cursor)
        found, is_more = await self._database.aread(lambda connection: workflows.page(connection, limit, after))
        return Listing(found, write_name_cursor(found[-1].name, found[-1].id) if is_more and found else None)

    async def get(self, workflow_id: int) -> Workflow:
        """Return a workflow.

        Raises:
            NotFound: There is none with this id.
        """
        return await self._database.aread(lambda connection: workflows.get(connection, workflow_id))

    async def problems(self, draft: WorkflowDraft) -> list[Problem]:
        """Return all that keeps a draft from being stored.

        Raises:
            InvalidInput: Its templates take too long to be read.
        """
        await self.read_templates([step.input for step in draft.steps])
        return await self._database.aread(lambda connection: draft.problems(_agents(connection)))

    async def create(self, draft: WorkflowDraft) -> Workflow:
        """Store a new workflow and return it.

        Raises:
            InvalidInput: It is not valid: see `check_draft`.
        """

        def work(connection: Connection) -> Workflow:
            check_draft(draft, _agents(connection))
            return workflows.add(connection, draft, now())

        await self._check_ahead(draft)
        workflow = await self._database.awrite(work)
        self._note("workflow.created", workflow_id=workflow.id)
        return workflow

    async def update(self, workflow_id: int, changes: dict[str, Any], *, version: int | None = None) -> Workflow:
        """Change some values of a workflow and return it; executions keep what they ran with.

        Args:
            workflow_id: Which one.
            changes: Fields of WorkflowDraft; `steps` replaces all of them. A workflow with steps that wait for
                their agent, as after an import, may keep such steps.
            version: The version the changes are made to; None to make them to any.

        Raises:
            NotFound: There is none with this id.
            InvalidInput: It would not be valid: see `check_draft`.
            Stale: It has another version.
        """

        def work(connection: Connection) -> Workflow:
            workflow = _lock(connection, workflow_id)
            check_version(connection, "workflow", workflow, version)
            draft = workflow.draft(**changes)
            check_draft(draft, _agents(connection), may_be_unset=workflow.draft().is_unset)
            return workflows.change(connection, workflow, draft, now())

        before = (await self.get(workflow_id)).draft()
        await self._check_ahead(before.model_copy(update=changes), may_be_unset=before.is_unset)
        workflow = await self._database.awrite(work)
        self._note("workflow.updated", workflow_id=workflow.id)
        return workflow

    async def read_templates(self, sources: Sequence[str]) -> None:
        """Read the templates of a workflow's steps, so that to check them takes nobody long.

        Raises:
            InvalidInput: They take too long to be read.
        """
        try:
            # Where there are more steps than there may be, nobody looks at their templates.
            await read_ahead(self._pool, sources[:STEPS_MAX])
        except TookTooLong as error:
            raise InvalidInput("steps", f"steps: {error.message}") from None

    async def _check_ahead(self, draft: WorkflowDraft, *, may_be_unset: bool = False) -> None:
        # Before the transaction that checks for good: templates and conditions take a while to be read, once, and
        # nobody else may write meanwhile.
        await self.read_templates([step.input for step in draft.steps])
        await self._database.aread(
            lambda connection: check_draft(draft, _agents(connection), may_be_unset=may_be_unset)
        )

    async def delete(self, workflow_id: int, *, version: int | None = None) -> None:
        """Delete a workflow; its executions stay in the history.

        Args:
            workflow_id: Which one.
            version: The version that is to go; None for any.

        Raises:
            NotFound: There is none with this id.
            Stale: It has another version.
        """

        def work(connection: Connection) -> None:
            check_version(connection, "workflow", _lock(connection, workflow_id), version)
            workflows.remove(connection, workflow_id)

        await self._database.awrite(work)
        self._note("workflow.deleted", workflow_id=workflow_id)

    # Files

    async def export(self, draft: WorkflowDraft) -> dict[str, Any]:
        """Return a workflow as a file that any hub can import: JSON values, see `WorkflowFile`."""
        return await self._database.aread(lambda connection: export(draft, _agents(connection)))

    async def plan_import(self, file: WorkflowFile, missing: Missing = "create") -> ImportPlan:
        """Say what an import would do; nothing is stored.

        Args:
            file: What would be imported.
            missing: What becomes of agents this hub does not have.

        Raises:
            InvalidInput: An agent of the file does not fit. Whether the workflow does, `check_draft` tells.
        """
        return await self._database.aread(lambda connection: plan_import(file, agents.every(connection), missing))

    async def check_import(self, plan: ImportPlan) -> None:
        """Refuse an import whose workflow is not valid.

        Raises:
            InvalidInput: See `check_draft`; steps may wait for their agent.
        """
        await self._check_ahead(plan.draft, may_be_unset=True)

    async def import_file(
        self, file: WorkflowFile, missing: Missing = "create", *, seen: Sequence[Binding] | None = None
    ) -> tuple[Workflow, ImportPlan]:
        """Store a workflow from a file, with the agents that are to be created: all of it or nothing.

        Args:
            file: What to import.
            missing: What becomes of agents this hub does not have.
            seen: What the person was shown of the plan; None if nobody was.

        Returns:
            The workflow, and what was done.

        Raises:
            InvalidInput: It is not valid; nothing is stored.
            Conflict: The hub's agents have changed and the plan is another than was seen; nothing is stored.
        """

        def work(connection: Connection) -> tuple[Workflow, ImportPlan]:
            plan = plan_import(file, agents.every(connection), missing)
            if seen is not None and plan.bound != tuple(seen):
                raise Conflict("The agents of this hub have changed meanwhile. Look at the import again.")
            at = now()
            ids = {draft.name: agents.add(connection, draft, at).id for draft in plan.new}
            draft = plan.with_created(ids)
            check_draft(draft, _agents(connection), may_be_unset=True)
            return workflows.add(connection, draft, at), plan

        await self.check_import(await self.plan_import(file, missing))
        imported = await self._database.awrite(work)
        self._note("workflow.imported", workflow_id=imported[0].id)
        return imported


def _lock(connection: Connection, workflow_id: int) -> Workflow:
    return workflows.needed(workflows.lock(connection, workflow_id), workflow_id)


def _agents(connection: Connection) -> dict[int, Agent]:
    return {agent.id: agent for agent in agents.every(connection)}

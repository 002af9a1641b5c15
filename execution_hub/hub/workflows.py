"""The workflows of the hub."""

from collections.abc import Callable, Sequence
from typing import Any

from execution_hub.domain.agent import Agent
from execution_hub.domain.clock import now
from execution_hub.domain.kinds import ID_MAX
from execution_hub.domain.naming import base_name
from execution_hub.domain.texts import as_name
from execution_hub.domain.trigger import Trigger, TriggerType
from execution_hub.domain.workflow import STEPS_MAX, Problem, Workflow, WorkflowDraft, check_draft
from execution_hub.domain.workflow_file import (
    Binding,
    ImportPlan,
    Missing,
    WorkflowFile,
    export,
    plan_import,
)
from execution_hub.errors import Conflict, InvalidInput, TookTooLong
from execution_hub.hub.catalogue import Catalogue, nobody
from execution_hub.hub.output_schemas import check_output_schema
from execution_hub.llm.cost_limit import check_cost_limit
from execution_hub.llm.prices import Prices, price_table
from execution_hub.pool import WorkPool
from execution_hub.read_ahead import read_ahead
from execution_hub.store import triggers
from execution_hub.store.agents import agents
from execution_hub.store.database import Connection, Database
from execution_hub.store.workflows import workflows


class Workflows(Catalogue[Workflow, WorkflowDraft]):
    """How agents work together. Only valid ones are stored."""

    def __init__(
        self,
        database: Database,
        pool: WorkPool,
        prices: Prices | None = None,
        on_change: Callable[[], None] = nobody,
    ) -> None:
        """Keep them in a database; where many long templates are to be read, that is done in a pool.

        Args:
            database: Where.
            pool: Where long templates are read.
            prices: What models cost; as published if omitted.
            on_change: See Catalogue.
        """
        super().__init__(database, workflows, on_change)
        self._pool = pool
        self._prices = price_table() if prices is None else prices

    async def problems(self, draft: WorkflowDraft) -> list[Problem]:
        """Return all that keeps a draft from being stored.

        Raises:
            InvalidInput: Its templates take too long to be read.
        """
        await self.read_templates([step.input for step in draft.steps])
        return await self._database.aread(lambda connection: draft.problems(_agents(connection, draft)))

    async def create(self, draft: WorkflowDraft) -> Workflow:
        """See Catalogue.

        Raises:
            InvalidInput: It is not valid: see `check_draft`.
        """
        await self._check_ahead(draft)
        return await super().create(draft)

    async def update(self, object_id: int, changes: dict[str, Any], *, version: int | None = None) -> Workflow:
        """See Catalogue; `steps` replaces all of them.

        A workflow with steps that wait for their agent, as after an import, may keep such steps.

        Raises:
            NotFound: There is none with this id.
            InvalidInput: It would not be valid: see `check_draft`.
            Stale: It has another version.
        """
        before = (await self.get(object_id)).draft()
        await self._check_ahead(before.model_copy(update=changes), may_be_unset=before.is_unset)
        return await super().update(object_id, changes, version=version)

    def _check(self, connection: Connection, draft: WorkflowDraft, current: Workflow | None) -> None:
        may_be_unset = current is not None and current.draft().is_unset
        check_draft(draft, _agents(connection, draft), may_be_unset=may_be_unset)

    def _note_save(self, connection: Connection, saved: Workflow) -> None:
        name = as_name(saved.name)
        save = Trigger(TriggerType.SAVE, self.actor.name, now(), workflow_id=saved.id, name=name, version=saved.version)
        triggers.note_save(connection, save)

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
            lambda connection: check_draft(draft, _agents(connection, draft), may_be_unset=may_be_unset)
        )

    # Files

    async def export(self, draft: WorkflowDraft) -> dict[str, Any]:
        """Return a workflow as a file that any hub can import: JSON values, see `WorkflowFile`."""
        return await self._database.aread(lambda connection: export(draft, _agents(connection, draft)))

    async def plan_import(self, file: WorkflowFile, missing: Missing = "create") -> ImportPlan:
        """Say what an import would do; nothing is stored.

        Args:
            file: What would be imported.
            missing: What becomes of agents this hub does not have.

        Raises:
            InvalidInput: An agent of the file does not fit. Whether the workflow does, `check_draft` tells.
        """
        plan = await self._database.aread(lambda connection: self._plan(connection, file, missing))
        for place, agent in enumerate(file.drafts if plan.new else ()):
            try:
                await check_output_schema(self._pool, agent.output_schema)
            except InvalidInput as error:
                raise error.within(f"agents[{place}]") from None
        return plan

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
            plan = self._plan(connection, file, missing)
            if seen is not None and plan.bound != tuple(seen):
                raise Conflict("The agents of this hub have changed meanwhile. Look at the import again.")
            at = now()
            ids = {draft.name: agents.add(connection, draft, at).id for draft in plan.new}
            draft = plan.with_created(ids)
            check_draft(draft, _agents(connection, draft), may_be_unset=True)
            return workflows.add(connection, draft, at), plan

        await self.check_import(await self.plan_import(file, missing))
        imported = await self._database.awrite(work)
        self._note_action("imported", imported[0].id)
        return imported

    def _plan(self, connection: Connection, file: WorkflowFile, missing: Missing) -> ImportPlan:
        # Of the agents there are only their names are read, and whole those that the file may mean.
        (names, _), wanted = agents.names(connection, ID_MAX), file.base_names
        known = agents.some(connection, [each for each, name in names if base_name(name) in wanted])
        plan = plan_import(file, list(known.values()), missing, taken=[name for _, name in names])
        for place, agent in enumerate(file.drafts if plan.new else ()):
            try:
                check_cost_limit(agent.model, agent.max_cost_usd, self._prices)
            except InvalidInput as error:
                raise error.within(f"agents[{place}]") from None
        return plan


def _agents(connection: Connection, draft: WorkflowDraft) -> dict[int, Agent]:
    """Return the agents that a draft's steps name: of all there are, no more is needed to check or run it."""
    return agents.some(connection, draft.agent_ids)

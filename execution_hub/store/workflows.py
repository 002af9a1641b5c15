"""Queries of workflows."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, insert, select, update

from execution_hub.domain.folding import sort_key
from execution_hub.domain.workflow import Workflow, WorkflowDraft, WorkflowStep
from execution_hub.errors import NotFound
from execution_hub.store import pages, versions
from execution_hub.store.tables import WorkflowRow

workflows: Table = WorkflowRow.__table__  # type: ignore[attr-defined]
_TEXTS = ("description", "definition")


def every(connection: Connection) -> list[Workflow]:
    """Return all workflows by name."""
    # Here and not in the database: each of them knows another order, and SQLite only ASCII's.
    found = [_workflow(row) for row in connection.execute(select(workflows).order_by(workflows.c.id)).mappings()]
    return sorted(found, key=lambda workflow: sort_key(workflow.name))


def page(connection: Connection, limit: int, after: tuple[str, int] | None = None) -> tuple[list[Workflow], bool]:
    """Return a page of the list by name, and whether more follow: see `pages.by_name`."""
    ids, is_more = pages.by_name(connection, workflows, _TEXTS, limit, after)
    rows = connection.execute(select(workflows).where(workflows.c.id.in_(ids))).mappings()
    found = {row["id"]: _workflow(row) for row in rows}
    return [found[each] for each in ids], is_more


def find(connection: Connection, workflow_id: int) -> Workflow | None:
    """Return a workflow, or None."""
    row = connection.execute(select(workflows).where(workflows.c.id == workflow_id)).mappings().one_or_none()
    return None if row is None else _workflow(row)


def get(connection: Connection, workflow_id: int) -> Workflow:
    """Return a workflow.

    Raises:
        NotFound: There is none with this id.
    """
    return needed(find(connection, workflow_id), workflow_id)


def needed(workflow: Workflow | None, workflow_id: int) -> Workflow:
    """Return what was found.

    Raises:
        NotFound: It was not.
    """
    if workflow is None:
        raise NotFound(f"There is no workflow {workflow_id}.", field="workflow_id", id=workflow_id)
    return workflow


def lock(connection: Connection, workflow_id: int) -> Workflow | None:
    """Return a workflow that nobody else changes before this transaction ends, or None."""
    statement = select(workflows).where(workflows.c.id == workflow_id).with_for_update()
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else _workflow(row)


def add(connection: Connection, draft: WorkflowDraft, at: datetime) -> Workflow:
    """Store a new workflow, with its first version, and return it."""
    values = {**_values(draft), "created_at": at, "updated_at": at}
    found = connection.execute(insert(workflows).values(**values).returning(*workflows.c)).mappings().one()
    workflow = _workflow(found)
    versions.keep(connection, "workflow", workflow.id, workflow.version, _content(draft), at)
    return workflow


def change(connection: Connection, workflow: Workflow, draft: WorkflowDraft, at: datetime) -> Workflow:
    """Store new values of a workflow as its next version and return it; equal values change nothing.

    Args:
        connection: A writing transaction.
        workflow: As `lock` returned it.
        draft: The new values.
        at: When, UTC.
    """
    before, after = _content(workflow.draft()), _content(draft)
    if before == after:
        return workflow
    # What was stored before there were versions has none yet.
    versions.keep(connection, "workflow", workflow.id, workflow.version, before, workflow.updated_at)
    statement = (
        update(workflows)
        .where(workflows.c.id == workflow.id, workflows.c.version == workflow.version)
        .values(**_values(draft), version=workflow.version + 1, updated_at=at)
        .returning(*workflows.c)
    )
    changed = _workflow(connection.execute(statement).mappings().one())
    versions.keep(connection, "workflow", workflow.id, changed.version, after, at)
    return changed


def remove(connection: Connection, workflow_id: int) -> bool:
    """Delete a workflow; its executions and its versions stay. Tells whether it was there."""
    return connection.execute(delete(workflows).where(workflows.c.id == workflow_id)).rowcount > 0


def using_agent(connection: Connection, agent_id: int) -> list[Workflow]:
    """Return the workflows of which a step is an agent's."""
    return [each for each in every(connection) if any(step.agent_id == agent_id for step in each.steps)]


def _content(draft: WorkflowDraft) -> dict[str, Any]:
    return {**draft.model_dump(mode="json"), "name": draft.name.strip()}


def _values(draft: WorkflowDraft) -> dict[str, Any]:
    content = _content(draft)
    return {
        "name": content["name"],
        "description": content["description"],
        "definition": {"steps": content["steps"]},
    }


def _workflow(row: RowMapping) -> Workflow:
    # Checked when it was stored; a workflow from before there were steps has none.
    found = (row["definition"] or {}).get("steps") or []
    return Workflow(
        id=row["id"],
        name=row["name"],
        description=row["description"],
        steps=tuple(WorkflowStep.model_validate(step) for step in found),
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )

"""Queries of workflows."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import JSON, ColumnElement, Connection, RowMapping, column, exists, func, select

from execution_hub.domain.workflow import Workflow, WorkflowDraft, WorkflowStep
from execution_hub.store import pages
from execution_hub.store.catalogue import Catalogue
from execution_hub.store.catalogue_tables import WorkflowColumns


class WorkflowTable(Catalogue[Workflow, WorkflowDraft]):
    """The queries of workflows."""

    def using_agent(self, connection: Connection, agent_id: int) -> list[pages.Place]:
        """Return the workflows of which a step is an agent's, by name; their definitions stay in the database."""
        return pages.places(connection, self.table, is_by_name=True, where=self._uses(connection, agent_id))

    def among_using(self, connection: Connection, ids: Collection[int], agent_id: int) -> list[int]:
        """Return those of some workflows of which a step is an agent's."""
        if not ids:
            return []
        statement = select(self.table.c.id).where(self.table.c.id.in_(ids), self._uses(connection, agent_id))
        return list(connection.execute(statement).scalars())

    def _uses(self, connection: Connection, agent_id: int) -> ColumnElement[bool]:
        definition = self.table.c.definition
        if connection.dialect.name == "sqlite":
            step = func.json_each(definition, "$.steps").table_valued("value")
            asked = func.json_extract(step.c.value, "$.agent_id")
        else:
            step = func.json_array_elements(definition["steps"]).table_valued(column("value", JSON))
            asked = step.c.value["agent_id"].as_integer()
        return exists(select(1).select_from(step).where(asked == agent_id).correlate(self.table))


def _read(row: RowMapping) -> Workflow:
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


def _content(found: Workflow | WorkflowDraft) -> dict[str, Any]:
    draft = found.draft() if isinstance(found, Workflow) else found
    return {**draft.model_dump(mode="json"), "name": draft.name.strip()}


def _columns(content: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": content["name"],
        "description": content["description"],
        "definition": {"steps": content["steps"]},
    }


def _changes(content: Mapping[str, Any]) -> dict[str, Any]:
    steps = [WorkflowStep.model_validate(step) for step in content["steps"]]
    return {"name": content["name"], "description": content["description"], "steps": steps}


workflows = WorkflowTable(
    "workflow",
    WorkflowColumns.__table__,  # type: ignore[attr-defined]
    read=_read,
    content=_content,
    texts=("description", "definition"),
    columns=_columns,
    changes=_changes,
)

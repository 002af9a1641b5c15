"""Queries of agents."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, Text, cast, select

from execution_hub.domain.agent import DRAFT_FIELDS, SIMULATED, Agent, AgentBrief, AgentDraft
from execution_hub.domain.kinds import ID_MAX
from execution_hub.domain.tool_choice import ToolChoice, stored_tools
from execution_hub.store.catalogue import Catalogue
from execution_hub.store.catalogue_tables import AgentColumns
from execution_hub.store.pages import Listing


class AgentTable(Catalogue[Agent, AgentDraft]):
    """The queries of agents."""

    def briefs(self, connection: Connection, ids: Iterable[int]) -> dict[int, AgentBrief]:
        """Return what pages say of some agents without their prompts, by id."""
        table, wanted = self.table.c, {each for each in ids if 0 < each <= ID_MAX}
        statement = select(table.id, table.name, table.model).where(table.id.in_(wanted))
        return {row.id: AgentBrief(row.id, row.name, row.model) for row in connection.execute(statement)}

    def with_tools(self, connection: Connection, limit: int) -> list[tuple[int, str, tuple[ToolChoice, ...]]]:
        """Return id, name and choices of agents that have tools, by name: so many at most."""
        table = self.table.c
        statement = (
            select(table.id, table.name, table.tools)
            .where(cast(table.tools, Text) != "[]")
            .order_by(table.name, table.id)
            .limit(limit)
        )
        return [(row.id, row.name, stored_tools(row.tools)) for row in connection.execute(statement)]

    def of_kind(
        self, connection: Connection, limit: int, cursor: str | None = None, q: str = "", *, is_offline: bool
    ) -> Listing[Agent]:
        """Return a page of the list of those that answer offline, or of the others: see `page`."""
        model = self.table.c.model
        return self.page(connection, limit, cursor, q, where=model == SIMULATED if is_offline else model != SIMULATED)


def _read(row: RowMapping) -> Agent:
    values = {name: row[name] for name in Agent.__dataclass_fields__}
    return Agent(**{**values, "tools": stored_tools(row["tools"])})


def _content(found: Agent | AgentDraft) -> dict[str, Any]:
    values = {name: getattr(found, name) for name in DRAFT_FIELDS}
    return {**values, "tools": [each.as_json() for each in found.tools]}


def _changes(content: Mapping[str, Any]) -> dict[str, Any]:
    # A newer hub may have kept more than this one knows of.
    return {name: content[name] for name in DRAFT_FIELDS if name in content}


agents = AgentTable(
    "agent",
    AgentColumns.__table__,  # type: ignore[attr-defined]
    read=_read,
    content=_content,
    texts=("description", "system_prompt"),
    changes=_changes,
)

"""Queries of the cases of agents."""

from collections.abc import Sequence

from sqlalchemy import Connection, Table, delete, insert, select

from execution_hub.domain.case import AgentCase
from execution_hub.store.catalogue_tables import AgentCaseRow

cases: Table = AgentCaseRow.__table__  # type: ignore[attr-defined]


def of(connection: Connection, agent_id: int) -> list[AgentCase]:
    """Return the cases of an agent, in their order."""
    statement = select(cases.c.name, cases.c.input).where(cases.c.agent_id == agent_id).order_by(cases.c.position)
    return [AgentCase(row.name, row.input) for row in connection.execute(statement)]


def put(connection: Connection, agent_id: int, given: Sequence[AgentCase]) -> None:
    """Store the cases of an agent instead of those it had.

    Args:
        connection: A writing transaction that has locked the agent.
        agent_id: Whose.
        given: All of them, in their order.
    """
    connection.execute(delete(cases).where(cases.c.agent_id == agent_id))
    rows = [
        {"agent_id": agent_id, "position": place, "name": each.name, "input": each.input}
        for place, each in enumerate(given)
    ]
    if rows:
        connection.execute(insert(cases), rows)

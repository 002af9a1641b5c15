"""Queries of agents."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, insert, select, update

from execution_hub.domain.agent import Agent, AgentDraft
from execution_hub.domain.folding import sort_key
from execution_hub.store.tables import AgentRow

agents: Table = AgentRow.__table__  # type: ignore[attr-defined]


def _agent(row: RowMapping) -> Agent:
    return Agent(**{name: row[name] for name in Agent.__dataclass_fields__})


def every(connection: Connection) -> list[Agent]:
    """Return all agents by name."""
    # Here and not in the database: each of them knows another order, and SQLite only ASCII's.
    found = [_agent(row) for row in connection.execute(select(agents).order_by(agents.c.id)).mappings()]
    return sorted(found, key=lambda agent: sort_key(agent.name))


def find(connection: Connection, agent_id: int) -> Agent | None:
    """Return an agent, or None."""
    row = connection.execute(select(agents).where(agents.c.id == agent_id)).mappings().one_or_none()
    return None if row is None else _agent(row)


def add(connection: Connection, draft: AgentDraft, at: datetime) -> Agent:
    """Store a new agent and return it."""
    values: dict[str, Any] = {**asdict(draft), "created_at": at, "updated_at": at}
    return _agent(connection.execute(insert(agents).values(**values).returning(*agents.c)).mappings().one())


def change(connection: Connection, agent_id: int, draft: AgentDraft, at: datetime) -> Agent:
    """Store new values of an agent and return it."""
    statement = (
        update(agents).where(agents.c.id == agent_id).values(**asdict(draft), updated_at=at).returning(*agents.c)
    )
    return _agent(connection.execute(statement).mappings().one())


def remove(connection: Connection, agent_id: int) -> bool:
    """Delete an agent; its executions stay. Tells whether it was there."""
    return connection.execute(delete(agents).where(agents.c.id == agent_id)).rowcount > 0

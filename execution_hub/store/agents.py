"""Queries of agents."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, insert, select, update

from execution_hub.domain.agent import Agent, AgentDraft
from execution_hub.domain.folding import sort_key
from execution_hub.errors import NotFound
from execution_hub.store import pages, versions
from execution_hub.store.tables import AgentRow

agents: Table = AgentRow.__table__  # type: ignore[attr-defined]
_TEXTS = ("description", "system_prompt")


def _agent(row: RowMapping) -> Agent:
    return Agent(**{name: row[name] for name in Agent.__dataclass_fields__})


def every(connection: Connection) -> list[Agent]:
    """Return all agents by name."""
    # Here and not in the database: each of them knows another order, and SQLite only ASCII's.
    found = [_agent(row) for row in connection.execute(select(agents).order_by(agents.c.id)).mappings()]
    return sorted(found, key=lambda agent: sort_key(agent.name))


def page(connection: Connection, limit: int, after: tuple[str, int] | None = None) -> tuple[list[Agent], bool]:
    """Return a page of the list by name, and whether more follow: see `pages.by_name`."""
    ids, is_more = pages.by_name(connection, agents, _TEXTS, limit, after)
    rows = connection.execute(select(agents).where(agents.c.id.in_(ids))).mappings()
    found = {row["id"]: _agent(row) for row in rows}
    return [found[each] for each in ids], is_more


def find(connection: Connection, agent_id: int) -> Agent | None:
    """Return an agent, or None."""
    row = connection.execute(select(agents).where(agents.c.id == agent_id)).mappings().one_or_none()
    return None if row is None else _agent(row)


def get(connection: Connection, agent_id: int) -> Agent:
    """Return an agent.

    Raises:
        NotFound: There is none with this id.
    """
    return needed(find(connection, agent_id), agent_id)


def needed(agent: Agent | None, agent_id: int) -> Agent:
    """Return what was found.

    Raises:
        NotFound: It was not.
    """
    if agent is None:
        raise NotFound(f"There is no agent {agent_id}.", field="agent_id", id=agent_id)
    return agent


def lock(connection: Connection, agent_id: int) -> Agent | None:
    """Return an agent that nobody else changes before this transaction ends, or None."""
    statement = select(agents).where(agents.c.id == agent_id).with_for_update()
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else _agent(row)


def add(connection: Connection, draft: AgentDraft, at: datetime) -> Agent:
    """Store a new agent, with its first version, and return it."""
    values: dict[str, Any] = {**asdict(draft), "created_at": at, "updated_at": at}
    agent = _agent(connection.execute(insert(agents).values(**values).returning(*agents.c)).mappings().one())
    versions.keep(connection, "agent", agent.id, agent.version, asdict(draft), at)
    return agent


def change(connection: Connection, agent: Agent, draft: AgentDraft, at: datetime) -> Agent:
    """Store new values of an agent as its next version and return it; equal values change nothing.

    Args:
        connection: A writing transaction.
        agent: As `lock` returned it.
        draft: The new values.
        at: When, UTC.
    """
    # Not as a draft: what was stored by an older version need not pass today's checks.
    before = {name: getattr(agent, name) for name in AgentDraft.__dataclass_fields__}
    if asdict(draft) == before:
        return agent
    # What was stored before there were versions has none yet.
    versions.keep(connection, "agent", agent.id, agent.version, before, agent.updated_at)
    statement = (
        update(agents)
        .where(agents.c.id == agent.id, agents.c.version == agent.version)
        .values(**asdict(draft), version=agent.version + 1, updated_at=at)
        .returning(*agents.c)
    )
    changed = _agent(connection.execute(statement).mappings().one())
    versions.keep(connection, "agent", agent.id, changed.version, asdict(draft), at)
    return changed


def remove(connection: Connection, agent_id: int) -> bool:
    """Delete an agent; its executions and its versions stay. Tells whether it was there."""
    return connection.execute(delete(agents).where(agents.c.id == agent_id)).rowcount > 0

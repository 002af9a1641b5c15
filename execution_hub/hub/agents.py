"""The agents of the hub."""

from typing import Any

from execution_hub.domain.agent import SIMULATED, Agent, AgentDraft
from execution_hub.domain.clock import now
from execution_hub.domain.cursor import read_name_cursor, write_name_cursor
from execution_hub.domain.filters import LIMIT_MAX
from execution_hub.errors import Conflict
from execution_hub.hub.actor import ActedUpon
from execution_hub.hub.listing import Listing
from execution_hub.hub.versions import check_version
from execution_hub.llm.prices import price_table
from execution_hub.store import agents, workflows
from execution_hub.store.database import Connection, Database


class Agents(ActedUpon):
    """Who can be asked."""

    def __init__(self, database: Database) -> None:
        """Keep them in a database."""
        self._database = database

    async def every(self) -> list[Agent]:
        """Return all agents by name."""
        return await self._database.aread(agents.every)

    async def page(self, *, limit: int = LIMIT_MAX, cursor: str | None = None) -> Listing[Agent]:
        """Return a page of the agents by name.

        Args:
            limit: How many at most, 1 to 200; fewer where they are long.
            cursor: The `next_cursor` of the page before.

        Raises:
            InvalidInput: The cursor is none of this list's.
        """
        after = None if cursor is None else read_name_cursor(cursor)
        found, is_more = await self._database.aread(lambda connection: agents.page(connection, limit, after))
        return Listing(found, write_name_cursor(found[-1].name, found[-1].id) if is_more and found else None)

    async def get(self, agent_id: int) -> Agent:
        """Return an agent.

        Raises:
            NotFound: There is none with this id.
        """
        return await self._database.aread(lambda connection: agents.get(connection, agent_id))

    async def create(self, draft: AgentDraft) -> Agent:
        """Store a new agent and return it."""
        agent = await self._database.awrite(lambda connection: agents.add(connection, draft, now()))
        self._note("agent.created", agent_id=agent.id)
        return agent

    async def update(self, agent_id: int, changes: dict[str, Any], *, version: int | None = None) -> Agent:
        """Change some values of an agent and return it; executions keep what they ran with.

        Args:
            agent_id: Which one.
            changes: Fields of AgentDraft; what is left out stays.
            version: The version the changes are made to; None to make them to any.

        Raises:
            NotFound: There is none with this id.
            InvalidInput: A value does not fit; the field is named.
            Stale: It has another version.
        """

        def work(connection: Connection) -> Agent:
            agent = _lock(connection, agent_id)
            check_version(connection, "agent", agent, version)
            return agents.change(connection, agent, agent.draft(**changes), now())

        agent = await self._database.awrite(work)
        self._note("agent.updated", agent_id=agent.id)
        return agent

    async def delete(self, agent_id: int, *, version: int | None = None) -> None:
        """Delete an agent; its executions stay in the history.

        Args:
            agent_id: Which one.
            version: The version that is to go; None for any.

        Raises:
            NotFound: There is none with this id.
            Conflict: Workflows use it; they are named.
            Stale: It has another version.
        """

        def work(connection: Connection) -> None:
            check_version(connection, "agent", _lock(connection, agent_id), version)
            using = workflows.using_agent(connection, agent_id)
            if using:
                names = ", ".join(each.name for each in using)
                raise Conflict(
                    f"This agent is used by {names}. Give its steps to another agent first.",
                    workflows=[{"id": each.id, "name": each.name} for each in using],
                )
            agents.remove(connection, agent_id)

        await self._database.awrite(work)
        self._note("agent.deleted", agent_id=agent_id)

    def suggested_models(self) -> list[str]:
        """Return names of models to offer: the offline one, then those whose price is known."""
        return [SIMULATED, *price_table()]


def _lock(connection: Connection, agent_id: int) -> Agent:
    return agents.needed(agents.lock(connection, agent_id), agent_id)

"""The agents of the hub."""

from collections.abc import Iterable

from execution_hub.domain.agent import SIMULATED, Agent, AgentBrief, AgentDraft
from execution_hub.domain.filters import LIMIT_MAX
from execution_hub.errors import Conflict
from execution_hub.hub.catalogue import Catalogue
from execution_hub.llm.prices import Prices, price_table
from execution_hub.store.agents import agents
from execution_hub.store.database import Connection, Database
from execution_hub.store.workflows import workflows

# How many of the workflows that use an agent a message names; its details have as many as a page of a list.
_NAMED_MAX = 10


class Agents(Catalogue[Agent, AgentDraft]):
    """Who can be asked; one that a workflow uses is not deleted."""

    def __init__(self, database: Database, prices: Prices | None = None) -> None:
        """Keep them in a database; models with prices (those published if omitted) are offered."""
        super().__init__(database, agents)
        self._prices = price_table() if prices is None else prices

    async def briefs(self, ids: Iterable[int]) -> dict[int, AgentBrief]:
        """Return what pages say of some agents without their prompts, by id; those that are gone are left out."""
        wanted = set(ids)
        return await self._database.aread(lambda connection: agents.briefs(connection, wanted))

    def suggested_models(self) -> list[str]:
        """Return names of models to offer: the offline one, then those whose price is known."""
        return [SIMULATED, *self._prices]

    def _check_unused(self, connection: Connection, object_id: int) -> None:
        using = workflows.using_agent(connection, object_id)
        if using:
            names, more = ", ".join(each.name for each in using[:_NAMED_MAX]), len(using) - _NAMED_MAX
            raise Conflict(
                f"This agent is used by {names}{f' and {more} more' if more > 0 else ''}. "
                "Give its steps to another agent first.",
                workflows=[{"id": each.id, "name": each.name} for each in using[:LIMIT_MAX]],
            )

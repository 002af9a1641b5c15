"""The agents of the hub."""

from collections.abc import Callable, Iterable
from typing import Any

from execution_hub.domain.agent import Agent, AgentBrief, AgentDraft
from execution_hub.domain.agent_file import AgentFile, as_file
from execution_hub.domain.clock import now
from execution_hub.domain.filters import LIMIT_MAX
from execution_hub.domain.kinds import ID_MAX, check_id
from execution_hub.domain.texts import as_name
from execution_hub.domain.tool_choice import ToolChoice
from execution_hub.domain.trigger import Trigger, TriggerType
from execution_hub.errors import Conflict
from execution_hub.hub.catalogue import Catalogue, nobody
from execution_hub.hub.output_schemas import check_output_schema
from execution_hub.llm.cost_limit import check_cost_limit
from execution_hub.llm.prices import Prices, price_table
from execution_hub.llm.providers import EXAMPLES, missing_key
from execution_hub.pool import WorkPool
from execution_hub.settings import Settings
from execution_hub.store import cases, triggers
from execution_hub.store.agents import agents
from execution_hub.store.database import Connection, Database
from execution_hub.store.pages import Listing
from execution_hub.store.workflows import workflows

# The two parts of the list that begins with those that answer offline.
_OFFLINE, _OTHERS = "offline", "others"
# How many of the workflows that use an agent a message names; its details have as many as a page of a list.
_NAMED_MAX = 10
# Of how many agents the tools are told together.
WITH_TOOLS_MAX = 1_000


class Agents(Catalogue[Agent, AgentDraft]):
    """Who can be asked; one that a workflow uses is not deleted."""

    def __init__(
        self,
        database: Database,
        settings: Settings | None = None,
        prices: Prices | None = None,
        pool: WorkPool | None = None,
        on_change: Callable[[], None] = nobody,
    ) -> None:
        """Keep them in a database.

        Args:
            database: Where.
            settings: They tell which of them can answer; None where nobody asks.
            prices: Models without one can have no limit on cost; those published if omitted.
            pool: Where schemas are checked; one of its own if omitted.
            on_change: See Catalogue.
        """
        super().__init__(database, agents, on_change)
        self._settings = settings
        self._prices = price_table() if prices is None else prices
        self._pool = WorkPool() if pool is None else pool

    async def create(self, draft: AgentDraft) -> Agent:
        """See Catalogue."""
        await check_output_schema(self._pool, draft.output_schema)
        return await super().create(draft)

    async def update(self, object_id: int, changes: dict[str, Any], *, version: int | None = None) -> Agent:
        """See Catalogue."""
        await check_output_schema(self._pool, changes.get("output_schema"))
        return await super().update(object_id, changes, version=version)

    def missing_key(self, model: str) -> str:
        """Return the variable that must be set before a model answers; empty if nothing is missing."""
        return "" if self._settings is None else missing_key(self._settings, model)

    @property
    def is_offline(self) -> bool:
        """Whether no provider is set up, so that only the simulated model answers."""
        return all(self.missing_key(model) for model in EXAMPLES)

    async def offline_first(self, *, limit: int = LIMIT_MAX, cursor: str | None = None, q: str = "") -> Listing[Agent]:
        """Return a page of the list in which those that answer offline come before the others.

        Args:
            limit: How many at most.
            cursor: The `next_cursor` of the page before.
            q: Only those whose name holds this text, whatever its case.

        Raises:
            InvalidInput: The cursor is none of this list's.
        """

        def work(connection: Connection) -> Listing[Agent]:
            part, _, place = (cursor or _OFFLINE).partition(":")
            if part != _OFFLINE:
                others = agents.of_kind(connection, limit, place or None, q, is_offline=False)
                return Listing(others.items, others.next_cursor and f"{_OTHERS}:{others.next_cursor}")
            offline = agents.of_kind(connection, limit, place or None, q, is_offline=True)
            if offline.next_cursor:
                return Listing(offline.items, f"{_OFFLINE}:{offline.next_cursor}")
            room = limit - len(offline.items)
            others = agents.of_kind(connection, max(room, 1), None, q, is_offline=False)
            if not room:
                return Listing(offline.items, _OTHERS if others.items else None)
            more = others.next_cursor and f"{_OTHERS}:{others.next_cursor}"
            return Listing([*offline.items, *others.items], more)

        return await self._database.aread(work)

    # Files

    async def export(self, agent_id: int) -> dict[str, Any]:
        """Return an agent as a file that any hub can import: JSON values, see `AgentFile`.

        Raises:
            NotFound: There is none with this id.
        """
        check_id("agent_id", agent_id)

        def work(connection: Connection) -> dict[str, Any]:
            return as_file(agents.get(connection, agent_id), cases=cases.of(connection, agent_id))

        return await self._database.aread(work)

    async def plan_import(self, file: AgentFile) -> dict[str, Any]:
        """Say what an import would store, as a file; nothing is.

        Raises:
            InvalidInput: A value does not fit; the field is named.
        """
        draft = await self._database.aread(lambda connection: self._draft(connection, file))
        await check_output_schema(self._pool, draft.output_schema)
        own = [each.as_json() for each in file.own_cases()]
        return {**draft.as_json(), "cases": own} if own else draft.as_json()

    async def import_file(self, file: AgentFile) -> Agent:
        """Store an agent from a file: a second one where another has its name.

        Raises:
            InvalidInput: A value does not fit; the field is named, and nothing is stored.
        """
        own = file.own_cases()
        await check_output_schema(self._pool, file.draft(frozenset()).output_schema)

        def work(connection: Connection) -> Agent:
            stored = agents.add(connection, self._draft(connection, file), now())
            cases.put(connection, stored.id, own)
            return stored

        return self._told("imported", await self._database.awrite(work))

    def _draft(self, connection: Connection, file: AgentFile) -> AgentDraft:
        names, _ = agents.names(connection, ID_MAX)
        draft = file.draft(frozenset(name for _, name in names))
        check_cost_limit(draft.model, draft.max_cost_usd, self._prices)
        return draft

    async def briefs(self, ids: Iterable[int]) -> dict[int, AgentBrief]:
        """Return what pages say of some agents without their prompts, by id; those that are gone are left out."""
        wanted = set(ids)
        return await self._database.aread(lambda connection: agents.briefs(connection, wanted))

    async def with_tools(self) -> list[tuple[int, str, tuple[ToolChoice, ...]]]:
        """Return id, name and tools of the agents that have any, by name: the first thousand."""
        return await self._database.aread(lambda connection: agents.with_tools(connection, WITH_TOOLS_MAX))

    def _check(self, connection: Connection, draft: AgentDraft, current: Agent | None) -> None:
        # Prices may have gone since it was saved: it may be renamed all the same.
        if current is None or (current.model, current.max_cost_usd) != (draft.model, draft.max_cost_usd):
            check_cost_limit(draft.model, draft.max_cost_usd, self._prices)

    def _note_save(self, connection: Connection, saved: Agent) -> None:
        name = as_name(saved.name)
        save = Trigger(TriggerType.SAVE, self.actor.name, now(), agent_id=saved.id, name=name, version=saved.version)
        triggers.note_save(connection, save)

    def _copy_rest(self, connection: Connection, source_id: int, copy_id: int) -> None:
        cases.put(connection, copy_id, cases.of(connection, source_id))

    def _check_unused(self, connection: Connection, object_id: int) -> None:
        using = workflows.using_agent(connection, object_id)
        if using:
            names, more = ", ".join(each.name for each in using[:_NAMED_MAX]), len(using) - _NAMED_MAX
            raise Conflict(
                f"This agent is used by {names}{f' and {more} more' if more > 0 else ''}. "
                "Give its steps to another agent first.",
                workflows=[{"id": each.id, "name": each.name} for each in using[:LIMIT_MAX]],
            )

"""The cases of agents: kept with the agent, and run together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from execution_hub.domain.case import CASES_MAX, AgentCase, mark_of, read_cases
from execution_hub.domain.execution import Execution
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.kinds import check_id
from execution_hub.hub.actor import ActedUpon
from execution_hub.hub.executions import Executions
from execution_hub.runners.agent_batch import AgentBatch
from execution_hub.store import batches, cases, history
from execution_hub.store.agents import agents
from execution_hub.store.database import Connection, Database

Given = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Batch:
    """What was started together.

    Attributes:
        id: Its number.
        executions: Its executions, as excerpts, in the order in which they were started.
        marks: What the input of each is known by (`domain.case.mark_of`), by the id of the execution.
    """

    id: int
    executions: list[Execution]
    marks: dict[int, str]


class Cases(ActedUpon):
    """The cases of agents, and their batches."""

    def __init__(self, database: Database, executions: Executions) -> None:
        """Keep the cases in a database, and start batches as executions are started."""
        self._database = database
        self._executions = executions

    async def of(self, agent_id: int) -> list[AgentCase]:
        """Return the cases of an agent, in their order.

        Raises:
            NotFound: There is no such agent.
        """
        check_id("agent_id", agent_id)

        def work(connection: Connection) -> list[AgentCase]:
            found = cases.of(connection, agent_id)
            if not found:
                agents.get(connection, agent_id)
            return found

        return await self._database.aread(work)

    async def put(self, agent_id: int, given: Iterable[Given]) -> list[AgentCase]:
        """Store the cases of an agent instead of those it had, and return them.

        Args:
            agent_id: Whose.
            given: Names and inputs, in their order.

        Raises:
            NotFound: There is no such agent.
            InvalidInput: They do not fit, each or together; see `read_cases`.
        """
        wanted = read_cases(given)
        return await self.change(agent_id, lambda _: [(case.name, case.input) for case in wanted])

    async def change(self, agent_id: int, edit: Callable[[list[AgentCase]], Iterable[Given]]) -> list[AgentCase]:
        """Change the cases of an agent as they are at that moment, and return them.

        Args:
            agent_id: Whose.
            edit: Gives the names and inputs they are to have, from the cases there are.

        Raises:
            NotFound: There is no such agent.
            InvalidInput: They do not fit, each or together; see `read_cases`.
        """
        check_id("agent_id", agent_id)

        def work(connection: Connection) -> list[AgentCase]:
            agents.get(connection, agent_id, is_locked=True)
            wanted = read_cases(edit(cases.of(connection, agent_id)))
            cases.put(connection, agent_id, wanted)
            return wanted

        found = await self._database.awrite(work)
        self._note("agent.cases_changed", agent_id=agent_id, count=len(found))
        return found

    async def run(
        self,
        agent_id: int,
        *,
        agent: Mapping[str, Any] | None = None,
        names: Sequence[str] | None = None,
        idempotency_key: str | None = None,
    ) -> list[Execution]:
        """Start a test for each case, all of them or none, under one number; see `Executions.start_batch`.

        Args:
            agent_id: Whom to test.
            agent: Values to run with instead of the saved ones.
            names: Which cases; None for all.
            idempotency_key: The same key and request give the same executions again.

        Raises:
            NotFound: There is no such agent.
            Conflict: It has no cases, or the key was used for another request.
            InvalidInput: A name is none of them, or a value does not fit.
            QueueFull: There is not room for all of them.
        """
        batch = AgentBatch(agent_id, agent, names)
        executions = self._executions.as_(self.actor)
        return await executions.start_batch(
            batch.prepare,
            batch.request,
            output_schema=(batch.agent or {}).get("output_schema"),
            idempotency_key=idempotency_key,
        )

    async def batches(self, agent_id: int, limit: int) -> list[Batch]:
        """Return the newest batches of an agent, newest first.

        Args:
            agent_id: Whose.
            limit: How many at most.
        """

        def work(connection: Connection) -> list[Batch]:
            return [_read(connection, each) for each in batches.newest(connection, agent_id, limit)]

        return await self._database.aread(work)


def _read(connection: Connection, batch_id: int) -> Batch:
    found = history.page(connection, ExecutionFilter(batch_id=batch_id), CASES_MAX)
    marks = {execution_id: mark_of(text) for execution_id, text in batches.inputs(connection, batch_id).items()}
    return Batch(batch_id, sorted(found, key=lambda each: each.id), marks)

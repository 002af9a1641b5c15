"""A batch: tests of one agent on its cases, started together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from execution_hub.domain.agent import check_changes
from execution_hub.domain.case import AgentCase
from execution_hub.domain.execution import NewExecution
from execution_hub.domain.kinds import check_id
from execution_hub.errors import Conflict, InvalidInput
from execution_hub.runners.agent_test import AgentTest
from execution_hub.store import cases
from execution_hub.store.agents import agents
from execution_hub.store.database import Connection

_SHOWN_MAX = 60


@dataclass(frozen=True, slots=True)
class AgentBatch:
    """Tests of an agent on its cases as they are now, with the agent as it is or would be: see AgentTest.

    Attributes:
        agent_id: Whom to test.
        agent: Values to run with instead of the saved ones.
        names: Which cases, in their own order; None for all.
    """

    agent_id: int
    agent: Mapping[str, Any] | None = None
    names: Sequence[str] | None = None

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            InvalidInput: One does not fit.
        """
        check_id("agent_id", self.agent_id)
        if self.agent is not None:
            check_changes("agent", self.agent)
        if self.names is not None and not self.names:
            raise InvalidInput("names", "names is empty. Name some cases, or leave it out to run all.")

    @property
    def request(self) -> tuple[Any, ...]:
        """What a second use of an idempotency key must repeat."""
        return ("agent_batch", self.agent_id, self.agent, None if self.names is None else list(self.names))

    def prepare(self, connection: Connection) -> list[NewExecution]:
        """Return what is to be stored, in the order of the cases.

        Args:
            connection: A reading transaction.

        Raises:
            NotFound: There is no such agent.
            Conflict: It has no cases.
            InvalidInput: A name is none of them, or an unsaved value does not fit.
        """
        agents.get(connection, self.agent_id)
        chosen = self._chosen(cases.of(connection, self.agent_id))
        # All but the input is the same for all of them.
        first = AgentTest(self.agent_id, chosen[0].input, self.agent).prepare(connection)
        return [replace(first, input=case.input) for case in chosen]

    def _chosen(self, found: Sequence[AgentCase]) -> Sequence[AgentCase]:
        if not found:
            raise Conflict("This agent has no cases yet. Store some, then run them.", id=self.agent_id)
        if self.names is None:
            return found
        known = {case.name for case in found}
        for place, name in enumerate(self.names):
            if name not in known:
                raise InvalidInput(
                    f"names[{place}]", f"names[{place}] is no case of this agent: {name[:_SHOWN_MAX]!r}."
                )
        wanted = set(self.names)
        return [case for case in found if case.name in wanted]

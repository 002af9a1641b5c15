"""Queries of the cases of agents: those of the suite of an agent's own, as its page knows them."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from execution_hub.domain.case import AgentCase
from execution_hub.domain.clock import now
from execution_hub.domain.suite import Case
from execution_hub.store.agents import agents
from execution_hub.store.suites import own_of, put_own


def of(connection: Connection, agent_id: int) -> list[AgentCase]:
    """Return the cases of an agent, in their order."""
    suite = own_of(connection, agent_id)
    return [] if suite is None else [AgentCase(each.name, each.input) for each in suite.cases]


def put(connection: Connection, agent_id: int, given: Sequence[AgentCase]) -> None:
    """Store the cases of an agent instead of those it had; what its suite says of a case stays under the same name.

    Args:
        connection: A writing transaction that has locked the agent.
        agent_id: Whose.
        given: All of them, in their order.
    """
    suite = own_of(connection, agent_id)
    if suite is None and not given:
        return
    known = {} if suite is None else {each.name: each for each in suite.cases}
    cases = [replace(known.get(each.name, Case(each.name, each.input)), input=each.input) for each in given]
    put_own(connection, agents.get(connection, agent_id), cases, now())

"""A process that serves and executes is drained: it executes nothing new, and goes on serving."""

from datetime import timedelta
from typing import Any

from execution_hub.domain.clock import now
from execution_hub.domain.status import Status
from execution_hub.domain.worker import WorkerStatus
from execution_hub.engine.port import Claim
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from tests.support.hub import ended, eventually

# Longer than anything waits that may start.
WAITED = timedelta(seconds=1)


async def test_one_that_does_both_ends_what_it_has_takes_nothing_new_and_serves_on(joined: Hub) -> None:
    agent = next(each for each in (await joined.agents.page(limit=10)).items if each.model == "simulated")
    running = await joined.executions.start(AgentTest(agent.id, "Hello"))

    async def is_(execution_id: int, status: Status) -> bool:
        return (await joined.history.get(execution_id)).status is status

    await eventually(lambda: is_(running.id, Status.RUNNING))
    told = await joined.workers.drain(joined.workers.own_id)
    assert told.status is WorkerStatus.DRAINING

    async def is_drained() -> bool:
        # It is asked by its row, which it reads with its next beat.
        return joined.workers._is_draining

    await eventually(is_drained)
    assert (await ended(joined, running.id)).status is Status.SUCCEEDED
    waiting = await joined.executions.start(AgentTest(agent.id, "[fast] Hello"))

    async def has_waited() -> bool:
        return now() - waiting.created_at > WAITED

    await eventually(has_waited)
    assert await is_(waiting.id, Status.PENDING)
    assert (await joined.ready())["status"] == "ready"
    assert [each.status for each in joined.workers.known()] == [WorkerStatus.DRAINING]
    await joined.executions.cancel(waiting.id)


async def test_what_a_look_at_the_queue_that_was_under_way_takes_goes_back(joined: Hub) -> None:
    agent = next(each for each in (await joined.agents.page(limit=10)).items if each.model == "simulated")
    joined.workers.begin_drain()
    # As if it had begun before.
    engine: Any = joined._engine
    engine.hold("draining", is_held=False)
    waiting = await joined.executions.start(AgentTest(agent.id, "[fast] Hello"))
    given_back = []
    give_back = engine.give_back

    async def noted(claim: Claim) -> bool:
        is_given_back: bool = await give_back(claim)
        given_back.append((claim.execution_id, is_given_back))
        return is_given_back

    engine.give_back = noted

    async def has_gone_back() -> bool:
        return (waiting.id, True) in given_back

    await eventually(has_gone_back)
    found = await joined.history.get(waiting.id)
    assert (found.status, found.attempt) == (Status.PENDING, waiting.attempt)
    await joined.executions.cancel(waiting.id)

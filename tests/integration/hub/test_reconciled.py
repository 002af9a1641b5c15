"""Rows and the engine's queue are kept together, whatever happens between two looks."""

from collections.abc import Collection

import pytest

from execution_hub.domain.status import Status
from execution_hub.engine.port import Job, JobState
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.store.intents import Change


async def test_what_went_on_to_its_next_segment_meanwhile_is_not_given_up(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its former segment is done, and it waits for the next to begin."""
    await hub.queue.pause(True)
    execution_id = (await hub.executions.start(AgentTest(1, "[fast] hello"))).id

    async def find(jobs: Collection[Job]) -> dict[Job, JobState]:
        await hub._log.record(Change(execution_id, values={"segment": 1}))
        return dict.fromkeys(jobs, JobState.DONE)

    monkeypatch.setattr(hub._engine, "find", find)
    await hub._reconciler.reconcile()
    assert (await hub.history.get(execution_id)).status is Status.PENDING

"""The page Workers: what its States hold of the hub's processes, and what they do with what a browser sends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest

from execution_hub.domain.status import Status
from execution_hub.hub.hub import Hub, set_current_hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.ui.pages.workers import WorkersState
from execution_hub.ui.pages.workers.shared import SharedWorkers, shared_workers
from execution_hub.ui.pages.workers.state import DRAIN, STOP
from execution_hub.version import VERSION
from execution_hub.views.workers import WorkerRow
from tests.support.states import page_state


@pytest.fixture
async def shown(hub: Hub) -> AsyncIterator[dict[str, Any]]:
    """Yield what every page Workers is shown of a hub that is alone."""
    set_current_hub(hub)
    shared = SharedWorkers()
    task = asyncio.create_task(shared.run())
    async with asyncio.timeout(60):
        while not shared.vars.values["is_loaded"]:
            await asyncio.sleep(0.01)
    yield shared.vars.values
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    set_current_hub(None)


async def test_a_hub_that_is_alone_is_one_row_which_follows_what_runs(hub: Hub, shown: dict[str, Any]) -> None:
    (row,), figures = shown["rows"], shown["figures"]
    assert (row.role, row.version, row.is_here, row.can_drain, row.slots) == ("alone", VERSION, True, False, 10)
    assert (figures.is_alone, figures.slots, figures.limit, figures.other_versions) == (True, 10, 10, "")
    agent = next(each for each in (await hub.agents.page(limit=10)).items if each.model == "simulated")
    execution = await hub.executions.start(AgentTest(agent.id, "[slow] Hello"))
    async with asyncio.timeout(20):
        while shown["figures"].running != 1:
            await asyncio.sleep(0.02)
    assert (shown["rows"][0].filled, shown["rows"][0].runs, shown["rows"][0].more) == (10, (execution.id,), 0)
    await hub.executions.cancel(execution.id)
    async with asyncio.timeout(20):
        while (await hub.history.get(execution.id)).status is not Status.CANCELLED or shown["figures"].running:
            await asyncio.sleep(0.02)


async def test_a_browser_can_drain_nothing_that_the_page_does_not_offer(hub: Hub, shown: dict[str, Any]) -> None:
    """The handler asks again what the button asked; the hub asks once more."""
    page = page_state(WorkersState, "/workers")
    shared_workers.vars.values["rows"] = shown["rows"]
    for worker_id in ("", "nobody", hub.workers.own_id, "x" * 1000):
        for to_do in (DRAIN, STOP, "", "kill"):
            page.ask_about(worker_id, to_do)
            assert (page.is_asking, page.asked) == (False, WorkerRow())
    async for _ in page.confirm():
        raise AssertionError("nothing was asked")
    page.is_asking, page.asked = True, WorkerRow(id=hub.workers.own_id)
    async for _ in page.confirm():
        assert page.is_sending
    assert (page.is_sending, page.is_asking) == (False, True)
    assert page.problem == "This hub is one process. Pause the queue instead."
    page.close_question()
    assert (page.is_asking, page.problem) == (False, "")


async def test_a_notice_that_was_read_stays_closed(hub: Hub, shown: dict[str, Any]) -> None:
    page = page_state(WorkersState, "/workers")
    for each in ("a", "b", "a", *(str(number) for number in range(60))):
        page.close_lost(each)
    assert (len(page.closed), len(set(page.closed)), page.closed[-1]) == (50, 50, "59")

"""Suites that run by themselves: after a save, on a schedule, with a real hub and its real engine."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from execution_hub.domain.execution import Execution
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.suite import Suite, SuiteDraft
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.hub import triggers as triggers_module
from execution_hub.hub.actor import Actor
from execution_hub.hub.hub import Hub
from execution_hub.runners.suite_run import SuiteRun
from execution_hub.store import submissions, triggers
from tests.support.hub import ended, eventually, make_settings

HELPER = 1
FAST = ({"name": "a", "input": "[fast] a"},)
SLOW = ({"name": "a", "input": "[slow] a"},)
EVERY_SECOND = "* * * * * *"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no further saves."""
    monkeypatch.setattr(triggers_module, "QUIET_SECONDS", 0.0)


async def make(hub: Hub, **values: Any) -> Suite:
    """Create a suite that runs on saves of an agent."""
    given = {"name": "S", "targets": [{"agent_id": HELPER}], "cases": FAST, "on_save": True, **values}
    return await hub.suites.create(SuiteDraft(**given))


async def runs_of(hub: Hub, suite: Suite) -> list[Execution]:
    """Return the runs of a suite, oldest first."""
    found = await hub.history.page(ExecutionFilter(suite_id=suite.id))
    return sorted(found.items, key=lambda each: each.id)


async def run_of(hub: Hub, suite: Suite, number: int = 0) -> Execution:
    """Wait for a run of a suite and return it, whole."""

    async def look() -> Execution | None:
        found = await runs_of(hub, suite)
        return await hub.history.get(found[number].id) if len(found) > number else None

    found: Execution = await eventually(look)
    return found


async def problem_of(hub: Hub, suite: Suite) -> Suite:
    """Wait until a suite says why it did not start."""

    async def look() -> Suite | None:
        found = await hub.suites.get(suite.id)
        return found if found.not_started is not None else None

    found: Suite = await eventually(look)
    return found


async def nothing_is_due(hub: Hub) -> bool:
    """Tell whether everything that was asked for has been settled."""
    return not await hub._database.aread(triggers.due)


async def test_a_suite_runs_when_an_agent_it_tests_is_saved_and_says_by_whom(hub: Hub) -> None:
    suite = await make(hub)
    other = await make(hub, name="Of another", targets=[{"agent_id": 2}])
    off = await make(hub, name="Not on saves", on_save=False)
    saved = await hub.as_(Actor("ada")).agents.update(HELPER, {"system_prompt": "Answer in one word."})
    run = await ended(hub, (await run_of(hub, suite)).id)
    assert run.status.value == "succeeded"
    told = run.meta["trigger"]
    assert (told["type"], told["actor"], told["agent_id"], told["version"]) == ("save", "ada", HELPER, saved.version)
    assert told["name"] == saved.name
    # What the run has to say stands beside it.
    assert run.meta["verdict"]["total"] == 1 and run.definition["targets"][0]["agent_version"] == saved.version

    await hub.agents.update(HELPER, {"system_prompt": saved.system_prompt})
    assert await nothing_is_due(hub)
    before = (await hub.agents.versions(HELPER))[0][-1]
    restored = await hub.agents.restore(HELPER, before.version)
    assert (await run_of(hub, suite, 1)).meta["trigger"]["version"] == restored.version
    assert await runs_of(hub, other) == await runs_of(hub, off) == []


async def test_a_suite_of_a_workflow_runs_when_it_or_an_agent_of_its_steps_is_saved(hub: Hub) -> None:
    step = WorkflowStep(name="one", type="agent", agent_id=HELPER, input="{{ input }}")
    workflow = await hub.workflows.create(WorkflowDraft(name="W", steps=[step]))
    suite = await make(hub, targets=[{"workflow_id": workflow.id}])
    await hub.agents.update(HELPER, {"description": "It helps."})
    assert (await run_of(hub, suite)).meta["trigger"]["agent_id"] == HELPER
    await hub.workflows.update(workflow.id, {"description": "Now it says what for."})
    told = (await run_of(hub, suite, 1)).meta["trigger"]
    assert (told["workflow_id"], told["name"], told["version"]) == (workflow.id, "W", 2)


async def test_of_several_saves_the_last_one_is_tested_and_no_former_run_goes_on_to_cost(hub: Hub) -> None:
    """What a person has started goes on."""
    suite = await make(hub, cases=SLOW)
    by_hand = await hub.executions.start(SuiteRun(suite.id))
    for number in range(3):
        await hub.agents.update(HELPER, {"system_prompt": f"{number}"})
        await run_of(hub, suite, number + 1)

    async def former_are_stopped() -> bool:
        return [each.status.value for each in (await runs_of(hub, suite))[1:3]] == ["cancelled"] * 2

    await eventually(former_are_stopped)
    runs = await runs_of(hub, suite)
    assert len(runs) == 4 and not runs[3].is_finished
    assert not (await hub.history.get(by_hand.id)).is_finished
    for each in (by_hand, runs[3]):
        await hub.executions.cancel(each.id)


async def test_saves_in_one_breath_are_one_run(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triggers_module, "QUIET_SECONDS", 3.0)
    suite = await make(hub)
    for number in range(3):
        saved = await hub.agents.update(HELPER, {"system_prompt": f"{number}"})
    run = await ended(hub, (await run_of(hub, suite)).id)
    assert run.meta["trigger"]["version"] == saved.version
    assert await nothing_is_due(hub) and len(await runs_of(hub, suite)) == 1


async def test_a_suite_that_cannot_start_says_why_and_loses_no_save(hub: Hub) -> None:
    suite = await make(hub, cases=())
    saved = await hub.agents.update(HELPER, {"system_prompt": "Anything."})
    told = await problem_of(hub, suite)
    assert told.not_started is not None and "no cases" in told.not_started.message
    assert (told.not_started.code, told.not_started.trigger.version) == ("conflict", saved.version)
    assert (await hub.agents.get(HELPER)).system_prompt == "Anything."
    await eventually(lambda: nothing_is_due(hub))
    changed = await hub.suites.update(suite.id, {"cases": FAST})
    assert changed.not_started is None and await runs_of(hub, suite) == []


async def test_a_run_that_finds_no_room_is_started_later(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submissions, "PENDING_MAX", 0)
    monkeypatch.setattr(triggers_module, "RETRY_SECONDS", 0.1)
    suite = await make(hub)
    await hub.agents.update(HELPER, {"system_prompt": "Anything."})
    told = await problem_of(hub, suite)
    assert told.not_started is not None and told.not_started.code == "queue_full"
    monkeypatch.setattr(submissions, "PENDING_MAX", 1_000)
    await run_of(hub, suite)

    async def is_well() -> bool:
        return (await hub.suites.get(suite.id)).not_started is None and await nothing_is_due(hub)

    await eventually(is_well)


async def test_who_turns_it_off_meanwhile_gets_no_run(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triggers_module, "QUIET_SECONDS", 30.0)
    suite = await make(hub)
    await hub.agents.update(HELPER, {"system_prompt": "Anything."})
    assert not await nothing_is_due(hub)
    await hub.suites.update(suite.id, {"description": "Still on."})
    assert not await nothing_is_due(hub)
    await hub.suites.update(suite.id, {"on_save": False})
    assert await nothing_is_due(hub)


async def test_a_stop_is_heard_that_comes_together_with_a_save(hub: Hub) -> None:
    """It was swallowed on Python 3.11, and the hub never closed."""
    tested = hub._triggers

    async def waits_for_news() -> bool:
        return tested._kept is not None

    for rounds_between in range(4):
        await tested.stop()
        tested._kept = None
        tested.start()
        await eventually(waits_for_news)
        for _ in range(10):
            await asyncio.sleep(0)
        tested.tell()
        for _ in range(rounds_between):
            await asyncio.sleep(0)
        stopping = asyncio.ensure_future(tested.stop())
        done, _ = await asyncio.wait({stopping}, timeout=60)
        assert done


async def test_a_duplicate_does_not_run_by_itself(hub: Hub) -> None:
    suite = await make(hub, schedule="0 3 * * *")
    copy = await hub.suites.duplicate(suite.id)
    assert (copy.on_save, copy.schedule, copy.next_run_at) == (False, None, None)
    assert suite.next_run_at is not None and suite.next_run_at.hour == 3


# Schedules


async def schedules_of(hub: Hub) -> dict[str, str]:
    """Return what the engine has of this hub's schedules, by name."""
    client = hub._engine._ready()
    return {each["schedule_name"].split("-", 1)[1]: each["schedule"] for each in client.list_schedules()}


@pytest.fixture
async def timed(data_dir: Path) -> AsyncIterator[tuple[Hub, Suite]]:
    """Yield a hub with a suite that its engine runs every second: more often than a person may ask for."""
    # It runs for longer than a busy machine needs to look at it, and nobody waits for it at the end.
    settings = make_settings(data_dir, HUB_DRAIN_SECONDS="0")
    hub = await Hub.open(settings)
    suite = await make(hub, on_save=False, schedule="0 3 * * *", cases=({"name": "a", "input": "[slow] a"},))
    await hub._database.awrite(lambda c: c.execute(text(f"UPDATE suites SET schedule = '{EVERY_SECOND}'")))
    await hub.close()
    hub = await Hub.open(settings)
    yield hub, suite
    await hub.close()


async def test_a_suite_runs_on_its_schedule_but_not_beside_its_former_run(timed: tuple[Hub, Suite]) -> None:
    hub, suite = timed
    run = await run_of(hub, suite)
    assert (run.meta["trigger"]["type"], run.meta["trigger"]["actor"]) == ("schedule", "schedule")
    told = await problem_of(hub, suite)
    assert told.not_started is not None and f"{run.id}, is still under way" in told.not_started.message
    assert len(await runs_of(hub, suite)) == 1
    await hub.executions.cancel(run.id)
    second = await run_of(hub, suite, 1)
    assert second.meta["trigger"]["at"] > told.not_started.trigger.as_json()["at"]

    # What the engine keeps of the times that it has served does not grow.
    client = hub._engine._ready()
    await hub.executions.cancel(second.id)
    await eventually(lambda: asyncio.sleep(0, len(client.list_workflows(name="serve_schedule")) <= 3))


async def test_the_engine_has_the_schedules_that_suites_have(hub: Hub) -> None:
    suite = await make(hub, schedule="0 3 * * *")
    gone = await make(hub, name="Goes", schedule="0 4 * * *")
    never = await make(hub, name="Never")

    async def are(wanted: dict[str, str]) -> None:
        async def look() -> bool:
            return await schedules_of(hub) == wanted

        await eventually(look)

    await are({f"suite-{suite.id}": "0 3 * * *", f"suite-{gone.id}": "0 4 * * *"})
    await hub.suites.update(suite.id, {"schedule": "0 5 * * *"})
    await hub.suites.delete(gone.id)
    await hub.suites.update(never.id, {"schedule": "*/5 * * * *"})
    await are({f"suite-{suite.id}": "0 5 * * *", f"suite-{never.id}": "*/5 * * * *"})
    await hub.suites.update(suite.id, {"schedule": None})
    await are({f"suite-{never.id}": "*/5 * * * *"})

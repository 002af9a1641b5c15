"""Versions of agents, workflows and tasks: whoever saves over somebody else's save is told, and nothing is lost."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import NoResultFound

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.domain.workflow_file import WorkflowFile
from execution_hub.errors import Conflict, InvalidInput, Stale
from execution_hub.hub.agents import Agents
from execution_hub.hub.workflows import Workflows
from execution_hub.pool import WorkPool
from execution_hub.store.agents import agents as agent_store
from execution_hub.store.database import Database
from execution_hub.store.versions import versions
from tests.support.versions import CHANGES, KINDS, stored


def kept(database: Database, kind: str, number: int) -> dict[int, Any]:
    """Return what is kept of an object, by version."""
    statement = select(versions.c.version, versions.c.content).where(
        versions.c.kind == kind, versions.c.object_id == number
    )
    return {row.version: row.content for row in database.read(lambda c: c.execute(statement).all())}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_change_to_an_older_version_is_refused_with_the_newer_one(database: Database, kind: str) -> None:
    """The second of two who saw version 1 is told what differs and what it is now; nothing is stored."""
    catalog, made = await stored(database, kind)
    first, second = CHANGES[kind]
    newer = await catalog.update(made.id, first, version=1)
    assert (made.version, newer.version) == (1, 2)
    for attempt in (catalog.update(made.id, second, version=1), catalog.delete(made.id, version=1)):
        with pytest.raises(Stale) as error:
            await attempt
        assert error.value.current == newer
        assert error.value.differs == list(first)
        assert error.value.details["current"] == newer.as_json()
    assert await catalog.get(made.id) == newer
    # Who does not say what they saw wins, by their own choice; who saw the newest does too.
    assert (await catalog.update(made.id, second)).version == 3
    await catalog.delete(made.id, version=3)


@pytest.mark.parametrize("kind", KINDS)
async def test_every_version_is_kept_whole(database: Database, kind: str) -> None:
    """The first when it is created, one with each save, none with a save that changes nothing."""
    catalog, made = await stored(database, kind)
    first, second = CHANGES[kind]
    ((name, value),) = first.items()
    before = getattr(made, name)
    await catalog.update(made.id, first)
    again = await catalog.update(made.id, first)
    assert again.version == 2
    assert again == await catalog.get(made.id)
    await catalog.update(made.id, second)
    found = kept(database, kind, made.id)
    assert [found[version][name] for version in (1, 2, 3)] == [before, value, second[name]]
    assert set(found) == {1, 2, 3}
    assert found[3]["name"] == made.name


async def test_what_was_stored_before_there_were_versions_keeps_its_first_one(database: Database) -> None:
    """It has no row in the table of versions; its first edit writes what was there before."""
    agents = Agents(database)
    agent = await agents.create(AgentDraft("Old", system_prompt="Before"))
    database.write(lambda c: c.execute(delete(versions)))
    await agents.update(agent.id, {"system_prompt": "After"})
    assert [each["system_prompt"] for each in kept(database, "agent", agent.id).values()] == ["Before", "After"]
    with pytest.raises(Stale) as error:
        await agents.update(agent.id, {"name": "New"}, version=1)
    assert error.value.differs == ["system_prompt"]


async def test_an_import_is_stored_whole_or_not_at_all(database: Database) -> None:
    """Agents are created with their workflow; one that is not valid leaves neither."""
    agents, workflows = Agents(database), Workflows(database, WorkPool())
    writer = await agents.create(AgentDraft("Writer", system_prompt="Write."))
    steps = [WorkflowStep(name=name, agent_id=writer.id, input="{{ input }}") for name in ("a", "b")]
    made = await workflows.create(WorkflowDraft(name="W", steps=steps))
    file = WorkflowFile.model_validate(await workflows.export(made.draft()))
    await agents.update(writer.id, {"system_prompt": "Lie."})
    broken = file.model_copy(update={"name": ""})
    with pytest.raises(InvalidInput):
        await workflows.import_file(broken)
    assert len(await agents.every()) == 1
    imported, plan = await workflows.import_file(file)
    assert [each.as_json() for each in plan.bound] == [
        {"step": name, "agent": "Writer (2)", "how": "created"} for name in ("a", "b")
    ]
    created = await agents.get(imported.steps[0].agent_id or 0)
    assert (created.name, created.system_prompt, created.version) == ("Writer (2)", "Write.", 1)
    assert {step.agent_id for step in imported.steps} == {created.id}


async def test_an_import_is_refused_once_it_would_do_other_than_was_shown(database: Database) -> None:
    """An agent that was the same when the person looked, and is not any more, is not created without a word."""
    agents, workflows = Agents(database), Workflows(database, WorkPool())
    writer = await agents.create(AgentDraft("Writer"))
    step = WorkflowStep(name="a", agent_id=writer.id, input="{{ input }}")
    made = await workflows.create(WorkflowDraft(name="W", steps=[step]))
    file = WorkflowFile.model_validate(await workflows.export(made.draft()))
    seen = (await workflows.plan_import(file)).bound
    await agents.update(writer.id, {"max_tokens": 5})
    with pytest.raises(Conflict):
        await workflows.import_file(file, seen=seen)
    assert (len(await agents.every()), len(await workflows.every())) == (1, 1)


async def test_a_step_left_unset_is_kept_until_somebody_is_chosen(database: Database) -> None:
    """Such a workflow is stored and edited; once every step is set, none may be unset again."""
    agents, workflows = Agents(database), Workflows(database, WorkPool())
    writer = await agents.create(AgentDraft("Writer"))
    file = WorkflowFile.model_validate({"name": "W", "steps": [{"name": "a", "agent_id": 1, "input": "{{ input }}"}]})
    imported, _ = await workflows.import_file(file)
    assert [step.agent_id for step in imported.steps] == [None]
    assert (await workflows.update(imported.id, {"name": "Renamed"})).steps == imported.steps
    with pytest.raises(InvalidInput):
        await workflows.create(imported.draft())
    whole = [imported.steps[0].model_copy(update={"agent_id": writer.id})]
    await workflows.update(imported.id, {"steps": whole})
    with pytest.raises(InvalidInput):
        await workflows.update(imported.id, {"steps": list(imported.steps)})


async def test_a_save_that_lost_a_race_stores_nothing(database: Database) -> None:
    """The statement that saves names the version it was made to: it never writes over another."""
    agents = Agents(database)
    old = await agents.create(AgentDraft("Writer"))
    newer = await agents.update(old.id, {"name": "Newer"})
    with pytest.raises(NoResultFound):
        database.write(lambda c: agent_store.change(c, old, old.draft(name="Older"), old.created_at))
    assert await agents.get(old.id) == newer


async def test_on_postgresql_changes_at_once_are_made_one_after_another(migrated_postgres: str) -> None:
    """Twenty clients that name no version change different fields of one agent: none of them is lost."""
    database = Database(migrated_postgres)
    try:
        agents = Agents(database)
        agent = await agents.create(AgentDraft("Writer"))
        fields = ({"name": "N"}, {"description": "D"}, {"system_prompt": "P"}, {"max_tokens": 5}, {"retries": 7})
        changed = await asyncio.gather(*(agents.update(agent.id, fields[n % len(fields)]) for n in range(20)))
        stored = await agents.get(agent.id)
        assert (stored.name, stored.description, stored.system_prompt) == ("N", "D", "P")
        assert (stored.max_tokens, stored.retries, stored.version) == (5, 7, 6)
        assert {each.version for each in changed} == {2, 3, 4, 5, 6}
        outcomes = await asyncio.gather(
            *(agents.update(agent.id, {"name": f"N{n}"}, version=6) for n in range(8)), return_exceptions=True
        )
        assert [isinstance(each, Stale) for each in outcomes].count(False) == 1
    finally:
        database.close()

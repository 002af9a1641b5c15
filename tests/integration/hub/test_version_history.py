"""What is kept of each save can be seen, named and saved again."""

import pytest
from sqlalchemy import delete

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.clock import now
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.errors import InvalidInput, NotFound, Stale
from execution_hub.hub.agents import Agents
from execution_hub.hub.workflows import Workflows
from execution_hub.pool import WorkPool
from execution_hub.store import versions as store
from execution_hub.store.database import Database
from tests.support.versions import CHANGES, KINDS, stored


@pytest.mark.parametrize("kind", KINDS)
async def test_each_save_is_listed_newest_first_with_what_it_changed(database: Database, kind: str) -> None:
    """In pages; the last of one page is compared with the first of the next."""
    catalog, made = await stored(database, kind)
    for changes in (*CHANGES[kind], {"name": "Renamed"}):
        await catalog.update(made.id, changes)
    (field,) = CHANGES[kind][0]
    listed, cursor = await catalog.versions(made.id)
    assert [(each.version, each.changed, each.is_current) for each in listed] == [
        (4, ("name",), True),
        (3, (field,), False),
        (2, (field,), False),
        (1, (), False),
    ]
    assert cursor is None
    first, cursor = await catalog.versions(made.id, limit=2)
    second, end = await catalog.versions(made.id, limit=2, cursor=cursor)
    assert (first + second, end) == (listed, None)
    assert (await catalog.version(made.id, 2)).content[field] == "One"
    with pytest.raises(NotFound):
        await catalog.version(made.id, 5)
    with pytest.raises(InvalidInput):
        await catalog.versions(made.id, cursor="none")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_restored_version_is_saved_as_the_newest(database: Database, kind: str) -> None:
    """Nothing between is lost; who saw another version as the newest is told, and what is so already is not saved."""
    catalog, made = await stored(database, kind)
    for changes in CHANGES[kind]:
        await catalog.update(made.id, changes)
    (field,) = CHANGES[kind][0]
    with pytest.raises(Stale):
        await catalog.restore(made.id, 1, version=2)
    back = await catalog.restore(made.id, 1, version=3)
    assert (getattr(back, field), back.version) == (getattr(made, field), 4)
    assert (await catalog.version(made.id, 3)).content[field] == "Two"
    assert (await catalog.restore(made.id, 4)).version == 4


async def test_a_workflow_whose_agent_is_gone_is_not_restored(database: Database) -> None:
    """The step is named, and nothing is stored."""
    agents, workflows = Agents(database), Workflows(database, WorkPool())
    old, new = [await agents.create(AgentDraft(name)) for name in ("Old", "New")]

    def steps(agent_id: int) -> list[WorkflowStep]:
        return [WorkflowStep(name="a", agent_id=agent_id, input="{{ input }}")]

    made = await workflows.create(WorkflowDraft(name="W", steps=steps(old.id)))
    await workflows.update(made.id, {"steps": steps(new.id)})
    await agents.delete(old.id)
    with pytest.raises(InvalidInput) as error:
        await workflows.restore(made.id, 1)
    assert error.value.field == "steps[0].agent_id"
    assert (await workflows.get(made.id)).version == 2


async def test_a_version_can_be_named_and_its_name_taken_away(database: Database) -> None:
    """Its content stays what it is."""
    agents = Agents(database)
    made = await agents.create(AgentDraft("Writer"))
    await agents.update(made.id, {"name": "Other"})
    assert (await agents.label_version(made.id, 1, " First try ")).label == "First try"
    assert [each.label for each in (await agents.versions(made.id))[0]] == ["", "First try"]
    assert (await agents.label_version(made.id, 1, "")).label == ""
    with pytest.raises(NotFound):
        await agents.label_version(made.id, 3, "None")
    with pytest.raises(NotFound):
        await agents.label_version(99, 1, "None")


async def test_what_was_stored_before_there_were_versions_has_one(database: Database) -> None:
    """As it is now: seen, named, and found by time; of before nothing is known."""
    agents = Agents(database)
    before = now()
    made = await agents.create(AgentDraft("Old", system_prompt="Before"))
    database.write(lambda c: c.execute(delete(store.versions)))
    listed, _ = await agents.versions(made.id)
    assert [(each.version, each.is_current, each.content["system_prompt"]) for each in listed] == [(1, True, "Before")]
    assert await agents.version(made.id, 1) == listed[0]
    assert await agents.version_as_of(made.id, before) is None
    assert (await agents.version_as_of(made.id, now())) is not None
    await agents.label_version(made.id, 1, "Kept")
    assert [each.label for each in (await agents.versions(made.id))[0]] == ["Kept"]


async def test_what_an_agent_was_at_a_time_is_known_after_it_is_deleted(database: Database) -> None:
    """The version that was the newest then."""
    agents = Agents(database)
    made = await agents.create(AgentDraft("Writer", system_prompt="One"))
    between = now()
    await agents.update(made.id, {"system_prompt": "Two"})
    await agents.delete(made.id)
    found = [await agents.version_as_of(made.id, at) for at in (between, now())]
    assert [each.content["system_prompt"] for each in found if each] == ["One", "Two"]


async def test_a_page_of_long_versions_is_shorter(database: Database) -> None:
    """It ends where its texts have about 4 MB, and the next goes on."""
    agents = Agents(database)
    made = await agents.create(AgentDraft("Writer"))
    for n in range(90):
        await agents.update(made.id, {"system_prompt": f"{n}" + "x" * 49_000})
    first, cursor = await agents.versions(made.id)
    assert 70 < len(first) < 90
    rest, end = await agents.versions(made.id, cursor=cursor)
    assert (len(first) + len(rest), end) == (91, None)

"""What agents, workflows and tasks have in common: pages, names to choose from, and no more read than is needed."""

from typing import Any

import pytest
from sqlalchemy import insert

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.clock import now
from execution_hub.domain.task import TaskDraft
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.domain.workflow_file import WorkflowFile
from execution_hub.errors import Conflict, InvalidInput, NotFound
from execution_hub.hub.agents import Agents
from execution_hub.hub.tasks import Tasks
from execution_hub.hub.workflows import Workflows
from execution_hub.pool import WorkPool
from execution_hub.runners.workflow import WorkflowRun
from execution_hub.store.agents import agents as table
from execution_hub.store.database import Database


def fill(database: Database, count: int) -> None:
    """Store many agents with long prompts."""
    at = now()
    row = {"description": "", "model": "simulated", "system_prompt": "x" * 2_000, "created_at": at, "updated_at": at}
    rows = [{**row, "name": f"Agent {n:04}"} for n in range(count)]
    database.write(lambda c: c.execute(insert(table.table), rows))


async def test_names_to_choose_from_are_few_however_many_there_are(database: Database) -> None:
    """From the top of the list, or of those that hold a text; whether there are more is told."""
    fill(database, 1_200)
    agents = Agents(database)
    first, is_more = await agents.names(limit=3)
    assert ([name for _, name in first], is_more) == (["Agent 0000", "Agent 0001", "Agent 0002"], True)
    found, is_more = await agents.names(limit=3, q="AGENT 119")
    assert ([name for _, name in found], is_more) == (["Agent 1190", "Agent 1191", "Agent 1192"], True)
    assert await agents.names(limit=3, q="ａｇｅｎｔ 1199") == ([(1200, "Agent 1199")], False)
    assert await agents.names(limit=3, q="nobody") == ([], False)


async def test_a_page_of_what_holds_a_text_goes_on(database: Database) -> None:
    """In the order of the list: agents by name, tasks newest first."""
    agents, tasks = Agents(database), Tasks(database)
    for name in ("beta one", "Alpha", "Beta two", "BETA three"):
        await agents.create(AgentDraft(name))
        await tasks.create(TaskDraft(name, "go"))
    for catalogue, expected in (
        (agents, ["beta one", "BETA three", "Beta two"]),
        (tasks, ["BETA three", "Beta two", "beta one"]),
    ):
        found: list[str] = []
        cursor: str | None = None
        while len(found) < 10:
            page = await catalogue.page(limit=1, cursor=cursor, q="beta")
            found += [each.name for each in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert found == expected


async def test_some_are_found_by_their_ids(database: Database) -> None:
    """Ids that nothing has, and that no database holds, are left out."""
    agents = Agents(database)
    made = await agents.create(AgentDraft("Writer", system_prompt="p"))
    ids = [made.id, 99, 0, -1, 2**70]
    assert await agents.some(ids) == {made.id: made}
    assert [(each.name, each.is_simulated) for each in (await agents.briefs(ids)).values()] == [("Writer", True)]
    with pytest.raises(NotFound) as error:
        await agents.get(99)
    assert (error.value.message, error.value.details["field"]) == ("There is no agent 99.", "agent_id")


async def test_nothing_reads_all_agents_to_look_at_those_of_one_workflow(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checking, storing, exporting, importing and running a workflow read the agents that its steps name."""
    agents, workflows = Agents(database), Workflows(database, WorkPool())
    writer = await agents.create(AgentDraft("Writer"))
    fill(database, 50)
    read: list[int] = []
    some = table.some

    def noted(connection: Any, ids: Any) -> Any:
        found = some(connection, ids)
        read.append(len(found))
        return found

    monkeypatch.setattr(table, "some", noted)
    draft = WorkflowDraft(name="W", steps=[WorkflowStep(name="a", agent_id=writer.id, input="{{ input }}")])
    made = await workflows.create(draft)
    await workflows.update(made.id, {"name": "V"})
    assert await workflows.problems(draft) == []
    file = WorkflowFile.model_validate(await workflows.export(draft))
    _, plan = await workflows.import_file(file)
    assert [each.how for each in plan.bound] == ["same"]
    new = database.read(lambda c: WorkflowRun(made.id, input="hello").prepare(c))
    assert new.steps[0].agent_id == writer.id
    assert read
    assert max(read) == 1
    unknown = WorkflowStep(name="a", agent_id=2**70, input="x")
    with pytest.raises(InvalidInput, match="There is no agent"):
        await workflows.create(draft.model_copy(update={"steps": [unknown]}))


async def test_an_agent_that_many_workflows_use_is_not_deleted_and_some_of_them_are_named(database: Database) -> None:
    """The message stays short, and its details as long as a page of a list."""
    agents, workflows = Agents(database), Workflows(database, WorkPool())
    writer = await agents.create(AgentDraft("Writer"))
    step = WorkflowStep(name="a", agent_id=writer.id, input="x")
    for n in range(12):
        await workflows.create(WorkflowDraft(name=f"W{n:02}", steps=[step]))
    with pytest.raises(Conflict) as error:
        await agents.delete(writer.id)
    assert "W09 and 2 more. Give" in error.value.message
    assert [each["name"] for each in error.value.details["workflows"]] == [f"W{n:02}" for n in range(12)]
    assert await agents.get(writer.id) == writer

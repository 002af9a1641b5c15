"""An agent's cases on its page, and executions beside each other: what the States hold, and what they do."""

from typing import Any

import pytest

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.case import CASES_MAX
from execution_hub.hub.hub import Hub, set_current_hub
from execution_hub.ui.pages.agent.answers import Answers
from execution_hub.ui.pages.agent.cases_state import EACH, EACH_FIELD, INPUT_FIELD, NAME_FIELD, TEXT_FIELD, CasesState
from execution_hub.ui.pages.compare import CompareState
from tests.support.hub import ended, eventually
from tests.support.states import page_state, turn_to


@pytest.fixture
async def agent_id(asked_hub: Hub) -> int:
    """Return the number of an agent of the hub that pages ask."""
    return (await asked_hub.agents.create(AgentDraft("Bench", system_prompt="Before"))).id


async def opened(agent_id: int) -> Any:
    """Return the State of a page that has just been opened."""
    page = page_state(CasesState, f"/agents/{agent_id}")
    await page.load()
    return page


async def add(page: Any, text: str, *, is_each: bool = False) -> None:
    """Add what was typed."""
    async for _ in page.add({INPUT_FIELD: text, EACH_FIELD: EACH if is_each else ""}):
        pass


async def test_pasted_lines_become_a_case_each_or_one(hub: Hub, agent_id: int) -> None:
    """Lines that say nothing are left out; each has a name of its own."""
    page = await opened(agent_id)
    await add(page, "Why?\n\n  Why?\nHow?\r\n", is_each=True)
    await add(page, "one\ntwo")
    await add(page, " \n")
    assert [(row.name, row.input) for row in page.rows] == [
        ("Why?", "Why?"),
        ("Why? (2)", "Why?"),
        ("How?", "How?"),
        ("one two", "one two"),
    ]
    assert [case.input for case in await hub.cases.of(agent_id)] == ["Why?", "Why?", "How?", "one\ntwo"]
    assert [row.name for row in (await opened(agent_id)).rows] == [row.name for row in page.rows]


async def test_too_many_lines_are_refused_together(hub: Hub, agent_id: int) -> None:
    """With the limit; nothing is stored."""
    page = await opened(agent_id)
    await add(page, "\n".join(f"line {n}" for n in range(CASES_MAX + 1)), is_each=True)
    assert str(CASES_MAX) in page.add_problem
    assert (page.is_storing, page.rows, await hub.cases.of(agent_id)) == (False, [], [])


async def test_a_case_is_changed_and_taken_out(hub: Hub, agent_id: int) -> None:
    """By its name, whatever was taken out since; a name that another has is refused."""
    page, other = await opened(agent_id), await opened(agent_id)
    await add(page, "a\nb\nc", is_each=True)
    await page.edit(2)
    assert (page.editing, page.edited_name, page.edited_input) == (2, "b", "b")
    await page.save({NAME_FIELD: "c", TEXT_FIELD: "b"})
    assert page.case_problem
    await other.load()
    await other.edit(1)
    await other.take_out()
    await page.save({NAME_FIELD: "second", TEXT_FIELD: "changed"})
    assert (page.editing, page.case_problem) == (0, "")
    assert [(case.name, case.input) for case in await hub.cases.of(agent_id)] == [("second", "changed"), ("c", "c")]
    # Nothing is open, or there is no such row: nothing happens.
    for place in (0, 9, -1):
        await page.edit(place)
        await page.take_out()
    assert len(await hub.cases.of(agent_id)) == 2


async def test_the_answers_stand_beside_those_of_the_batch_before(hub: Hub, agent_id: int) -> None:
    """Found by their numbers, from any page, and live; each is compared with the one before."""
    page = await opened(agent_id)
    await add(page, "Why? [fast]\nHow? [fast]", is_each=True)
    first = await hub.cases.run(agent_id)
    for each in first:
        await ended(hub, each.id)
    second = await hub.cases.run(agent_id, agent={"system_prompt": "After"})
    async with Answers(agent_id) as answers:

        async def has_ended() -> bool:
            await anext(answers.news())
            batch = answers.batches[0]
            return len(answers.batches) == 2 and all(each.is_finished for each in batch.executions)

        await eventually(has_ended)
    other = await opened(agent_id)
    assert (other.newest.id, other.newest.version, other.newest.succeeded) == (second[0].batch_id, 0, 2)
    assert [(column.id, column.version) for column in other.older] == [(first[0].batch_id, 1)]
    assert [cell.id for cell in other.newest.cells] == [each.id for each in second]
    assert all(cell.text for cell in (*other.newest.cells, *other.older[0].cells))
    assert other.newest.cells[0].before_id == first[0].id
    await compared([first[0].id, second[0].id])


async def compared(ids: list[int]) -> None:
    """Check what two executions with other prompts look like beside each other, above a page and on their own."""
    page = page_state(CompareState, "/agents/1")
    await page.open(ids)
    assert page.is_open
    path = page.path
    page = page_state(CompareState, path)
    await page.load()
    assert (page.problem, [item.id for item in page.items]) == ("", ids)
    assert [each.field for each in page.fields] == ["system_prompt"]
    assert [piece.text for piece in page.fields[0].texts[1].pieces if piece.kind == "added"] == ["After"]
    assert page.is_same_input
    # Another address of the same page begins anew.
    for query in ("", "?id=1", "?id=x&id=999999999999", "?id=999998&id=999999"):
        turn_to(page, f"/compare{query}")
        await page.load()
        assert page.problem
        assert page.items == []


async def test_an_answer_is_shown_while_it_is_written(hub: Hub, agent_id: int) -> None:
    """Its first words, before it has ended; then they are the answer's own."""
    page = await opened(agent_id)
    await add(page, "Tell me [slow]")
    (started,) = await hub.cases.run(agent_id)
    async with Answers(agent_id) as answers:

        async def is_written() -> bool:
            await anext(answers.news())
            return bool(answers.written.get(started.id))

        await eventually(is_written)
        assert not (await hub.history.get(started.id)).is_finished
        await hub.executions.cancel(started.id)

        async def has_ended() -> bool:
            await anext(answers.news())
            return answers.batches[0].executions[0].is_finished and not answers.written

        await eventually(has_ended)


async def test_cases_and_batches_outlive_the_hub(hub: Hub, agent_id: int) -> None:
    """Opened again on the same data, the table is as it was."""
    page = await opened(agent_id)
    await add(page, "Why? [fast]")
    (started,) = await hub.cases.run(agent_id)
    await ended(hub, started.id)
    await hub.close()
    again = await Hub.open(hub.settings)
    try:
        set_current_hub(again)
        found = await opened(agent_id)
        assert [row.name for row in found.rows] == ["Why? [fast]"]
        assert [cell.id for cell in found.newest.cells] == [started.id]
        (next_one,) = await again.cases.run(agent_id)
        assert next_one.batch_id != started.batch_id
        await ended(again, next_one.id)
    finally:
        await again.close()

"""The palette finds what the hub has, however much that is."""

import pytest

from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.ui import palette
from execution_hub.ui.palette import FOUND_MAX, TYPED_MAX, PaletteState
from tests.support.many import MANY, size
from tests.support.states import page_state


async def test_of_many_the_few_that_hold_the_words_are_found(full_hub: Hub) -> None:
    """Of 1,200 of each kind, in any order of the words; what was asked for is told with it."""
    page = page_state(PaletteState, "/")
    await page.search(f"{MANY - 1} AGENT")
    assert [(each.kind, each.name) for each in page.found] == [("agent", f"agent {MANY - 1}")]
    assert page.found_for == f"{MANY - 1} AGENT"
    await page.search("test agent 1")
    assert {each.kind for each in page.found} == {"agent"}
    await page.search("0")
    kinds = [each.kind for each in page.found]
    assert [kinds.count(kind) for kind in ("agent", "workflow", "task")] == [FOUND_MAX] * 3
    assert size(page) < 3 * FOUND_MAX * 150
    await page.search("x" * 1_000)
    assert (page.found, len(page.found_for)) == ([], TYPED_MAX)


async def test_an_execution_is_found_by_its_number_its_name_and_its_input(full_hub: Hub) -> None:
    """While nothing is typed the newest are offered; a number that nobody has finds nothing."""
    ids = [(await full_hub.executions.start(AgentTest(1, f"rose {n}"))).id for n in range(7)]
    page = page_state(PaletteState, "/")
    await page.search("")
    assert [each.id for each in page.found] == ids[:1:-1]
    for typed in (f"#{ids[0]}", f" {ids[0]} ", "HELPER 0 rose"):
        await page.search(typed)
        assert page.found[0].id == ids[0]
    await page.search("#999999999999999999")
    assert page.found == []


async def test_an_older_execution_is_found_a_moment_later(full_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """However far down it is; who has typed on meanwhile is not given what was asked for before."""
    monkeypatch.setattr(palette, "RECENT_MAX", 2)
    monkeypatch.setattr(palette, "OLDER_SECONDS", 0)
    ids = [(await full_hub.executions.start(AgentTest(1, f"tulip {n}"))).id for n in range(5)]
    page = page_state(PaletteState, "/")
    assert await page.search("tulip") is PaletteState.search_older
    assert [each.id for each in page.found] == ids[:2:-1]
    await PaletteState.search_older.fn(page)
    assert [each.id for each in page.found] == ids[::-1]
    assert await page.search("t") is None


async def test_without_a_hub_nothing_is_found_and_nothing_breaks() -> None:
    """It may be stopping."""
    page = page_state(PaletteState, "/")
    await page.search("agent")
    assert page.found == []

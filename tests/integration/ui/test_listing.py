"""The pages that list agents, workflows and tasks hold a page of them, however many there are."""

from typing import Any

import pytest

from execution_hub.hub.hub import Hub
from execution_hub.ui.catalogue.listing import PAGE_SIZE
from execution_hub.ui.pages.agents import AgentsState
from execution_hub.ui.pages.tasks import TasksState
from execution_hub.ui.pages.workflows import WorkflowsState
from tests.support.many import MANY, size
from tests.support.states import page_state, turn_to

# Of all that a list shows of one.
CARD_CHARACTERS_MAX = 900
LISTS = [(AgentsState, "/agents", "agent"), (WorkflowsState, "/workflows", "workflow"), (TasksState, "/tasks", "task")]


@pytest.mark.parametrize(("kind", "path", "noun"), LISTS)
async def test_a_list_holds_a_page_and_shows_more_when_asked(full_hub: Hub, kind: Any, path: str, noun: str) -> None:
    """In the order of the list, nothing twice, and the first words of long texts only."""
    page = page_state(kind, path)
    await page.load()
    assert (len(page.items), page.has_more, page.failure) == (PAGE_SIZE, True, "")
    assert PAGE_SIZE * 100 < size(page) < PAGE_SIZE * CARD_CHARACTERS_MAX
    await page.load_more()
    names = [each.name for each in page.items]
    assert len(set(names)) == 2 * PAGE_SIZE
    expected = [f"{noun} {n:04}" for n in range(MANY)]
    shown = [name for name in names if name.startswith(f"{noun} ")]
    assert shown == (expected if noun != "task" else expected[::-1])[: len(shown)]
    await page.load()
    assert len(page.items) == PAGE_SIZE


@pytest.mark.parametrize(("kind", "path", "noun"), LISTS)
async def test_a_list_is_searched_by_name_and_the_search_is_in_the_address(
    full_hub: Hub, kind: Any, path: str, noun: str
) -> None:
    """On the server; what nobody is called shows nothing, and a new address another search."""
    page = page_state(kind, f"{path}?q={noun.upper()}+1199")
    await page.load()
    assert [(each.name) for each in page.items] == [f"{noun} 1199"]
    assert (page.q, page.has_more) == (f"{noun.upper()} 1199", False)
    assert page.search(f" {noun.upper()} 1199 ") is None
    assert page.search("x y") is not None
    turn_to(page, f"{path}?q=nobody")
    await page.load()
    assert page.items == []
    await page.load_more()
    assert page.items == []

"""The dashboard's list as one page has it: what was loaded stays, and what goes is followed by what comes next."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, Self

import pytest

from execution_hub.hub.hub import Hub, set_current_hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.ui.acting import ActionState
from execution_hub.ui.pages.dashboard import DashboardState
from execution_hub.ui.pages.dashboard.shared import PAGE_SIZE
from execution_hub.ui.pages.dashboard.watching import watch_rows
from tests.support.hub import ended, eventually
from tests.support.states import page_state, turn_to

WHERE = "/?q=kept+in+the+list"


@pytest.fixture(autouse=True)
def current(hub: Hub) -> Iterator[None]:
    """Let the pages ask the hub of the test."""
    set_current_hub(hub)
    yield
    set_current_hub(None)


class InBackground:
    """A State as a background handler has it."""

    def __init__(self, state: Any) -> None:
        object.__setattr__(self, "_of", state)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._of, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._of, name, value)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None


@asynccontextmanager
async def watched(page: Any) -> AsyncIterator[None]:
    """Keep a page's rows as they are in the hub."""
    watching = asyncio.create_task(watch_rows(InBackground(page), str(page.router.url), page.filters, "t"))
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def start(hub: Hub, count: int) -> list[int]:
    """Run so many tests that the filter lets through; returns their ids, oldest first."""
    agent = (await hub.agents.page()).items[0]
    ids = [(await hub.executions.start(AgentTest(agent.id, f"[fast] kept in the list {n}"))).id for n in range(count)]
    for each in ids:
        await ended(hub, each)
    return ids


def shown(page: Any) -> list[int]:
    """Return the ids of the rows a page shows."""
    return [row.id for row in page.rows]


async def test_who_comes_back_finds_what_was_loaded_and_what_came_waits(hub: Hub) -> None:
    """All rows, of before; a new one waits while somebody is on the list, and one that has gone is gone."""
    ids = await start(hub, PAGE_SIZE + 8)
    page = page_state(DashboardState, WHERE)
    await page.load()
    assert shown(page) == ids[: -PAGE_SIZE - 1 : -1]
    await page.load_more()
    page.hold(True)
    assert shown(page) == ids[::-1]
    late = await start(hub, 1)
    await hub.executions.delete([ids[3]])
    await page.load()
    async with watched(page):
        await eventually(lambda: asyncio.sleep(0, page.new_count == 1 and ids[3] not in shown(page)))
        assert shown(page) == [each for each in ids[::-1] if each != ids[3]]
        page.hold(False)
        assert shown(page)[:2] == [late[0], ids[-1]]
    # Other filters are another list.
    turn_to(page, "/?q=kept+in+the+list+7")
    await page.load()
    assert shown(page) == [ids[7]]


async def test_what_is_taken_back_is_where_it_was_though_the_page_came_after_it_had_gone(hub: Hub) -> None:
    """And though the pointer is on the list, which keeps what is new waiting."""
    ids = await start(hub, 3)
    page = page_state(DashboardState, WHERE)
    action = await page.get_state(ActionState)
    await action.delete_and_leave(ids[1])
    await page.load()
    assert shown(page) == [ids[2], ids[0]]
    page.hold(True)
    async with watched(page):
        await action.take_back()
        await eventually(lambda: asyncio.sleep(0, shown(page) == ids[::-1]))
    assert page.new_count == 0


async def test_after_a_gap_the_list_begins_anew(hub: Hub) -> None:
    """More came than one page holds: between them and the rows of before some would be missing."""
    await start(hub, 2)
    page = page_state(DashboardState, WHERE)
    await page.load()
    newer = await start(hub, PAGE_SIZE + 1)
    await page.load()
    assert shown(page) == newer[:0:-1]


@pytest.mark.parametrize("is_at_once", [True, False])
async def test_after_what_is_shown_was_deleted_the_next_rows_come(hub: Hub, *, is_at_once: bool) -> None:
    """All of them at once, or one by one: there is no empty page while more would fit."""
    ids = await start(hub, PAGE_SIZE + 5)
    page = page_state(DashboardState, WHERE)
    await page.load()
    async with watched(page):
        for each in [ids[5:]] if is_at_once else [[one] for one in ids[:4:-1]]:
            await hub.executions.delete(each)
        await eventually(lambda: asyncio.sleep(0, shown(page) == ids[4::-1]))
    assert not page.has_more


async def test_shift_selects_all_between_two_rows(hub: Hub) -> None:
    """From the row that was picked last; the same way they are let go again."""
    ids = (await start(hub, 5))[::-1]
    page = page_state(DashboardState, WHERE)
    await page.load()
    page.pick(ids[1], True, False)
    page.pick(ids[3], True, True)
    assert page.selection.ids == tuple(ids[1:4])
    page.pick(ids[2], False, True)
    assert page.selection.ids == (ids[1],)


async def test_a_span_of_dates_goes_into_the_address(hub: Hub) -> None:
    """The fields come with the choice and go with another; what is no time is left out."""
    page = page_state(DashboardState, WHERE)
    await page.load()
    assert page.filter_by("time", "dates") is None
    assert page.is_dated
    moved = page.filter_by_dates("2026-11-24T23:00:00.000Z", "soon")
    assert "since=2026-11-24T23%3A00%3A00.000Z&q=" in str(moved)
    assert "until" not in str(moved)
    turn_to(page, f"{WHERE}&since=2026-11-24T23:00:00.000Z")
    await page.load()
    assert (page.is_dated, page.filters.since) == (True, "2026-11-24T23:00:00.000Z")
    assert "time=24h" in str(page.filter_by("time", "24h"))
    turn_to(page, f"{WHERE}&time=24h")
    await page.load()
    assert not page.is_dated


async def test_empty_fields_of_a_span_stay_for_another_filter_and_not_for_who_comes_anew(hub: Hub) -> None:
    """A history that shows all does not say that it shows a span."""
    page = page_state(DashboardState, WHERE)
    await page.load()
    page.filter_by("time", "dates")
    page.filter_by("status", "failed")
    turn_to(page, f"{WHERE}&status=failed")
    await page.load()
    assert page.is_dated
    turn_to(page, "/")
    await page.load()
    assert not page.is_dated

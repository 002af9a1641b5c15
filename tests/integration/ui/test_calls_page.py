"""Calls of an agent on the page of its execution: what the State holds, and what it does."""

from typing import Any

import pytest

from execution_hub.domain.call import CallStatus
from execution_hub.hub.hub import Hub
from execution_hub.ui.pages.execution.calls_state import COMMENT_FIELD, CallsState
from tests.support.calls import SENDS, asking
from tests.support.states import page_state, turn_to

ASK = "2/waiting/0"


@pytest.fixture
async def asked(asked_hub: Hub) -> tuple[int, int]:
    """Return two executions of the hub that pages ask, each with a call that waits."""
    return await asking(asked_hub, SENDS), await asking(asked_hub, SENDS)


async def status(hub: Hub, execution_id: int) -> CallStatus:
    """Return how the call of an execution is."""
    return (await hub.history.call(execution_id, 2)).status


async def ran(handler: Any) -> None:
    """Let a handler run to its end."""
    async for _ in handler:
        pass


async def test_a_card_acts_on_the_execution_it_was_drawn_for(hub: Hub, asked: tuple[int, int]) -> None:
    """Whatever the page shows by the time its press arrives, and whatever was unfolded or begun there before."""
    first, second = asked
    page = page_state(CallsState, f"/executions/{first}")
    await ran(page.open_call(first, 2))
    page.begin_reject(first, 2, f"{first}/{ASK}")
    turn_to(page, f"/executions/{second}")
    await ran(page.open_call(second, 3))
    assert (list(page.opened), page.notice_of) == ([f"{first}/2"], second)
    await ran(page.submit_reject({COMMENT_FIELD: "Not to her."}))
    assert [await status(hub, each) for each in asked] == [CallStatus.DENIED, CallStatus.WAITING]
    await ran(page.approve(second, 2, f"{second}/{ASK}", False))
    await ran(page.approve(second, 2, f"{second}/{ASK}", False))
    assert await status(hub, second) is CallStatus.PENDING
    assert page.answered == [f"{first}/{ASK}", f"{second}/{ASK}"]


async def test_who_puts_a_form_off_is_back_where_it_was_opened(hub: Hub, asked: tuple[int, int]) -> None:
    """Each time; who answered is on the card. An unfolded call is read again once it has changed."""
    first, _ = asked
    page = page_state(CallsState, f"/executions/{first}")
    await page.begin_edit(first, 2, f"{first}/{ASK}")
    page.close_form()
    page.close_form()
    assert (page.form, page.arguments, page.wish) == ("", "", "call-edit-2#1")
    await ran(page.open_call(first, 2))
    await hub.executions.approve_call(first, 2, arguments={"to": "bob@example.com"})
    assert "ada@" in page.opened[f"{first}/2"].arguments
    await page.read_again(first, 2)
    assert "bob@" in page.opened[f"{first}/2"].arguments
    await page.read_again(first, 99)
    page.look_at(2)
    assert page.wish == "call-2#2"

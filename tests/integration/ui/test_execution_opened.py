"""The page of an execution is opened by whatever event of it comes first, a press among them."""

from collections.abc import Iterator

import pytest

from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.ui.components.output import JSON, RAW, RENDERED
from execution_hub.ui.pages.execution.state import ExecutionState
from tests.support.hub import ended
from tests.support.page_sockets import reached
from tests.support.states import page_state, turn_to


@pytest.fixture(autouse=True)
def page() -> Iterator[None]:
    """Have the page of these States reached."""
    with reached("t"):
        yield


@pytest.mark.parametrize("view", [JSON, RAW])
async def test_a_view_that_is_chosen_before_the_page_is_loaded_stays(asked_hub: Hub, view: str) -> None:
    """What a reader sees first comes by another way than the events of the load."""
    first, second = [(await asked_hub.executions.start(AgentTest(1, f"[fast] {name}"))).id for name in ("a", "b")]
    await ended(asked_hub, first)
    state = page_state(ExecutionState, f"/executions/{first}")
    await state.choose_view(view)
    await state.load_execution()
    assert (state.view, state.input) == (view, "[fast] a")
    assert (f'"id": {first}' in state.json_text) == (view == JSON)
    turn_to(state, f"/executions/{second}")
    await state.load_execution()
    assert (state.view, state.input, state.json_text) == (RENDERED, "[fast] b", "")


async def test_a_press_on_a_page_without_an_execution_does_nothing(asked_hub: Hub) -> None:
    state = page_state(ExecutionState, "/executions/nothing")
    await state.choose_view(JSON)
    await state.show_whole_log()
    assert (state.view, state.is_log_whole) == (RENDERED, False)

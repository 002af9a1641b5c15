"""A page is begun with an execution by two events of one load, in either order: the second one empties nothing."""

from collections.abc import Iterator

import pytest

from execution_hub.ui.pages.execution.state import ExecutionState
from execution_hub.ui.shared_vars import SharedVars
from execution_hub.ui.transcripts import TranscriptState, begin
from tests.support.page_sockets import reached
from tests.support.states import page_state


@pytest.fixture(autouse=True)
def page() -> Iterator[None]:
    """Have the page of these States reached."""
    with reached("t"):
        yield


async def test_what_is_shown_stays_when_the_page_is_begun_with_the_same_once_more() -> None:
    """`load_execution` and `follow_execution` both begin it; the one that follows may be the first."""
    state = page_state(ExecutionState, "/executions/7")
    await begin(state, 7)
    shown = SharedVars(TranscriptState)
    opened = shown.open("t")
    await begin(state, 7)
    assert not opened.is_set()
    shown.close("t", opened)


@pytest.mark.parametrize("other", [8, 0])
async def test_what_is_shown_of_another_execution_is_taken_off(other: int) -> None:
    state = page_state(ExecutionState, "/executions/7")
    await begin(state, 7)
    opened = SharedVars(TranscriptState).open("t")
    await begin(state, other)
    assert opened.is_set()
    assert (await state.get_state(TranscriptState))._execution_id == other


async def test_a_page_that_is_missing_is_emptied_each_time() -> None:
    state = page_state(ExecutionState, "/executions/7")
    await begin(state, 0)
    opened = SharedVars(TranscriptState).open("t")
    await begin(state, 0)
    assert opened.is_set()

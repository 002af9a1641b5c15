"""What a page shows of the execution that it follows: the same on every page that follows it (ui/follower.py)."""

from typing import Any

import reflex as rx

from execution_hub.ui.matrix import no_matrix
from execution_hub.ui.shared_vars import SharedState, SharedVars
from execution_hub.ui.turns import nothing
from execution_hub.views.execution import ExecutionView
from execution_hub.views.output_buffer import OutputBuffer
from execution_hub.views.transcript import LogLine


class TranscriptState(SharedState, rx.State):
    """The execution that a page follows.

    The output is spread over four vars, since a var is sent whole whenever it changes: see OutputBuffer.
    """

    facts: ExecutionView = ExecutionView()
    settled: list[str] = []  # noqa: RUF012 - Reflex copies defaults
    blocks: list[str] = []  # noqa: RUF012
    open_parts: list[str] = []  # noqa: RUF012
    tail: str = ""
    error: str = ""
    # The process of the hub that ran it last; empty where there is only one.
    worker: str = ""
    thinking_parts: list[str] = []  # noqa: RUF012
    thinking_tail: str = ""
    log: list[LogLine] = []  # noqa: RUF012
    log_open: list[LogLine] = []  # noqa: RUF012
    log_count: int = 0
    last_seq: int = 0

    # Which execution the page was last begun with; 0 for none.
    _execution_id: int = 0


class StepOutputState(SharedState, rx.State):
    """The output of the step that a page looks at: see OutputBuffer."""

    name: str = ""
    settled: list[str] = []  # noqa: RUF012 - Reflex copies defaults
    blocks: list[str] = []  # noqa: RUF012
    open_parts: list[str] = []  # noqa: RUF012
    tail: str = ""


class WholeLogState(SharedState, rx.State):
    """Every line of the log, for pages that ask for it."""

    lines: list[LogLine] = []  # noqa: RUF012 - Reflex copies defaults


async def begin(state: rx.State, execution_id: int) -> None:
    """Take off a page what it shows of another execution, before it is shown this one.

    Args:
        state: A State of the page, in a handler or within `async with`.
        execution_id: Which one it will be shown; 0 for none.
    """
    shown = await state.get_state(TranscriptState)
    if shown._execution_id != execution_id or not execution_id:
        shown._execution_id = execution_id
        for nothing in _nothing:
            nothing.open(state.router.session.client_token)


def output_vars(buffer: OutputBuffer) -> dict[str, Any]:
    """Return what an output is spread over, by name; copies, since the buffer's own lists grow."""
    return {
        "settled": list(buffer.settled),
        "blocks": list(buffer.blocks),
        "open_parts": buffer.open_parts,
        "tail": buffer.tail,
    }


# What a page is shown that follows nothing.
_nothing = (SharedVars(TranscriptState), SharedVars(StepOutputState), no_matrix, *nothing)

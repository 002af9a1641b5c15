"""Models asked in tests: what came, what failed, and waiting for something to happen."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from execution_hub import errors
from execution_hub.llm.port import Model, ModelEvent, ModelRequest, TextDelta


async def collect(model: Model, request: ModelRequest) -> list[ModelEvent]:
    """Return all that came."""
    return [event async for event in model.stream(request)]


async def fail(model: Model, request: ModelRequest) -> tuple[list[ModelEvent], errors.ExecutionError]:
    """Return what came and the error that ended it."""
    events: list[ModelEvent] = []
    try:
        async for event in model.stream(request):
            events.append(event)
    except errors.ExecutionError as error:
        return events, error
    raise AssertionError("the stream did not fail")


def text_of(events: list[ModelEvent]) -> str:
    """Return the text of an answer."""
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def until(condition: Callable[[], Any], seconds: float = 20) -> None:
    """Wait for something to happen."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.005)

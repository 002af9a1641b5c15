"""Traces: what a run spent its time on, as spans, and where they belong. Knows no library: a sink takes them.

A span is told once, when it has ended, by the process in which it ends. What it is called and where it belongs follows
from the hub, the execution and its parts alone, so that a second process that goes on with an execution tells spans of
the same trace, below parents that the first one had begun. Nothing that people or models wrote is in them but names.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from execution_hub.domain.clock import offset
from execution_hub.domain.texts import cut_to, one_line

VALUE_MAX_BYTES = 200
CANCELLED = "cancelled"

Value = str | int | float | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a span is: its trace, and itself in it.

    Attributes:
        trace: What the trace's id is made of: the hub and the execution.
        path: What the span's id is made of: the parts of the execution down to it.
    """

    trace: str
    path: tuple[str | int, ...] = ()

    def part(self, *names: str | int) -> "Place":
        """Return the place of a part of it."""
        return Place(self.trace, (*self.path, *names))

    @property
    def trace_id(self) -> int:
        """The trace's id, 16 bytes."""
        return int.from_bytes(hashlib.sha256(self.trace.encode()).digest()[:16])

    @property
    def span_id(self) -> int:
        """The span's id, 8 bytes."""
        return int.from_bytes(hashlib.sha256(f"{self.trace}{self.path!r}".encode()).digest()[:8])


@dataclass(frozen=True, slots=True)
class Span:
    """Something that has ended.

    Attributes:
        name: What it was.
        place: Where it is.
        parent: Where what it is a part of is; None for an execution.
        began_ns, ended_ns: When, in nanoseconds since 1970.
        attributes: What else is known of it.
        error: The code of the error it ended with; empty for none.
        is_call: Whether it asked another program.
        retries: When it was tried again, and after which error.
    """

    name: str
    place: Place
    parent: Place | None
    began_ns: int
    ended_ns: int
    attributes: Mapping[str, Value] = field(default_factory=dict)
    error: str = ""
    is_call: bool = False
    retries: tuple[tuple[int, str], ...] = ()


class _Tracing:
    """Who takes spans: one for a process, as there is one hub in it; None where none are wanted."""

    sink: Callable[[Span], None] | None = None
    hub_uuid = ""


_current: ContextVar[Place | None] = ContextVar("current", default=None)


def begin(hub_uuid: str, sink: Callable[[Span], None]) -> None:
    """Have spans told from now on.

    Args:
        hub_uuid: The hub's own name: what makes its traces others than those of another hub.
        sink: Takes each span; from any thread, never blocking.
    """
    _Tracing.sink, _Tracing.hub_uuid = sink, hub_uuid


def end() -> None:
    """Have no spans told any more."""
    _Tracing.sink = None


def place_of(execution_id: int) -> Place | None:
    """Return where the span of an execution is; None where none are wanted."""
    return None if _Tracing.sink is None else Place(f"{_Tracing.hub_uuid}-{execution_id}")


def current() -> Place | None:
    """Return where this task is; None where no spans are wanted."""
    return _current.get()


@contextmanager
def inside(place: Place | None) -> Iterator[None]:
    """Be at a place for as long as the block runs, with all tasks that begin in it."""
    token = _current.set(place)
    try:
        yield
    finally:
        _current.reset(token)


def nanoseconds(moment: datetime | None = None) -> int:
    """Return a time of the hub's clock in nanoseconds since 1970; the present if omitted."""
    if moment is None:
        return time.time_ns() + round(offset() * 1e9)
    return round(moment.timestamp() * 1e6) * 1_000


def tell(
    name: str,
    place: Place | None,
    parent: Place | None,
    began_ns: int,
    attributes: Mapping[str, Any],
    error: str = "",
    **more: Any,
) -> None:
    """Tell what has ended now.

    Args:
        name: What it was.
        place: Where it is; None where no spans are wanted, and then nothing is told.
        parent: See Span.
        began_ns: When it began; see `nanoseconds`.
        attributes: What else is known of it; what is None is left out. Foreign words are cut.
        error: The code of its error; empty for none.
        **more: See Span.
    """
    sink = _Tracing.sink
    if place is None or sink is None:
        return
    known = {key: _bounded(value) for key, value in attributes.items() if value is not None}
    sink(Span(_word(name), place, parent, began_ns, max(began_ns, nanoseconds()), known, error, **more))


def _bounded(value: Any) -> Value:
    if isinstance(value, tuple):
        return tuple(_word(str(each)) for each in value)
    return value if isinstance(value, int | float) else _word(str(value))


def _word(text: str) -> str:
    return cut_to(one_line(text.encode(errors="replace").decode()), VALUE_MAX_BYTES)

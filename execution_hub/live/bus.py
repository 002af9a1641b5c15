"""The bus: says that something is there, never what. Who hears it reads the log."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Signal:
    """An execution has news.

    Attributes:
        execution_id: Which one.
        last_seq: The newest number of its log.
        changed: The hub-wide number of the change; None if lists need not know.
        is_cancel: Whether somebody wants it to stop.
    """

    execution_id: int
    last_seq: int
    changed: int | None
    is_cancel: bool = False


Listener = Callable[[Sequence[Signal]], None]


class Topic(StrEnum):
    """What besides executions has news for other processes.

    Attributes:
        JOBS: Something went into the engine's queue of what takes a slot, or a slot became free.
        COORDINATORS: Something went into the engine's queue of what takes none.
        QUEUE: The queue was paused or resumed.
        PROVIDERS: A provider's rate limit became known, or it holds calls back.
        WORKERS: A process joined, with which the limit of all may change, left, or takes no new work.
    """

    JOBS = "j"
    COORDINATORS = "c"
    QUEUE = "q"
    PROVIDERS = "p"
    WORKERS = "w"


class Bus(Protocol):
    """Carries signals from writers to watchers. A lost signal is found by the watchers' reconcile.

    Attributes:
        is_away: Whether other processes are not heard just now.
    """

    is_away: bool

    def publish(self, signals: Sequence[Signal]) -> None:
        """Tell every listener, of every process; from any thread, never blocking."""
        ...

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` on the running event loop for each batch; returns what ends that.

        An empty batch means that signals of other processes may have been lost: look at everything.
        """
        ...

    def tell(self, topic: Topic) -> None:
        """Tell the other processes that there is news; from any thread, never blocking."""
        ...

    def hear(self, topic: Topic, work: Callable[[], None]) -> None:
        """Call `work`, from any thread, when another process has told of news, or may have."""
        ...

    def open(self) -> None:
        """Begin to carry between processes."""
        ...

    def close(self) -> None:
        """Carry nothing any more; what was published is on its way."""
        ...


class LocalBus:
    """The bus of one process: a direct fan-out to the event loops of the listeners.

    Attributes:
        is_away: See Bus.
    """

    def __init__(self) -> None:
        """Start without listeners."""
        self.is_away = False
        self._lock = threading.Lock()
        self._listeners: dict[object, tuple[asyncio.AbstractEventLoop, Listener]] = {}

    def publish(self, signals: Sequence[Signal]) -> None:
        """See Bus.publish."""
        if signals:
            self.fan_out(signals)

    def tell(self, topic: Topic) -> None:
        """See Bus.tell: there are no others."""

    def hear(self, topic: Topic, work: Callable[[], None]) -> None:
        """See Bus.hear: there are no others."""

    def open(self) -> None:
        """See Bus.open."""

    def close(self) -> None:
        """See Bus.close."""

    def fan_out(self, signals: Sequence[Signal]) -> None:
        """Tell the listeners of this process; an empty batch, too."""
        with self._lock:
            listeners = list(self._listeners.values())
        for loop, listener in listeners:
            try:
                loop.call_soon_threadsafe(listener, signals)
            except RuntimeError:
                # That loop has closed; its listener is going away with it.
                continue

    def listen(self, listener: Listener) -> Callable[[], None]:
        """See Bus.listen."""
        key = object()
        with self._lock:
            self._listeners[key] = (asyncio.get_running_loop(), listener)

        def stop() -> None:
            with self._lock:
                self._listeners.pop(key, None)

        return stop

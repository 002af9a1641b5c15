"""Keeps what was made lately, up to a size: a count alone bounds no memory when each may be large."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Sized(Generic[Key, Value]):
    """Values by key; what was not used for longest goes first. Threads may share it.

    Args:
        size_max: What all values may take together, in the unit of `put`.

    Attributes:
        size: What they take.
    """

    def __init__(self, size_max: int) -> None:
        self._size_max = size_max
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self.size = 0

    def get(self, key: Key) -> Value | None:
        """Return a value, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: Key, value: Value, size: int) -> None:
        """Keep a value of a size."""
        with self._lock:
            _, before = self._kept.pop(key, (None, 0))
            self._kept[key] = (value, size)
            self.size += size - before
            while self.size > self._size_max:
                _, (_, gone) = self._kept.popitem(last=False)
                self.size -= gone

"""Writes an answer into the log of its execution as it comes, whether it is the execution's own or a step's."""

from collections.abc import Callable
from typing import Any

from execution_hub.domain.event import EventKind
from execution_hub.domain.usage import Usage
from execution_hub.errors import ExecutionError
from execution_hub.live.journal import Journal


def _ignore(_characters: int) -> None:
    """Nobody shows how far the answer is."""


class AnswerListener:
    """Hears an answer: see answer.Listener.

    Attributes:
        used: What all tries have used so far.
    """

    def __init__(
        self,
        journal: Journal,
        on_usage: Callable[[Usage], None],
        *,
        step: str = "",
        on_length: Callable[[int], None] = _ignore,
    ) -> None:
        """Write into a log.

        Args:
            journal: The log.
            on_usage: Told what all tries have used so far.
            step: The step whose answer it is; empty for the execution's own.
            on_length: Told how many characters of the present try have come, thinking too: 0 when it begins.
        """
        self._journal = journal
        self._on_usage = on_usage
        self._step = step
        self._on_length = on_length
        self._parts: list[str] = []
        self._length = 0
        self.used = Usage()
        on_length(0)

    @property
    def written(self) -> str:
        """The text of the present try."""
        return "".join(self._parts)

    def text(self, text: str) -> None:
        """See Listener."""
        self._parts.append(text)
        self._journal.text(text, self._step)
        self._grow(text)

    def thinking(self, text: str) -> None:
        """See Listener."""
        self._journal.thinking(text, self._step)
        self._grow(text)

    def tool_call(self, name: str, arguments: dict[str, Any]) -> None:
        """See Listener."""
        self._emit(EventKind.TOOL_CALL, {"name": name, "arguments": arguments})

    def usage(self, usage: Usage) -> None:
        """See Listener."""
        self.used = usage
        self._on_usage(usage)

    def retry(self, error: ExecutionError, seconds: float) -> None:
        """See Listener."""
        self._parts.clear()
        self._length = 0
        self._emit(EventKind.RETRY, {"code": error.code, "message": error.message, "seconds": round(seconds, 1)})
        self._on_length(0)

    def end(self, usage: Usage) -> None:
        """Say what the answer used in the end."""
        self._emit(EventKind.USAGE, usage.as_json())

    def _grow(self, text: str) -> None:
        if text:
            self._length += len(text)
            self._on_length(self._length)

    def _emit(self, kind: EventKind, data: dict[str, Any]) -> None:
        self._journal.emit(kind, {**data, "step": self._step} if self._step else data)

"""Writes an answer into the log of its execution as it comes, whether it is the execution's own or a step's."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from execution_hub.domain.clock import to_wire
from execution_hub.domain.event import EventKind
from execution_hub.domain.usage import Usage
from execution_hub.errors import ExecutionError
from execution_hub.live.journal import Journal


def _ignore(_tokens: int) -> None:
    """Nobody shows how far the answer is."""


def _do_nothing() -> None:
    """Nobody shows that it is tried again."""


def _pass_over(_until: datetime | None) -> None:
    """Nobody shows until when it waits."""


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
        on_tokens: Callable[[int], None] = _ignore,
        on_retry: Callable[[], None] = _do_nothing,
        on_held: Callable[[datetime | None], None] = _pass_over,
    ) -> None:
        """Write into a log.

        Args:
            journal: The log.
            on_usage: Told what all tries have used so far.
            step: The step whose answer it is; empty for the execution's own.
            on_tokens: Told how many tokens of the present try have come, thinking too: 0 when it begins.
            on_retry: Told when a try has failed and another one follows.
            on_held: Told until when a call waits for its provider's rate limit; None when it waits no more.
        """
        self._journal = journal
        self._on_usage = on_usage
        self._step = step
        self._on_tokens = on_tokens
        self._on_retry = on_retry
        self._on_held = on_held
        self._parts: list[str] = []
        self.used = Usage()
        on_tokens(0)

    @property
    def written(self) -> str:
        """The text of the present try."""
        return "".join(self._parts)

    def text(self, text: str) -> None:
        """See Listener."""
        self._parts.append(text)
        self._journal.text(text, self._step)

    def thinking(self, text: str) -> None:
        """See Listener."""
        self._journal.thinking(text, self._step)

    def tool_call(self, name: str, arguments: dict[str, Any]) -> None:
        """See Listener."""
        self._emit(EventKind.TOOL_CALL, {"name": name, "arguments": arguments})

    def usage(self, usage: Usage) -> None:
        """See Listener."""
        self.used = usage
        self._on_usage(usage)

    def written_tokens(self, tokens: int) -> None:
        """See Listener."""
        self._on_tokens(tokens)

    def retry(self, error: ExecutionError, seconds: float) -> None:
        """See Listener."""
        self._parts.clear()
        self._emit(EventKind.RETRY, {"code": error.code, "message": error.message, "seconds": round(seconds, 1)})
        self._on_retry()

    def held(self, until: datetime | None) -> None:
        """See Listener."""
        if until is not None:
            self._emit(EventKind.HELD, {"until": to_wire(until)})
        self._on_held(until)

    def end(self, usage: Usage) -> None:
        """Say what the answer used in the end."""
        self._emit(EventKind.USAGE, usage.as_json())

    def _emit(self, kind: EventKind, data: dict[str, Any]) -> None:
        self._journal.emit(kind, {**data, "step": self._step} if self._step else data)

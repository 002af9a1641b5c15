"""A runner's pen: turns what it streams into events of its execution's log."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any

from execution_hub.domain.call import Call, CallChange
from execution_hub.domain.event import EventKind, NewEvent
from execution_hub.domain.execution import Phase, Progress
from execution_hub.domain.result import ResultChange
from execution_hub.domain.status import Status
from execution_hub.domain.step import StepChange
from execution_hub.domain.usage import Usage
from execution_hub.domain.verdict import TargetVerdict
from execution_hub.live.log import EventLog
from execution_hub.store.executions import progress_values
from execution_hub.store.intents import Change
from execution_hub.store.steps import usage_values

# Tokens arrive one by one; lists and monitors need no more than this.
PROGRESS_SECONDS = 0.2


class Fenced(Exception):
    """Another attempt has this execution, or it has ended: stop at once."""


class Journal:
    """Writes one attempt of one execution.

    One write is under way at a time; what comes meanwhile waits and goes together, text merged.
    Lives on the runner's event loop.
    """

    def __init__(self, log: EventLog, execution_id: int, attempt: int, meta: Mapping[str, Any] | None = None) -> None:
        """Write for an attempt.

        Args:
            log: Where to.
            execution_id: Whose log.
            attempt: The fence: writes of any other attempt are refused.
            meta: What is kept of the execution already.
        """
        self._log = log
        self._execution_id = execution_id
        self._attempt = attempt
        self._events: list[NewEvent] = []
        # The text that comes after those, and whose it is: joined once, however many pieces it came in.
        self._pieces: list[str] = []
        self._of_pieces = (EventKind.TEXT, "")
        self._steps: list[StepChange] = []
        self._calls: list[CallChange] = []
        self._results: list[ResultChange] = []
        self._verdicts: tuple[TargetVerdict, ...] = ()
        self._values: dict[str, Any] = {}
        self._meta = dict(meta or {})
        self._progress = Progress(phase=Phase.WAITING)
        self._is_visible = False
        self._shown_at = 0.0
        self._writing: asyncio.Task[None] | None = None
        self._failure: BaseException | None = None
        # How many wait for all of it to be stored.
        self._waiting = 0
        self._written: list[str] = []

    @property
    def written(self) -> str:
        """All text of the answer that this attempt wrote, that of steps apart."""
        return "".join(self._written)

    def text(self, text: str, step: str = "") -> None:
        """Append text of the answer, or of a step's answer."""
        if not step:
            self._written.append(text)
        self._append_text(EventKind.TEXT, text, step)

    def thinking(self, text: str, step: str = "") -> None:
        """Append text of the model's thinking, or of the thinking in a step."""
        self._append_text(EventKind.THINKING, text, step)

    def change_step(
        self, name: str, values: dict[str, Any], told: dict[str, Any] | None = None, *, round_: int | None = None
    ) -> None:
        """Change a step of the execution.

        Args:
            name: Which step.
            values: Columns to set.
            told: What the log says of it besides its name; lists hear of it too. None to tell nobody.
            round_: The round it is said of; None for any.
        """
        self._steps.append(StepChange(name, values, round_))
        if told is not None:
            self._append(EventKind.STEP, {"name": name, **told})
            self._is_visible = True
        self._wake()

    def change_call(
        self,
        number: int,
        values: dict[str, Any] | None = None,
        told: dict[str, Any] | None = None,
        *,
        new: Call | None = None,
        kind: EventKind = EventKind.TOOL_CALL,
    ) -> None:
        """Change a call of the execution, or store a new one.

        Args:
            number: Which call.
            values: Columns to set; a status `running` counts an attempt.
            told: What the log says of it besides its number; lists hear of it too. None to tell nobody.
            new: The call to store before; None for one that is stored.
            kind: What the log calls it: `turn`, `tool_call` or `tool_result`.
        """
        self._calls.append(CallChange(number, values or {}, new))
        if told is not None:
            self._append(kind, {"number": number, **told})
            self._is_visible = True
        self._wake()

    def change_result(self, change: ResultChange, told: dict[str, Any] | None = None) -> None:
        """Change a result of a suite's run, or store a new one.

        Args:
            change: What changes.
            told: What the log says of it besides its number; None to tell nobody.
        """
        self._results.append(change)
        if told is not None:
            self._append(EventKind.RESULT, {"number": change.number, **told})
        self._wake()

    def verdicts(self, verdicts: Sequence[TargetVerdict]) -> None:
        """Store what came of each target of a suite's run; takes the place of what was stored before."""
        self._verdicts = tuple(verdicts)
        self._wake()

    def emit(self, kind: EventKind, data: dict[str, Any]) -> None:
        """Append an event of another kind."""
        self._append(kind, data)
        self._wake()

    def progress(self, progress: Progress) -> None:
        """Say how far it is; a new phase is shown at once, a number at most every 200 ms."""
        if progress == self._progress:
            return
        is_new_phase = progress.phase != self._progress.phase
        self._progress = progress
        self._values.update(progress_values(progress))
        if is_new_phase or time.monotonic() - self._shown_at >= PROGRESS_SECONDS:
            self._is_visible = True
        self._wake()

    def usage(self, usage: Usage) -> None:
        """Say what the execution has used so far, over all attempts: it stays if this attempt is interrupted."""
        self._values.update(self._with_meta(usage_values(usage)))
        self._wake()

    def keep(self, meta: Mapping[str, Any]) -> None:
        """Keep more in the execution's `meta`, beside what is there."""
        self._values.update(self._with_meta({"meta": meta}))
        self._wake()

    async def flush(self) -> None:
        """Wait until all of it is stored, which is done at once.

        Raises:
            Fenced: Another attempt has the execution; nothing more is written.
            Unavailable: The database stays away.
        """
        self._waiting += 1
        try:
            while self._writing is not None or self._has_more:
                self._check()
                self._wake()
                if self._writing is not None:
                    # Of what is under way already, the log has been told that it has time.
                    self._log.hurry()
                    await asyncio.shield(self._writing)
        finally:
            self._waiting -= 1
        self._check()

    async def finish(self, target: Status, told: dict[str, Any] | None = None, **values: Any) -> None:
        """Store what is left, then the status it ends with, in one write.

        Args:
            target: The status.
            told: What the log says of it besides.
            **values: Columns to set besides.

        Raises:
            Fenced: Another attempt has the execution.
            Unavailable: The database stays away.
        """
        await self.flush()
        values = self._with_meta(values)
        change = Change(self._execution_id, target, self._attempt, told=told or {}, values=values)
        if await self._log.record(change) is None:
            raise Fenced

    async def pause(self, waiting: frozenset[str], calls: frozenset[int] = frozenset(), **values: Any) -> bool:
        """Store what is left, then that the execution waits for a person; ends this attempt.

        Args:
            waiting: The approvals nobody has answered, as far as the runner knows.
            calls: The calls nobody has answered or resolved, as far as the runner knows.
            **values: Columns to set besides.

        Returns:
            False if one of them was answered meanwhile: then the execution goes on.

        Raises:
            Fenced: Another attempt has the execution.
            Unavailable: The database stays away.
        """
        await self.flush()
        change = Change(
            self._execution_id, Status.WAITING, self._attempt, waiting=waiting, waiting_calls=calls, values=values
        )
        if await self._log.record(change) is not None:
            return True
        # An answer, or the fence? Whoever has the fence can still write.
        if await self._log.record(Change(self._execution_id, fence=self._attempt)) is None:
            raise Fenced
        return False

    def _with_meta(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return columns to set: a new `meta` leaves what was kept before."""
        if "meta" not in values:
            return values
        self._meta |= values["meta"]
        return {**values, "meta": dict(self._meta)}

    def _append_text(self, kind: EventKind, text: str, step: str) -> None:
        if not text:
            return
        if (kind, step) != self._of_pieces:
            self._join_pieces()
            self._of_pieces = (kind, step)
        self._pieces.append(text)
        self._wake()

    def _append(self, kind: EventKind, data: dict[str, Any]) -> None:
        self._join_pieces()
        self._events.append(NewEvent(kind, data))

    def _join_pieces(self) -> None:
        if self._pieces:
            kind, step = self._of_pieces
            self._events.append(NewEvent(kind, {"text": "".join(self._pieces), **({"step": step} if step else {})}))
            self._pieces = []

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure

    @property
    def _has_more(self) -> bool:
        rows = self._steps or self._calls or self._results or self._verdicts
        return bool(self._events or self._pieces or self._values or rows)

    def _wake(self) -> None:
        self._check()
        if self._writing is None and self._has_more:
            self._writing = asyncio.ensure_future(self._write())

    async def _write(self) -> None:
        try:
            while self._has_more and self._failure is None:
                change = self._take()
                writing = self._log.record(change)
                if self._waiting:
                    self._log.hurry()
                if await writing is None:
                    self._failure = Fenced()
        except Exception as error:
            self._failure = error
        finally:
            self._writing = None

    def _take(self) -> Change:
        is_visible = self._is_visible
        if is_visible:
            self._shown_at = time.monotonic()
        self._join_pieces()
        change = Change(
            self._execution_id,
            fence=self._attempt,
            events=tuple(self._events),
            steps=tuple(self._steps),
            calls=tuple(self._calls),
            results=tuple(self._results),
            verdicts=self._verdicts,
            values=self._values,
            is_visible=is_visible,
        )
        self._events, self._steps, self._calls, self._results = [], [], [], []
        self._values, self._verdicts, self._is_visible = {}, (), False
        return change

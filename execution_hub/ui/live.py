"""The live State: what runs, on every page, pushed as it changes."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import replace

import reflex as rx

from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.errors import Conflict, HubError, NotFound, Unavailable
from execution_hub.hub import current_hub
from execution_hub.ui.follow import assign, language_of
from execution_hub.ui.rows import ExecutionRow
from execution_hub.ui.text import say, say_error

# After a status was pushed the next waits at least this long; what changed meanwhile comes together.
SPACING_SECONDS = 0.030
TICK_SECONDS = 1.0
LINGER_SECONDS = 6.0
PROGRESS_SECONDS = 0.25
SHOWN_MAX = 12
APPROVED_MAX = 50
RETRY_SECONDS = 2.0


class LiveState(rx.State):
    """What runs now.

    Vars are replaced whole, so what changes often is kept small: the rows of the monitor, not the history.
    """

    running: list[ExecutionRow] = []  # noqa: RUF012 - Reflex copies defaults
    ended: list[ExecutionRow] = []  # noqa: RUF012
    waiting: list[ExecutionRow] = []  # noqa: RUF012
    running_count: int = 0
    pending_count: int = 0
    waiting_count: int = 0
    server_time: float = 0
    slots: int = 0

    @rx.event(background=True)
    async def watch(self) -> None:
        """Follow the hub for as long as this page is open.

        Started by every page's load: Reflex ends the one before at a navigation, a reconnect or a
        disconnect, so there is one per browser tab.
        """
        seen, is_behind, shown_at = _Seen(), False, 0.0
        while True:
            try:
                async with aclosing(current_hub().watch(tick_seconds=TICK_SECONDS)) as updates:
                    async for update in updates:
                        if update.is_snapshot:
                            seen = _Seen()
                        is_new = seen.take(update.executions) or update.is_snapshot
                        is_behind = is_behind or bool(update.executions)
                        # Mere progress must not keep a status waiting: it comes a few times a second.
                        if not is_new and not (is_behind and time.monotonic() - shown_at > PROGRESS_SECONDS):
                            continue
                        is_behind, shown_at = False, time.monotonic()
                        if unread := seen.unread_questions():
                            seen.take_questions(await current_hub().waiting_steps(unread))
                        async with self:
                            seen.show_in(self)
                            if update.is_snapshot:
                                self.server_time = time.time() * 1000
                                assign(self, slots=current_hub().settings.max_concurrency)
                        if is_new:
                            await asyncio.sleep(SPACING_SECONDS)
            except Unavailable:
                # The hub is stopping, or its database is away: the next watch begins with a snapshot.
                pass
            await asyncio.sleep(RETRY_SECONDS)


class MonitorState(rx.State):
    """Whether this browser shows the monitor open, and what was approved in it."""

    openness: str = rx.LocalStorage("open", name="hub-monitor")
    # By execution and step: what was clicked stays clicked until the hub has told what came of it.
    approved: list[str] = []  # noqa: RUF012
    problem: str = ""

    @rx.var
    def is_open(self) -> bool:
        """Whether the monitor shows its lines."""
        return self.openness != "closed"

    @rx.event
    def toggle(self) -> None:
        """Open or close the monitor, and remember it."""
        self.openness = "closed" if self.openness != "closed" else "open"

    @rx.event
    async def approve(self, execution_id: int, name: str) -> AsyncIterator[None]:
        """Approve the one step an execution waits for; only the first of two quick clicks counts."""
        key = approval_key(execution_id, name)
        if not name or key in self.approved:
            return
        self.approved, self.problem = [*self.approved, key][-APPROVED_MAX:], ""
        yield
        try:
            await current_hub().answer_step(execution_id, name, is_approved=True)
        except (Conflict, NotFound):
            self.problem = say(await language_of(self), "approval.too_late", name=name)
        except HubError as error:
            self.problem = say_error(await language_of(self), error)
            self.approved = [each for each in self.approved if each != key]


def approval_key(execution_id: int, name: str) -> str:
    """Return what tells an approval from all others of the hub; for a page, of Vars."""
    return f"{execution_id}/{name}"


class _Seen:
    """What one watcher knows: active executions by id, and what ended a moment ago."""

    def __init__(self) -> None:
        self._active: dict[int, Execution] = {}
        self._ended: dict[int, tuple[float, Execution]] = {}
        # What waiting executions ask, with the change as of which this is known.
        self._questions: dict[int, tuple[int, list[str]]] = {}

    def take(self, changed: list[Execution]) -> bool:
        """Take what changed; tells whether a status did, or something is over: what cannot wait."""
        now, is_new = time.monotonic(), False
        for execution in changed:
            known = self._active.get(execution.id)
            is_new = is_new or known is None or known.status is not execution.status
            if not execution.is_finished:
                self._active[execution.id] = execution
            elif self._active.pop(execution.id, None) is not None:
                self._ended[execution.id] = (now, execution)
        over = [each for each, (ended_at, _) in self._ended.items() if now - ended_at > LINGER_SECONDS]
        for each in over:
            del self._ended[each]
        return is_new or bool(over)

    def unread_questions(self) -> list[int]:
        """Return the executions that wait for a person, and nobody knows with what."""
        return [
            execution.id
            for execution in self._active.values()
            if execution.status is Status.WAITING and self._questions.get(execution.id, (0, []))[0] != execution.changed
        ]

    def take_questions(self, names: Mapping[int, list[str]]) -> None:
        """Take the approvals that wait, by execution; what waits no more is forgotten."""
        kept = {each: known for each, known in self._questions.items() if each in self._active}
        new = {each: (self._active[each].changed, found) for each, found in names.items() if each in self._active}
        self._questions = {**kept, **new}

    def show_in(self, state: LiveState) -> None:
        """Put it into the State; only what differs is sent."""
        by_status: dict[Status, list[Execution]] = {status: [] for status in Status}
        for execution in self._active.values():
            by_status[execution.status].append(execution)
        running = sorted(by_status[Status.RUNNING], key=lambda execution: execution.id)
        waiting = sorted(by_status[Status.WAITING], key=lambda execution: execution.id)
        ended = [execution for _, execution in self._ended.values()]
        assign(
            state,
            running=[ExecutionRow.of(execution) for execution in running[:SHOWN_MAX]],
            ended=[ExecutionRow.of(execution) for execution in ended[-SHOWN_MAX:]],
            waiting=[self._waiting_row(execution) for execution in waiting[:SHOWN_MAX]],
            running_count=len(running),
            pending_count=len(by_status[Status.PENDING]),
            waiting_count=len(waiting),
        )

    def _waiting_row(self, execution: Execution) -> ExecutionRow:
        names = self._questions.get(execution.id, (0, []))[1]
        return replace(ExecutionRow.of(execution), approval=names[0] if len(names) == 1 else "")

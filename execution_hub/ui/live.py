"""The live State: what runs, on every page, pushed as it changes."""

import asyncio
import builtins
import time
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import reflex as rx
import structlog

from execution_hub.domain.clock import from_wire
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.errors import Conflict, HubError, NotFound, Unavailable
from execution_hub.hub.hub import current_hub
from execution_hub.live.usual import TypicalDuration
from execution_hub.settings import load_settings
from execution_hub.ui.broadcast import as_hydrated, broadcast
from execution_hub.ui.follow import assign, language_of
from execution_hub.views.rows import ExecutionRow
from execution_hub.words.say import say, say_error

logger = structlog.get_logger(__name__)

# After a status was pushed the next waits at least this long; what changed meanwhile comes together.
SPACING_SECONDS = 0.030
TICK_SECONDS = 1.0
LINGER_SECONDS = 6.0
PROGRESS_SECONDS = 0.25
SHOWN_MAX = 12
QUEUE_MAX = 3
APPROVED_MAX = 50
RETRY_SECONDS = 2.0
# So often everything is sent again: a packet that was lost is put right.
RECONCILE_SECONDS = 5.0
# So often a page's own State is: one that nobody touches for an hour, Reflex throws away.
RENEW_SECONDS = 60.0
# What a LiveState shows that is the same on every page.
_SHARED = (
    "running",
    "ended",
    "waiting",
    "pending",
    "running_count",
    "pending_count",
    "waiting_count",
    "is_queue_paused",
    "soonest",
)


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
    # The first of the queue, in order.
    pending: list[ExecutionRow] = []  # noqa: RUF012
    is_queue_paused: bool = False
    # Of what runs and is known by its like, what should end first; id 0 if there is none.
    soonest: ExecutionRow = ExecutionRow()

    # Grows with every change: a page ignores what is older than what it shows.
    version: int = 0

    @as_hydrated
    def dict(self, include_computed: bool = True, initial: bool = False, **kwargs: Any) -> "builtins.dict[str, Any]":
        """Return all vars for a page that is hydrated: as they are now, not as they were last sent."""
        if not initial:
            live_board.show_in(self)
        return super().dict(include_computed=include_computed, initial=initial, **kwargs)

    @rx.event(background=True)
    async def watch(self) -> None:
        """Show what runs, and look after this page's State for as long as it is open.

        Started by every page's load: Reflex ends the one before at a navigation, a reconnect or a
        disconnect, so there is one per browser tab. What changes is sent by `live_board`, past the State.
        """
        async with self:
            # Set, equal or not: of a hydrate that came late the page has taken nothing.
            self.server_time, self.slots = time.time() * 1000, load_settings().max_concurrency
        while True:
            async with self:
                # Set, equal or not: what the page shows may have come past the State.
                live_board.show_in(self)
            await asyncio.sleep(RENEW_SECONDS)

    @rx.event
    def note_visibility(self, is_visible: bool) -> None:
        """Remember whether somebody sees this page: one in the background is told only what begins and ends."""
        broadcast.note_hidden(self.router.session.client_token, not is_visible)


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
            await current_hub().executions.answer_step(execution_id, name, is_approved=True)
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
        self.is_queue_paused = False
        # How long the like of what runs usually takes, by execution.
        self.usual: Mapping[int, TypicalDuration] = {}

    @property
    def running(self) -> list[Execution]:
        """What runs, oldest first."""
        found = (each for each in self._active.values() if each.status is Status.RUNNING)
        return sorted(found, key=lambda execution: execution.id)

    def take(self, changed: list[Execution]) -> bool:
        """Take what changed; tells whether a status did, or something is over: what cannot wait."""
        now, is_new = time.monotonic(), False
        for execution in changed:
            known = self._active.get(execution.id)
            is_new = is_new or known is None or known.status is not execution.status
            is_new = is_new or _is_asked_to_stop(known) != _is_asked_to_stop(execution)
            if execution.deleted_at is not None:
                self._ended.pop(execution.id, None)
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

    def show_in(self, state: Any) -> None:
        """Put it into a State, or into what has the same names; only what differs is set."""
        by_status: dict[Status, list[Execution]] = {status: [] for status in Status}
        for execution in self._active.values():
            by_status[execution.status].append(execution)
        running = [self._running_row(execution) for execution in self.running]
        waiting = sorted(by_status[Status.WAITING], key=lambda execution: execution.id)
        ended = [execution for _, execution in self._ended.values()]
        pending = sorted(by_status[Status.PENDING], key=lambda execution: (execution.queue_number, execution.id))
        assign(
            state,
            running=running[:SHOWN_MAX],
            soonest=_soonest(running),
            ended=[ExecutionRow.of(execution) for execution in ended[-SHOWN_MAX:]],
            waiting=[self._waiting_row(execution) for execution in waiting[:SHOWN_MAX]],
            running_count=len(running),
            pending_count=len(by_status[Status.PENDING]),
            waiting_count=len(waiting),
            pending=[replace(ExecutionRow.of(each), place=place) for place, each in enumerate(pending[:QUEUE_MAX], 1)],
            is_queue_paused=self.is_queue_paused,
        )

    def _running_row(self, execution: Execution) -> ExecutionRow:
        row, usual = ExecutionRow.of(execution), self.usual.get(execution.id)
        return row if usual is None else replace(row, usual_ms=usual.median_ms, slow_ms=usual.p95_ms)

    def _waiting_row(self, execution: Execution) -> ExecutionRow:
        names = self._questions.get(execution.id, (0, []))[1]
        return replace(ExecutionRow.of(execution), approval=names[0] if len(names) == 1 else "")


class LiveBoard:
    """The vars of LiveState, the same for every page: computed once, sent once."""

    def __init__(self) -> None:
        """Know nothing yet; `run` watches."""
        self._shown = SimpleNamespace(**{name: LiveState.get_fields()[name].default_value() for name in _SHARED})
        self._behind: set[str] = set()
        self.version = 0
        broadcast.on_return.append(lambda token: self._send(vars(self._shown), {token}))

    async def run(self) -> None:
        """Follow the hub until cancelled."""
        seen, is_behind, shown_at, whole_at = _Seen(), False, 0.0, 0.0
        while True:
            try:
                async with aclosing(current_hub().history.watch(tick_seconds=TICK_SECONDS)) as updates:
                    async for update in updates:
                        if update.is_snapshot:
                            seen = _Seen()
                        is_new = seen.take(update.executions) or update.is_snapshot
                        is_new = is_new or update.is_queue_paused != seen.is_queue_paused
                        seen.is_queue_paused = update.is_queue_paused
                        is_behind = is_behind or bool(update.executions)
                        now = time.monotonic()
                        if self._behind or now - whole_at > RECONCILE_SECONDS:
                            tokens = None if now - whole_at > RECONCILE_SECONDS else self._behind
                            whole_at = now if tokens is None else whole_at
                            self._send(vars(self._shown), tokens)
                        # Mere progress must not keep a status waiting: it comes a few times a second.
                        if not is_new and not (is_behind and now - shown_at > PROGRESS_SECONDS):
                            continue
                        is_behind, shown_at = False, now
                        if unread := seen.unread_questions():
                            seen.take_questions(await current_hub().history.waiting_steps(unread))
                        seen.usual = await current_hub().history.typical_durations(seen.running)
                        self._show(seen, is_new=is_new)
                        if is_new:
                            await asyncio.sleep(SPACING_SECONDS)
            except Unavailable:
                # The hub is stopping, or its database is away: the next watch begins with a snapshot.
                pass
            except Exception:
                # Every page hangs on this: a mistake is told, and does not end it.
                logger.exception("live.failed")
            await asyncio.sleep(RETRY_SECONDS)

    def show_in(self, state: LiveState) -> None:
        """Put it into a State, whether it differs or not."""
        for name in _SHARED:
            setattr(state, name, getattr(self._shown, name))
        state.version = self.version

    def _show(self, seen: _Seen, *, is_new: bool) -> None:
        before = dict(vars(self._shown))
        seen.show_in(self._shown)
        changed = {name: value for name, value in vars(self._shown).items() if value != before[name]}
        if changed:
            self.version += 1
            # A hidden tab is told what begins and ends; how far it is, when somebody looks.
            self._send(changed, None if is_new else broadcast.visible())

    def _send(self, values: Mapping[str, Any], tokens: Collection[str] | None) -> None:
        behind = broadcast.send(LiveState, {**values, "version": self.version}, tokens)
        self._behind = behind if tokens is None else (self._behind - set(tokens)) | behind


live_board = LiveBoard()


def _soonest(running: list[ExecutionRow]) -> ExecutionRow:
    known = [row for row in running if row.usual_ms and row.clock_from]
    ends = {row.id: from_wire(row.clock_from) + timedelta(milliseconds=row.usual_ms) for row in known}
    return min(known, key=lambda row: ends[row.id], default=ExecutionRow())


def _is_asked_to_stop(execution: Execution | None) -> bool:
    return execution is not None and execution.cancel_requested_at is not None

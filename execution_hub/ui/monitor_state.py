"""The State of the monitor: whether it is open in this browser, and what a person answers in it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import reflex as rx

from execution_hub.errors import Conflict, HubError, NotFound
from execution_hub.hub.hub import current_hub
from execution_hub.ui.handlers import language_of
from execution_hub.ui.payload import Text
from execution_hub.words.say import say, say_error

ANSWERED_MAX = 50
REASON_FIELD = "monitor-reason"


class MonitorState(rx.State):
    """Whether this browser shows the monitor open, and what was answered in it."""

    openness: str = rx.LocalStorage("open", name="hub-monitor")
    # Where it would lie over something it is a pill until it is opened.
    is_pill_open: bool = False
    # As long as the page has not told otherwise.
    is_narrow: bool = True
    # By question: what was clicked stays clicked until the hub has told what came of it.
    answered: list[str] = []  # noqa: RUF012 - Reflex copies defaults
    # The question that is about to be rejected, and why.
    rejecting: str = ""
    reason: str = ""
    reason_problem: str = ""
    problem: str = ""

    @rx.var
    def is_open(self) -> bool:
        """Whether the monitor shows its lines where it has room."""
        return self.openness != "closed"

    @rx.event
    def toggle(self, is_small: bool) -> None:
        """Open or close the monitor; where it has room, this browser remembers it."""
        if is_small:
            self.is_pill_open = not self.is_pill_open
        else:
            self.openness = "closed" if self.openness != "closed" else "open"

    @rx.event
    def note_width(self, is_narrow: bool) -> None:
        """Remember whether the page is so narrow that the monitor would lie over what is read."""
        self.is_narrow = is_narrow

    @rx.event
    async def approve(self, execution_id: int, name: str, round_: int) -> AsyncIterator[None]:
        """Approve the one step an execution waits for; only the first of two quick clicks counts."""
        async for _ in self._answer(execution_id, name, round_, is_approved=True):
            yield

    @rx.event
    def begin_to_reject(self, key: str) -> None:
        """Ask why a question is answered with no; for none: no longer."""
        self._ask_why(key)

    @rx.event
    def note_reason(self, text: Text) -> None:
        """Keep what is typed; a problem told before is over."""
        self.reason, self.reason_problem = text, ""

    @rx.event
    async def reject(self, execution_id: int, name: str, round_: int) -> AsyncIterator[Any]:
        """Reject the one step an execution waits for, with the reason that was typed."""
        if not self.reason.strip():
            self.reason_problem = say(await language_of(self), "Say why you reject it.")
            yield rx.set_focus(REASON_FIELD)
            return
        async for _ in self._answer(execution_id, name, round_, is_approved=False):
            yield

    @rx.event
    async def approve_call(self, execution_id: int, number: int, attempt: int) -> AsyncIterator[None]:
        """Let the one call of a tool be made that an execution waits for."""

        def answer() -> Awaitable[object]:
            return current_hub().executions.approve_call(execution_id, number)

        async for _ in self._answer_call(execution_id, number, attempt, answer):
            yield

    @rx.event
    async def reject_call(self, execution_id: int, number: int, attempt: int) -> AsyncIterator[Any]:
        """Reject the one call of a tool that an execution waits for, with the reason that was typed."""
        reason = self.reason.strip()

        def answer() -> Awaitable[object]:
            return current_hub().executions.reject_call(execution_id, number, comment=reason)

        if not reason:
            self.reason_problem = say(await language_of(self), "Say why you reject it.")
            yield rx.set_focus(REASON_FIELD)
            return
        async for _ in self._answer_call(execution_id, number, attempt, answer):
            yield

    @rx.event
    async def resolve_call(self, execution_id: int, number: int, attempt: int, how: str) -> AsyncIterator[None]:
        """Say what becomes of the one call of which nobody knows whether it had its effect."""

        def answer() -> Awaitable[object]:
            return current_hub().executions.resolve_call(execution_id, number, how)

        async for _ in self._answer_call(execution_id, number, attempt, answer):
            yield

    async def _answer_call(
        self, execution_id: int, number: int, attempt: int, answer: Callable[[], Awaitable[object]]
    ) -> AsyncIterator[None]:
        key = question_key(execution_id, call_name(number), attempt)
        if key not in self.answered:

            def late(language: str) -> str:
                return say(language, "Somebody else has answered this call already.")

            async for _ in self._send(key, answer, late):
                yield

    def _ask_why(self, key: str) -> None:
        self.rejecting, self.reason, self.reason_problem = key, "", ""

    async def _answer(self, execution_id: int, name: str, round_: int, *, is_approved: bool) -> AsyncIterator[None]:
        key, comment = question_key(execution_id, name, round_), "" if is_approved else self.reason.strip()
        if not name or key in self.answered:
            return

        def answer() -> Awaitable[object]:
            return current_hub().executions.answer_step(
                execution_id, name, is_approved=is_approved, comment=comment, seen_round=round_
            )

        def late(language: str) -> str:
            return say(language, "Somebody else has answered {name} already.", name=name)

        async for _ in self._send(key, answer, late):
            yield

    async def _send(
        self, key: str, answer: Callable[[], Awaitable[object]], late: Callable[[str], str]
    ) -> AsyncIterator[None]:
        """Send an answer; what was clicked stays clicked, unless the hub could not take it.

        Args:
            key: To which question.
            answer: Sends it.
            late: Says, in a language, that somebody else was faster.
        """
        self.answered, self.problem = [*self.answered, key][-ANSWERED_MAX:], ""
        yield
        try:
            await answer()
        except (Conflict, NotFound):
            self.problem = late(await language_of(self))
        except HubError as error:
            self.problem = say_error(await language_of(self), error)
            self.answered = [each for each in self.answered if each != key]
            return
        if self.rejecting == key:
            self._ask_why("")


def question_key(execution_id: int, name: str, round_: int) -> str:
    """Return what tells a question from all others of the hub; for a page, of Vars."""
    return f"{execution_id}/{name}/{round_}"


def call_name(number: object) -> str:
    """Return what stands for a call in a question's key: no step is called so."""
    return f"#{number}"

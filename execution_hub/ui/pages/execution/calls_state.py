"""What a person does with the calls of an agent: unfolds them, and answers those that ask."""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import reflex as rx

from execution_hub.domain.call import ARGUMENTS_MAX, COMMENT_MAX, Resolution
from execution_hub.errors import Conflict, HubError, InvalidInput, NotFound
from execution_hub.hub.hub import current_hub
from execution_hub.ui.follower import following
from execution_hub.ui.handlers import language_of
from execution_hub.ui.payload import Form
from execution_hub.views.call_arguments import ArgumentsError, read_arguments
from execution_hub.views.calls import WholeCall
from execution_hub.words.say import say, say_error

EDIT = "edit"
REJECT = "reject"
ARGUMENTS_FIELD = "call-arguments"
COMMENT_FIELD = "call-comment"
# Unfolded at once, and how much of them: they are sent together whenever one is added.
OPENED_MAX = 12
ANSWERED_MAX = 50
OPENED_SIZE_MAX = 2_500_000


class CallsState(rx.State):
    """What a page has unfolded of calls, and what its person is about to answer.

    All of it by the execution that the card was drawn for: whatever the page shows meanwhile, nothing said of one
    execution is taken for another's.
    """

    # By `call_key`.
    opened: dict[str, WholeCall] = {}  # noqa: RUF012 - Reflex copies defaults
    opening: str = ""
    # The call whose arguments are edited, or that is being rejected; and by its question, see `CallView.ask`.
    execution_id: int = 0
    number: int = 0
    ask: str = ""
    form: str = ""
    # What the field of the arguments begins with.
    arguments: str = ""
    problem: str = ""
    # Answered from this page, until the hub has told what came of it.
    answering: str = ""
    answered: list[str] = []  # noqa: RUF012 - Reflex copies defaults
    notice: str = ""
    notice_of: int = 0
    # See `focus_field`.
    wish: str = ""
    # Whose earlier turns are shown: 0 for none, else the execution; and of which step.
    earlier_of: int = 0
    earlier_step: str = ""

    @rx.event
    async def open_call(self, execution_id: int, number: int) -> AsyncIterator[None]:
        """Unfold a call, or fold it again."""
        key = call_key(execution_id, number)
        if key in self.opened:
            self.opened = {name: each for name, each in self.opened.items() if name != key}
            return
        self.opening = key
        yield
        try:
            whole = WholeCall.of(await current_hub().history.call(execution_id, number))
        except HubError as error:
            self._tell(execution_id, say_error(await language_of(self), error))
        else:
            self.opened = _within({**self.opened, key: whole})
        self.opening = ""

    @rx.event
    async def read_again(self, execution_id: int, number: int) -> None:
        """Read an unfolded call again, which is another one than it was."""
        key = call_key(execution_id, number)
        if key in self.opened:
            # What is gone stays as it was seen.
            with suppress(HubError):
                whole = WholeCall.of(await current_hub().history.call(execution_id, number))
                self.opened = _within({**self.opened, key: whole})

    @rx.event
    def look_at(self, number: int) -> None:
        """Bring a turn or a call into sight, at each press."""
        self._go_to(f"call-{number}")

    @rx.event
    async def show_earlier(self, execution_id: int, step: str) -> None:
        """Show all turns of an agent, not the newest alone."""
        self.earlier_of, self.earlier_step = execution_id, step
        async with following(execution_id) as follower:
            follower.show_earlier_turns(step, self.router.session.client_token)

    @rx.event
    async def begin_edit(self, execution_id: int, number: int, ask: str) -> Any:
        """Let the person change the arguments of a call before it is made."""
        try:
            call = await current_hub().history.call(execution_id, number)
        except HubError as error:
            self._tell(execution_id, say_error(await language_of(self), error))
            return None
        self._open_form(EDIT, execution_id, number, ask)
        self.arguments = WholeCall.of(call).arguments or "{}"
        return rx.set_focus(ARGUMENTS_FIELD)

    @rx.event
    def begin_reject(self, execution_id: int, number: int, ask: str) -> Any:
        """Ask why a call is rejected."""
        self._open_form(REJECT, execution_id, number, ask)
        return rx.set_focus(COMMENT_FIELD)

    @rx.event
    def close_form(self) -> None:
        """The person thinks better of it, and is back at what opened the form."""
        if self.form:
            self._go_to(opener_of(self.form, self.number))
        self._close_form()

    def _go_to(self, place: str) -> None:
        count = int(self.wish.rpartition("#")[2] or 0)
        self.wish = f"{place}#{count + 1}"

    def _open_form(self, form: str, execution_id: int, number: int, ask: str) -> None:
        self.form, self.execution_id, self.number, self.ask = form, execution_id, number, ask
        self.problem, self.notice = "", ""

    def _close_form(self) -> None:
        self.execution_id, self.number, self.ask, self.form, self.problem, self.arguments = 0, 0, "", "", "", ""

    def _tell(self, execution_id: int, notice: str) -> None:
        self.notice, self.notice_of = notice, execution_id

    @rx.event
    async def approve(self, execution_id: int, number: int, ask: str, is_for_execution: bool) -> AsyncIterator[Any]:
        """Approve a call as it was asked for; only the first of two quick clicks counts.

        Args:
            execution_id: Whose.
            number: Which call.
            ask: Its question on the page: see `CallView.ask`.
            is_for_execution: Whether later calls of the tool in this execution are approved, too.
        """
        async for each in self._answer(execution_id, number, ask, "approve", {"is_for_execution": is_for_execution}):
            yield each

    @rx.event
    async def submit_arguments(self, form: Form) -> AsyncIterator[Any]:
        """Approve the call whose arguments were edited, with those."""
        number, text, language = self.number, form.get(ARGUMENTS_FIELD, ""), await language_of(self)
        if self.form != EDIT or not number:
            return
        self.arguments = text
        if len(text) > ARGUMENTS_MAX:
            self.problem = say(language, "Over {n} characters. Shorten them.", n=f"{ARGUMENTS_MAX:,}")
        else:
            try:
                arguments = read_arguments(text)
            except ArgumentsError as error:
                self.problem = (
                    say(
                        language, "This is no JSON: line {line}, column {column}.", line=error.line, column=error.column
                    )
                    if error.line
                    else say(language, "Write a JSON object, such as {example}.", example='{"city": "Oslo"}')
                )
            else:
                values = {"arguments": arguments}
                async for each in self._answer(self.execution_id, number, self.ask, "approve", values):
                    yield each
                return
        yield rx.set_focus(ARGUMENTS_FIELD)

    @rx.event
    async def submit_reject(self, form: Form) -> AsyncIterator[Any]:
        """Reject the call, with the reason that the agent is told."""
        number, comment, language = self.number, form.get(COMMENT_FIELD, "").strip(), await language_of(self)
        if self.form != REJECT or not number:
            return
        if not comment:
            self.problem = say(language, "Say why you reject it: the agent is told.")
        elif len(comment) > COMMENT_MAX:
            self.problem = say(language, "Over {n} characters. Shorten them.", n=f"{COMMENT_MAX:,}")
        else:
            async for each in self._answer(self.execution_id, number, self.ask, "reject", {"comment": comment}):
                yield each
            return
        yield rx.set_focus(COMMENT_FIELD)

    @rx.event
    async def resolve(self, execution_id: int, number: int, ask: str, how: str) -> AsyncIterator[Any]:
        """Say what becomes of a call of which nobody knows whether it had its effect.

        Args:
            execution_id: Whose.
            number: Which call.
            ask: As for `approve`.
            how: `run_again`, `tell_agent` or `fail`.
        """
        if how in set(Resolution):
            async for each in self._answer(execution_id, number, ask, "resolve", {"how": Resolution(how)}):
                yield each

    async def _answer(
        self, execution_id: int, number: int, ask: str, answer: str, values: dict[str, Any]
    ) -> AsyncIterator[Any]:
        if not ask or self.answering or ask in self.answered:
            return
        self.answering, self.problem, self.notice = ask, "", ""
        yield
        executions, language = current_hub().executions, await language_of(self)
        acts: dict[str, Any] = {
            "approve": executions.approve_call,
            "reject": executions.reject_call,
            "resolve": executions.resolve_call,
        }
        is_answered = True
        try:
            await acts[answer](execution_id, number, **values)
        except (Conflict, NotFound):
            self._tell(execution_id, say(language, "Somebody else has answered this call already."))
        except InvalidInput as error:
            self.problem, is_answered = error.message, False
            self._tell(execution_id, "" if self.form else error.message)
        except HubError as error:
            is_answered = False
            self._tell(execution_id, say_error(language, error))
        if is_answered:
            self.answered = [*self.answered, ask][-ANSWERED_MAX:]
            self._close_form()
            # The buttons are gone: who pressed one goes on from the card.
            self._go_to(f"call-{number}")
        self.answering = ""


def call_key(execution_id: int, number: int) -> str:
    """Return by which key of `CallsState.opened` a call is found.

    >>> call_key(7, 2)
    '7/2'
    """
    return f"{execution_id}/{number}"


def opener_of(form: str, number: int) -> str:
    """Return the id of the button that opens a form of a call."""
    return f"call-{form}-{number}"


def _within(opened: dict[str, WholeCall]) -> dict[str, WholeCall]:
    """Return what was unfolded last, as much as a page is sent at once; the one just unfolded in any case."""
    kept: dict[str, WholeCall] = {}
    size = 0
    for name, each in reversed(opened.items()):
        size += len(each.arguments) + len(each.asked) + len(each.thinking) + sum(map(len, each.texts))
        if kept and (size > OPENED_SIZE_MAX or len(kept) == OPENED_MAX):
            break
        kept[name] = each
    return dict(reversed(kept.items()))

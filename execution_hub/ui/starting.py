"""Starting an execution from a page: the vars of a panel that does, and how it stays or goes to it."""

from collections.abc import Awaitable, Callable
from typing import Any

import reflex as rx

from execution_hub.domain.execution import Execution
from execution_hub.errors import HubError, InvalidInput
from execution_hub.hub.hub import Hub, current_hub
from execution_hub.ui.acting import ActionState, problem_notice
from execution_hub.ui.handlers import assign, language_of
from execution_hub.ui.problems import Failure, ask, attempt
from execution_hub.ui.routes import execution_path
from execution_hub.views.starting import SubmissionKey
from execution_hub.words.say import say_error


class Starting(rx.State, mixin=True):
    """What a panel that starts executions shows.

    Attributes:
        problem: Why nothing was started.
        submitting: Whether the hub is being asked.
        started_id: What was started; 0 for nothing yet.
        is_held: Whether the queue was paused then.
    """

    problem: str = ""
    submitting: bool = False
    started_id: int = 0
    is_held: bool = False

    _submission: SubmissionKey = SubmissionKey()

    @rx.event
    def note_typing(self) -> None:
        """Take back a problem told before: the person is mending it."""
        assign(self, problem="")


async def start(
    state: Any,
    asked: tuple[object, ...],
    begin: Callable[[Hub, str], Awaitable[Execution]],
    say_invalid: Callable[[str, InvalidInput], str],
) -> int:
    """Start an execution, unless the page is about to; the hub owns it from then on.

    Args:
        state: A State with Starting, in a background handler, outside `async with`.
        asked: What is asked for: two quick clicks that ask for the same start one execution.
        begin: Asks the hub, under an idempotency key.
        say_invalid: Says what is wrong with the input, for a language.

    Returns:
        The execution's id; 0 if none was started.
    """
    async with state:
        if state.submitting:
            return 0
        state.submitting, state.problem, state.started_id = True, "", 0
        key = state._submission = state._submission.next(*asked)
        language = await language_of(state)
    problem, started_id, is_held = "", 0, False
    try:
        answer = await attempt(lambda hub: begin(hub, key.key))
        if isinstance(answer, InvalidInput):
            problem = say_invalid(language, answer)
        elif isinstance(answer, HubError):
            problem = say_error(language, answer)
        else:
            started_id, is_held = answer.id, current_hub().queue.is_paused
    finally:
        # Also when this event is cancelled: a page that is loaded again must not wait for it.
        async with state:
            state.submitting, state.problem, state.started_id = False, problem, started_id
            state.is_held = is_held
            state._submission = key.answered()
    return started_id


async def start_and_open(
    state: Any, asked: tuple[object, ...], begin: Callable[[Hub, str], Awaitable[Execution]]
) -> Any:
    """Start an execution, and return what leads to its page; None if none was started, which the person is told.

    Args:
        state: A State with a `_submission`, in a handler that is not in the background.
        asked: As for `start`.
        begin: As for `start`.
    """
    key = state._submission = state._submission.next(*asked)
    found = await ask(state, lambda hub: begin(hub, key.key))
    state._submission = key.answered()
    if isinstance(found, Failure):
        (await state.get_state(ActionState)).told = problem_notice(found.text)
        return None
    return rx.redirect(execution_path(found.id))

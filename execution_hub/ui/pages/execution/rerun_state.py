"""The State of the dialog that runs an execution again with another input, or with the agent of today."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from execution_hub.domain.execution import INPUT_MAX
from execution_hub.errors import HubError, InvalidInput, NotFound
from execution_hub.ui.handlers import assign, id_in_path, language_of
from execution_hub.ui.payload import Form
from execution_hub.ui.problems import attempt
from execution_hub.ui.routes import execution_path
from execution_hub.views.starting import SubmissionKey
from execution_hub.words.say import say, say_error

INPUT_FIELD = "rerun-input"
WITH_FIELD = "rerun-with"
AS_RAN = "as_ran"
TODAY = "today"


class RerunState(rx.State):
    """What the dialog holds; the texts in it are the browser's until they are sent."""

    is_open: bool = False
    execution_id: int = 0
    input: str = ""
    # Under another key the fields begin anew.
    turn: int = 0
    problem: str = ""
    is_starting: bool = False

    _submission: SubmissionKey = SubmissionKey()

    @rx.event
    async def open_dialog(self) -> None:
        """Open it with the input of the execution of this address."""
        execution_id = id_in_path(self.router.url.path)
        execution = await attempt(lambda hub: hub.history.get(execution_id or 0))
        if isinstance(execution, HubError):
            # It was deleted a moment ago, or the hub stops: the page says so.
            return
        self.execution_id, self.input, self.turn = execution.id, execution.input, self.turn + 1
        self.problem, self.is_open = "", True

    @rx.event
    def close_dialog(self) -> None:
        """Note that it is closed."""
        assign(self, is_open=False)

    @rx.event
    async def submit(self, form: Form) -> AsyncIterator[Any]:
        """Run it again and go to the new execution; only the first of two quick clicks counts."""
        text, is_as_ran = str(form.get(INPUT_FIELD, "")), form.get(WITH_FIELD, AS_RAN) != TODAY
        if self.is_starting or not self.is_open:
            return
        self.is_starting, self.problem = True, ""
        yield
        self._submission = self._submission.next(self.execution_id, text, is_as_ran)
        old, key = self.execution_id, self._submission.key
        new = await attempt(lambda hub: hub.executions.rerun(old, text, is_as_ran=is_as_ran, idempotency_key=key))
        self._submission = self._submission.answered()
        if isinstance(new, HubError):
            self.problem = say_rerun_problem(await language_of(self), new, text)
        else:
            self.is_open = False
            yield rx.redirect(execution_path(new.id))
        self.is_starting = False


def say_rerun_problem(language: str, error: HubError, text: str) -> str:
    """Say why an execution was not run again.

    Args:
        language: As in `LocaleState.language`.
        error: What the hub said.
        text: The input that was sent.
    """
    if isinstance(error, InvalidInput) and not text.strip():
        return say(language, "Type what the agent should answer.")
    if isinstance(error, InvalidInput) and len(text) > INPUT_MAX:
        return say(language, "Shorten the input to {n} characters.", n=INPUT_MAX)
    if isinstance(error, NotFound):
        return say(language, "It has been deleted since.")
    return say_error(language, error)

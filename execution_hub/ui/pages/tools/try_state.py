"""The State of a try: a tool called once by a person, without a model, and what came of it."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import reflex as rx

from execution_hub.domain.clock import now, to_wire
from execution_hub.domain.formats import format_duration
from execution_hub.errors import HubError, InvalidInput
from execution_hub.hub.hub import current_hub
from execution_hub.tools.port import Tool, ToolResult
from execution_hub.tools.trying import try_tool
from execution_hub.ui.handlers import assign, language_of
from execution_hub.ui.offered_tools import find_tool
from execution_hub.ui.pages.tools.state import ToolsState
from execution_hub.ui.payload import Form
from execution_hub.views.call_arguments import ArgumentsError
from execution_hub.views.tool_form import DIGEST_FIELD, JSON_FIELD, FieldError, fields_about, read_form
from execution_hub.views.tool_page import parted
from execution_hub.views.tried import RUNNING, STOPPED, Tried, tried_result
from execution_hub.words.say import say, say_error

# The call of each page that tries a tool, by its token: what a State holds must be storable, and a task is not.
_calls: dict[str, asyncio.Task[ToolResult]] = {}


class ToolTryState(rx.State):
    """The newest try of this page.

    Attributes:
        tried: It.
        texts: Its result, as the one piece of an output: apart, since it may be long.
        is_stopping: Whether the person has asked to stop it.
        problem: What is wrong with the arguments, in words.
        problem_of: The tool these are for.
        wrong: The ids of the fields that are wrong.
    """

    tried: Tried = Tried()
    texts: list[str] = []  # noqa: RUF012 - Reflex copies defaults
    is_stopping: bool = False
    problem: str = ""
    problem_of: str = ""
    wrong: list[str] = []  # noqa: RUF012

    @rx.event(background=True)
    async def try_tool(self, form: Form) -> None:
        """Call the tool that is unfolded with what its form holds, unless a call of this page still runs."""
        async with self:
            page, token = await self.get_state(ToolsState), self.router.session.client_token
            key, language = page.tool.key, await language_of(self)
            if not key or token in _calls or self.tried.status == RUNNING:
                return
            assign(self, problem="", problem_of=key, wrong=[])
            tool = find_tool(*parted(key))
            arguments = await self._arguments(tool, form)
            if tool is None or arguments is None:
                return
            assign(self, tried=Tried(key, RUNNING, to_wire(now()) or ""), texts=[], is_stopping=False)
        began, result = time.monotonic(), Tried(key, STOPPED)
        texts: list[str] = []
        problem, wrong = "", list[str]()
        try:
            told = await _called(token, try_tool(current_hub().tools, tool.server, tool.name, arguments))
            if told is not None:
                result, texts = tried_result(key, told), [told.text] if told.text else []
        except InvalidInput as error:
            result, problem = Tried(), _say_unfitting(language, error)
            wrong = fields_about(tool.input_schema, str(error.details.get("problem", "")))
        except HubError as error:
            # What a server says is in no catalogue: its own words are the most exact there are.
            result = Tried(
                key, "failed", error=error.message if error.code == "conflict" else say_error(language, error)
            )
        finally:
            # Also when this event is cancelled: the page must not wait for a call that nobody makes.
            seconds = time.monotonic() - began
            async with self:
                shown = result.after(self.tried.started_at, format_duration(round(seconds * 1000)))
                assign(self, tried=shown, texts=texts, is_stopping=False, problem=problem, wrong=wrong)

    @rx.event
    def stop(self) -> None:
        """Cancel the call that runs; its server is told so."""
        call = _calls.get(self.router.session.client_token)
        if call is not None:
            self.is_stopping = True
            call.cancel()

    @rx.event
    def note_typing(self) -> None:
        """Take back a problem told before: the person is mending it."""
        assign(self, problem="", wrong=[])

    async def _arguments(self, tool: Tool | None, form: Form) -> dict[str, Any] | None:
        language = await language_of(self)
        if tool is None:
            self.problem = say(language, "Its server does not offer it now.")
        elif form.get(DIGEST_FIELD, tool.digest) != tool.digest:
            self.problem = say(language, "The tool has changed meanwhile. Look at it again, then try it.")
        else:
            try:
                return read_form(tool.input_schema, form)
            except FieldError as error:
                assign(self, problem=say(language, "Give a number, or one of the choices."), wrong=[error.field])
            except ArgumentsError as error:
                self.wrong = [JSON_FIELD]
                self.problem = (
                    say(
                        language, "This is no JSON: line {line}, column {column}.", line=error.line, column=error.column
                    )
                    if error.line
                    else say(language, "Write a JSON object, such as {example}.", example='{"city": "Oslo"}')
                )
        return None


async def _called(token: str, call: Coroutine[Any, Any, ToolResult]) -> ToolResult | None:
    """Return the result of a call that a page may stop; None if it was."""
    task = _calls[token] = asyncio.create_task(call)
    try:
        await asyncio.wait({task})
    finally:
        del _calls[token]
        # Where this event itself is cancelled, so is the call.
        task.cancel()
    return None if task.cancelled() else task.result()


def _say_unfitting(language: str, error: InvalidInput) -> str:
    problem = error.details.get("problem")
    if problem is None:
        return error.message
    return say(language, "The arguments do not fit: {problem}", problem=problem)

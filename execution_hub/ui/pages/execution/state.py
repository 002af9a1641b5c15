"""The State of an execution's page."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import reflex as rx

from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.errors import HubError, NotFound
from execution_hub.hub import current_hub
from execution_hub.ui.components.output import JSON, RAW, RENDERED
from execution_hub.ui.facts import agent_since
from execution_hub.ui.follow import (
    FollowedExecution,
    assign,
    clear_execution,
    id_in_path,
    language_of,
    show_execution,
    transcripts,
)
from execution_hub.ui.stream import LogLine, Transcript
from execution_hub.ui.text import say_error

# As many lines of the log as a person reads; the rest on demand.
LOG_LIMIT = 200


class ExecutionState(FollowedExecution, rx.State):
    """The execution of this address, followed while somebody looks at it."""

    is_loaded: bool = False
    is_missing: bool = False
    failure: str = ""
    input: str = ""
    prompt: str = ""
    agent_since: str = "same"
    view: str = RENDERED
    json_text: str = ""
    is_copied: bool = False
    thinking_parts: list[str] = []  # noqa: RUF012 - Reflex copies defaults
    thinking_tail: str = ""
    log: list[LogLine] = []  # noqa: RUF012
    log_open: list[LogLine] = []  # noqa: RUF012
    log_count: int = 0
    is_log_whole: bool = False
    place: int = 0

    @rx.event
    async def load_execution(self) -> Any:
        """Read what does not change while the execution goes on."""
        execution_id = id_in_path(self.router.url.path)
        if execution_id != self.facts.id:
            self.reset()
        self.failure, self.is_missing, self.is_copied = "", False, False
        is_queued = False
        try:
            if execution_id is None:
                raise NotFound
            execution = await current_hub().get_execution(execution_id)
            self.agent_since = await _agent_since(execution)
        except NotFound:
            self.is_missing = True
        except HubError as error:
            self.failure = say_error(await language_of(self), error)
        else:
            self.input = execution.input
            self.prompt = str(execution.definition.get("system_prompt") or "")
            is_queued = execution.status is Status.PENDING
        self.is_loaded = True
        return ExecutionState.watch_place if is_queued else None

    @rx.event(background=True)
    async def follow_execution(self) -> None:
        """Show the execution of this address as it goes on, until it ends or the page is left."""
        async with self:
            path = self.router.url.path
        execution_id = id_in_path(path)
        if execution_id is None:
            return
        try:
            async with aclosing(transcripts(execution_id)) as updates:
                async for execution, transcript in updates:
                    async with self:
                        if self.router.url.path != path:
                            return
                        show_execution(self, execution, transcript)
                        _show_log(self, transcript)
                        if self.view == JSON:
                            assign(self, json_text=_pretty(execution))
        except NotFound:
            async with self:
                clear_execution(self)
                assign(self, is_missing=True)
        except HubError as error:
            async with self:
                self.failure = say_error(await language_of(self), error)

    @rx.event(background=True)
    async def watch_place(self) -> None:
        """Tell its place in the queue for as long as it is there."""
        async with self:
            path = self.router.url.path
        execution_id, queue = id_in_path(path), dict[int, int]()
        async with aclosing(current_hub().watch()) as updates:
            async for update in updates:
                for execution in update.executions:
                    queue.pop(execution.id, None)
                    if execution.status is Status.PENDING:
                        queue[execution.id] = execution.queue_number
                mine = queue.get(execution_id or 0)
                async with self:
                    if self.router.url.path != path:
                        return
                    place = 0 if mine is None else sum(number <= mine for number in queue.values())
                    assign(self, place=place)
                if mine is None:
                    return

    @rx.event
    async def choose_view(self, view: str) -> None:
        """Show the output rendered, raw, or the execution as JSON."""
        if view not in (RENDERED, RAW, JSON):
            return
        if view == JSON and self.facts.id:
            self.json_text = _pretty(await current_hub().get_execution(self.facts.id))
        self.view = view

    @rx.event
    async def copy_output(self) -> AsyncIterator[Any]:
        """Copy the raw output, or the JSON while that is shown."""
        parts = (*self.settled, *self.blocks, *self.open_parts, self.tail)
        yield rx.set_clipboard(self.json_text if self.view == JSON else "".join(parts))
        self.is_copied = True

    @rx.event
    def note_leave(self) -> None:
        """Offer to copy again."""
        assign(self, is_copied=False)

    @rx.event
    async def show_whole_log(self) -> None:
        """Show every line of the log."""
        self.is_log_whole = True
        if self.facts.id:
            async with aclosing(transcripts(self.facts.id)) as updates:
                async for _, transcript in updates:
                    _show_log(self, transcript)
                    return


def _show_log(state: ExecutionState, transcript: Transcript) -> None:
    lines, open_line = transcript.lines, transcript.open_line
    assign(
        state,
        log=list(lines) if state.is_log_whole else lines[-LOG_LIMIT:],
        log_open=[open_line] if open_line else [],
        log_count=len(lines) + (open_line is not None),
        thinking_parts=list(transcript.thinking.parts),
        thinking_tail=transcript.thinking.tail,
    )


async def _agent_since(execution: Execution) -> str:
    if execution.agent_id is None:
        return "same"
    try:
        return agent_since(execution, await current_hub().agents.get(execution.agent_id))
    except NotFound:
        return agent_since(execution, None)


def _pretty(execution: Execution) -> str:
    return json.dumps(execution.as_json(), indent=2, ensure_ascii=False)

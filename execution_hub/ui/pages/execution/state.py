"""The State of an execution's page."""

import json
from contextlib import aclosing, suppress
from typing import Any

import reflex as rx

from execution_hub.domain.execution import Execution
from execution_hub.domain.formats import format_duration
from execution_hub.domain.status import Status
from execution_hub.errors import HubError, NotFound
from execution_hub.hub.hub import current_hub
from execution_hub.ui.components.output import JSON, RAW, RENDERED
from execution_hub.ui.follow import (
    FollowedExecution,
    assign,
    clear_execution,
    follow,
    follow_once,
    id_in_path,
    language_of,
    show_execution,
)
from execution_hub.ui.pages.execution.steps_state import FollowedSteps, StepReader, show_steps
from execution_hub.views.execution import agent_since
from execution_hub.views.ran_with import RanAgent, load_plan, ran_agents, workflow_since
from execution_hub.views.transcript import LogLine, Transcript
from execution_hub.words.say import say_error

# As many lines of the log as a person reads; the rest on demand.
LOG_LIMIT = 200


class ExecutionState(FollowedExecution, FollowedSteps, rx.State):
    """The execution of this address, followed while somebody looks at it."""

    is_loaded: bool = False
    is_missing: bool = False
    failure: str = ""
    input: str = ""
    usual_ms: int = 0
    slow_ms: int = 0
    usual_text: str = ""
    prompt: str = ""
    agent_since: str = "same"
    workflow_since: str = "same"
    ran_agents: list[RanAgent] = []  # noqa: RUF012 - Reflex copies defaults
    task_name: str = ""
    view: str = RENDERED
    json_text: str = ""
    thinking_parts: list[str] = []  # noqa: RUF012
    thinking_tail: str = ""
    log: list[LogLine] = []  # noqa: RUF012
    log_open: list[LogLine] = []  # noqa: RUF012
    log_count: int = 0
    is_log_whole: bool = False
    place: int = 0
    is_deleted: bool = False
    reruns: list[int] = []  # noqa: RUF012

    @rx.event
    async def load_execution(self) -> Any:
        """Read what does not change while the execution goes on."""
        execution_id = id_in_path(self.router.url.path)
        if execution_id != self.facts.id:
            self.reset()
        self.failure, self.is_missing, self.is_deleted = "", False, False
        is_queued = False
        try:
            if execution_id is None:
                raise NotFound
            execution = await current_hub().history.get(execution_id)
            self.agent_since = await _agent_since(execution)
            await _load_plan(self, execution)
        except NotFound:
            self.is_missing = True
        except HubError as error:
            self.failure = say_error(await language_of(self), error)
        else:
            usual = (await current_hub().history.typical_durations([execution])).get(execution.id)
            self.usual_ms, self.slow_ms = (usual.median_ms, usual.p95_ms) if usual else (0, 0)
            self.usual_text = format_duration(usual.median_ms) if usual else ""
            self.input = execution.input
            self.prompt = str(execution.definition.get("system_prompt") or "")
            is_queued = execution.status is Status.PENDING
        self.is_loaded = True
        return ExecutionState.watch_place if is_queued else None

    @rx.event(background=True)
    async def follow_execution(self) -> None:
        """Show the execution of this address as it goes on, until it ends or the page is left."""
        async with self:
            path, token = self.router.url.path, self.router.session.client_token
        execution_id = id_in_path(path)
        if execution_id is None:
            return
        try:
            reader = StepReader(execution_id)
            async with aclosing(follow(execution_id, token)) as updates:
                async for followed in updates:
                    async with self:
                        if self.router.url.path != path:
                            return
                        language = await language_of(self)
                        show_execution(self, followed)
                        _show_log(self, followed.transcript)
                        lacking = await show_steps(self, followed, reader, language)
                        is_json = self.view == JSON
                    if lacking or is_json:
                        await reader.read(lacking)
                        json_text = await _json_of(followed.execution) if is_json else ""
                        async with self:
                            if self.router.url.path != path:
                                return
                            await show_steps(self, followed, reader, language)
                            if is_json:
                                assign(self, json_text=json_text)
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
        async with aclosing(current_hub().history.watch()) as updates:
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

    @rx.event(background=True)
    async def watch_kin(self) -> None:
        """Keep what others do to this execution: what repeats it, and whether it is deleted."""
        async with self:
            path = self.router.url.path
        execution_id = id_in_path(path)
        if execution_id is None:
            return
        # A hub that stops: what was seen stays.
        with suppress(HubError):
            async with aclosing(current_hub().history.watch()) as updates:
                async for update in updates:
                    kin = [each for each in update.executions if execution_id in (each.id, each.rerun_of_id)]
                    # Read after the watch began, so that nothing falls between.
                    if not kin and not update.is_snapshot:
                        continue
                    reruns = await current_hub().history.reruns_of(execution_id)
                    gone = [each.deleted_at is not None for each in kin if each.id == execution_id]
                    async with self:
                        if self.router.url.path != path:
                            return
                        assign(self, reruns=reruns, is_deleted=gone[-1] if gone else self.is_deleted)

    @rx.event
    async def choose_view(self, view: str) -> None:
        """Show the output rendered, raw, or the execution as JSON."""
        if view not in (RENDERED, RAW, JSON):
            return
        if view == JSON and self.facts.id:
            self.json_text = await _json_of(await current_hub().history.get(self.facts.id))
        self.view = view

    @rx.event
    async def show_whole_log(self) -> None:
        """Show every line of the log."""
        self.is_log_whole = True
        if self.facts.id:
            followed = await follow_once(self.facts.id)
            if followed is not None:
                _show_log(self, followed.transcript)


def _show_log(state: ExecutionState, transcript: Transcript) -> None:
    lines, open_lines, thinking = transcript.lines, transcript.open_lines, transcript.own.thinking
    assign(
        state,
        log=list(lines) if state.is_log_whole else lines[-LOG_LIMIT:],
        log_open=open_lines,
        log_count=len(lines) + len(open_lines),
        thinking_parts=list(thinking.parts),
        thinking_tail=thinking.tail,
    )


async def _agent_since(execution: Execution) -> str:
    if execution.agent_id is None:
        return "same"
    try:
        return agent_since(execution, await current_hub().agents.get(execution.agent_id))
    except NotFound:
        return agent_since(execution, None)


async def _load_plan(state: ExecutionState, execution: Execution) -> None:
    """Read what a workflow ran with, and what has become of it."""
    hub, plan = current_hub(), await load_plan(execution.definition, current_hub().pool)
    if plan is None:
        return
    agents = await hub.agents.some(plan.agents)
    workflow = task = None
    with suppress(NotFound):
        workflow = await hub.workflows.get(execution.workflow_id or 0)
    with suppress(NotFound):
        task = await hub.tasks.get(execution.task_id or 0)
    assign(
        state,
        ran_agents=ran_agents(plan, agents),
        workflow_since=workflow_since(plan, workflow),
        task_name=task.name if task else "",
    )


async def _json_of(execution: Execution) -> str:
    steps = await current_hub().history.steps(execution.id)
    return json.dumps(execution.as_json(steps), indent=2, ensure_ascii=False)

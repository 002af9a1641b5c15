"""The State of an execution's page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from typing import Any

import reflex as rx

from execution_hub.domain.difference import FieldDifference
from execution_hub.domain.execution import Execution
from execution_hub.domain.execution_text import is_light, written
from execution_hub.domain.formats import format_duration
from execution_hub.domain.status import Status
from execution_hub.errors import HubError, NotFound
from execution_hub.hub.hub import current_hub
from execution_hub.ui.components.output import JSON, RAW, RENDERED
from execution_hub.ui.follower import Followed, Follower, following
from execution_hub.ui.handlers import assign, id_in_path, language_of
from execution_hub.ui.pages.execution.steps_state import FollowedSteps, ShownSteps, show_steps
from execution_hub.ui.transcripts import begin
from execution_hub.views.execution import agent_since
from execution_hub.views.marks import mark_of, note_of
from execution_hub.views.ran_with import RanAgent, RanVersion, agent_differences, load_plan, ran_agents, workflow_since
from execution_hub.words.say import say_error

# How often an execution that goes on is written as JSON for who looks at that.
JSON_SECONDS = 0.5


class ExecutionState(FollowedSteps, rx.State):
    """What the page of an execution shows besides what all pages that follow it are shown: TranscriptState."""

    is_loaded: bool = False
    is_missing: bool = False
    failure: str = ""
    input: str = ""
    usual_ms: int = 0
    slow_ms: int = 0
    usual_text: str = ""
    prompt: str = ""
    agent_since: str = "same"
    ran_version: RanVersion = RanVersion()
    # What the agent is today and was not when it ran.
    agent_differences: list[FieldDifference] = []  # noqa: RUF012 - Reflex copies defaults
    workflow_since: str = "same"
    ran_agents: list[RanAgent] = []  # noqa: RUF012 - Reflex copies defaults
    # Whether it would run with something else today, and can.
    has_changed: bool = False
    # Whether all that it ran with is known to be as it was.
    is_as_today: bool = False
    task_name: str = ""
    view: str = RENDERED
    json_text: str = ""
    is_log_whole: bool = False
    place: int = 0
    is_deleted: bool = False
    reruns: list[int] = []  # noqa: RUF012
    mark: str = ""
    mark_note: str = ""

    @rx.event
    async def load_execution(self) -> Any:
        """Read what does not change while the execution goes on."""
        execution_id = await _open(self)
        self.failure, self.is_missing, self.is_deleted = "", False, False
        is_queued = False
        try:
            if execution_id is None:
                raise NotFound
            execution = await current_hub().history.get(execution_id)
            await _load_agent(self, execution)
            await _load_plan(self, execution)
        except NotFound:
            self.is_missing = True
        except HubError as error:
            self.failure = say_error(await language_of(self), error)
        else:
            usual = (await current_hub().history.typical_durations([execution])).get(execution.id)
            self.usual_ms, self.slow_ms = (usual.median_ms, usual.p95_ms) if usual else (0, 0)
            self.usual_text = format_duration(usual.median_ms) if usual else ""
            known = {self.agent_since, self.workflow_since, *(each.since for each in self.ran_agents)}
            self.has_changed = "changed" in known and "deleted" not in known
            self.is_as_today = known == {"same"}
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
            execution_id = await _open(self)
        if execution_id is None:
            return
        try:
            async with following(execution_id, token) as follower:
                async with aclosing(follower.updates(JSON_SECONDS)) as updates:
                    await _show_own(self, path, follower, updates)
                # A page that is shown this may be behind, or look at a step that it did not look at before.
                await asyncio.Event().wait()
        except NotFound:
            async with self:
                await begin(self, 0)
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
    async def watch_reruns(self) -> None:
        """Keep what others do to this execution: what repeats it, and whether it is deleted."""
        async with self:
            path = self.router.url.path
            execution_id = await _open(self)
        if execution_id is None:
            return
        # What people did to each: that one goes on is no news here, and comes many times a second.
        known: dict[int, tuple[object, ...]] = {}
        # A hub that stops: what was seen stays.
        with suppress(HubError):
            async with aclosing(current_hub().history.watch()) as updates:
                async for update in updates:
                    found = [each for each in update.executions if execution_id in (each.id, each.rerun_of_id)]
                    states = {each.id: (each.deleted_at, each.mark, each.mark_note) for each in found}
                    changed = [each for each in found if known.get(each.id) != states[each.id]]
                    known |= states
                    # Read after the watch began, so that nothing falls between.
                    if not changed and not update.is_snapshot:
                        continue
                    reruns = await current_hub().history.reruns_of(execution_id)
                    gone = [each.deleted_at is not None for each in changed if each.id == execution_id]
                    # What a person says of it comes after its end.
                    mine = await current_hub().history.peek(execution_id, 0)
                    async with self:
                        if self.router.url.path != path:
                            return
                        assign(self, reruns=reruns, is_deleted=gone[-1] if gone else self.is_deleted)
                        if mine is not None:
                            assign(self, mark=mark_of(mine), mark_note=note_of(mine))

    @rx.event
    async def choose_view(self, view: str) -> None:
        """Show the output rendered, raw, or the execution as JSON."""
        if view not in (RENDERED, RAW, JSON) or not await _open(self):
            return
        if view == JSON:
            self.json_text = await _json_of(await current_hub().history.get(self._execution_id))
        self.view = view

    @rx.event
    async def show_whole_log(self) -> None:
        """Show every line of the log."""
        if not await _open(self):
            return
        self.is_log_whole = True
        async with following(self._execution_id) as follower:
            follower.show_log(self.router.session.client_token)


async def _open(state: ExecutionState) -> int | None:
    """Take off a page what is of another execution, and return which one its address names.

    Which of the events of a load comes first is chance, and a person may press something before all have come: whoever
    is first opens it, and nothing that was read or chosen since is taken off again.
    """
    execution_id = id_in_path(state.router.url.path)
    if (execution_id or 0) != state._execution_id:
        state.reset()
        state._execution_id = execution_id or 0
    await begin(state, execution_id or 0)
    return execution_id


async def _show_own(state: ExecutionState, path: str, follower: Follower, updates: AsyncIterator[Followed]) -> None:
    """Show what is the page's own, as the execution goes on."""
    shown, token, moves = ShownSteps(), state.router.session.client_token, -1
    if state.is_log_whole:
        follower.show_log(token)
    async for followed in updates:
        is_move, moves = followed.moves != moves, followed.moves
        if not is_move and state.view != JSON:
            continue
        async with state:
            if state.router.url.path != path:
                return
            language = await language_of(state)
            lacking = await show_steps(state, followed, follower, shown, language)
            selected, is_json = state.selected, state.view == JSON
        looked_at = next((step for step in followed.steps if step.name == selected), None)
        if looked_at is not None:
            await follower.show_output(looked_at, token)
        for step in lacking:
            await follower.steps.read_whole(step)
            await follower.steps.read_rounds(step)
        json_text = await _json_of(followed.execution) if is_json else ""
        if not lacking and not is_json:
            continue
        async with state:
            if state.router.url.path != path:
                return
            await show_steps(state, followed, follower, shown, language)
            if is_json:
                assign(state, json_text=json_text)


async def _load_agent(state: ExecutionState, execution: Execution) -> None:
    """Read which version of its agent an agent test ran, and what has become of that."""
    if execution.agent_id is None:
        return
    hub, agent = current_hub(), None
    with suppress(NotFound):
        agent = await hub.agents.get(execution.agent_id)
    is_told = execution.agent_version is not None
    then = None if is_told else await hub.agents.version_as_of(execution.agent_id, execution.created_at)
    assign(
        state,
        agent_since=agent_since(execution, agent),
        ran_version=RanVersion.of(execution, then),
        agent_differences=await agent_differences(hub.pool, execution, agent),
    )


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
        ran_agents=await ran_agents(plan, agents, hub.pool),
        workflow_since=workflow_since(plan, workflow),
        task_name=task.name if task else "",
    )


async def _json_of(execution: Execution) -> str:
    steps = await current_hub().history.steps(execution.id)
    if is_light(execution, steps):
        return written(execution, steps, indent=2)
    return await current_hub().pool.run(written, execution, steps, indent=2)

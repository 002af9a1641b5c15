"""Workflows in one process, and what the local Messages API answers their steps."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.domain.step import Step, StepStatus
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.hub.hub import Hub
from execution_hub.runners.workflow import WorkflowRun
from tests.support import messages_replies as replies
from tests.support.hub import eventually, make_settings
from tests.support.messages_replies import Call, Reply
from tests.support.messages_server import MessagesServer

CLAUDE = AgentDraft(name="Claude", model="claude-sonnet-5-5", max_tokens=100)


def make_step(agent_id: int) -> Callable[..., WorkflowStep]:
    """Return what makes steps of an agent; what it depends on comes after the name."""

    def step(name: str, *before: str, **values: Any) -> WorkflowStep:
        given = {"name": name, "agent_id": agent_id, "input": name, "depends_on": list(before), **values}
        return WorkflowStep(**given)

    return step


def approval(name: str = "gate", *before: str, **values: Any) -> WorkflowStep:
    """Return an approval."""
    return WorkflowStep(name=name, type="approval", input="Go on?", depends_on=list(before), **values)


async def run(hub: Hub, *steps: WorkflowStep, text: str = "hello") -> Execution:
    """Store a workflow of these steps and start it."""
    workflow = await hub.workflows.create(WorkflowDraft(name="W", steps=list(steps)))
    return await hub.executions.start(WorkflowRun(workflow.id, input=text))


async def steps_of(hub: Hub, execution_id: int) -> dict[str, Step]:
    """Return the steps of an execution by name."""
    return {step.name: step for step in await hub.history.steps(execution_id)}


async def until(hub: Hub, execution_id: int, status: Status) -> Execution:
    """Wait until an execution has a status."""

    async def check() -> Execution | None:
        found = await hub.history.get(execution_id)
        return found if found.status is status else None

    found: Execution = await eventually(check)
    return found


async def until_step(hub: Hub, execution_id: int, name: str, status: StepStatus) -> Step:
    """Wait until a step has a status."""

    async def check() -> Step | None:
        found = await hub.history.step(execution_id, name)
        return found if found.status is status else None

    found: Step = await eventually(check)
    return found


def by_input(answers: dict[str, Reply], other: Reply | None = None) -> Reply:
    """Return a reply that depends on the input: the first key that begins it."""

    def play(call: Call) -> Iterator[Any]:
        found = next((reply for key, reply in answers.items() if call.input.startswith(key)), other)
        return (found or replies.text([f"answer to {call.input}"]))(call)

    return play


def inputs(server: MessagesServer) -> list[str]:
    """Return what the server was asked, in order."""
    return [call.input for call in server.calls]


async def log_of(hub: Hub, execution_id: int) -> list[Any]:
    """Return the log of an execution, whose numbers have no gap."""
    log = (await hub.history.events(execution_id)).events
    assert [event.seq for event in log] == list(range(1, len(log) + 1))
    return log


@asynccontextmanager
async def opened(data_dir: Path, server: MessagesServer, **values: Any) -> AsyncIterator[Hub]:
    """Open a hub with settings of its own."""
    settings = make_settings(data_dir, ANTHROPIC_API_KEY="k", ANTHROPIC_BASE_URL=server.url, **values)
    hub = await Hub.open(settings)
    # Loading the SDK takes a second, once: it must not count on the clock of what is measured here.
    await hub.models.fresh()
    try:
        yield hub
    finally:
        await hub.close()

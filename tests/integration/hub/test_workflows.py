"""Workflows in one process: real SQLite, real engine, the real SDK against the local Messages API."""

import json
from collections.abc import Iterator
from contextlib import aclosing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from execution_hub.domain.event import EventKind
from execution_hub.domain.execution import OUTPUT_MAX_BYTES
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.status import Status
from execution_hub.domain.step import StepStatus
from execution_hub.domain.workflow import Condition, WorkflowDraft
from execution_hub.errors import Conflict, InvalidInput
from execution_hub.hub.hub import Hub
from execution_hub.runners.workflow import WorkflowRun
from execution_hub.store.database import Connection
from tests.support import messages_replies as replies
from tests.support.hub import ended
from tests.support.messages_replies import Call
from tests.support.messages_server import MessagesServer
from tests.support.workflow_runs import approval, by_input, inputs, log_of, make_step, run, steps_of, until

PAUSE_SECONDS = 0.05


async def test_a_diamond_runs_its_branches_at_once(hub: Hub, claude: int, messages_server: MessagesServer) -> None:
    """Both branches are with the provider at the same time, each output stays at its own node, all is in the log."""
    step = make_step(claude)

    def play(call: Call) -> Iterator[Any]:
        sides = ("left", "right")
        # Neither is answered before both have been asked.
        while call.input.startswith(sides) and sum(each.input.startswith(sides) for each in messages_server.calls) < 2:
            yield PAUSE_SECONDS
        yield from replies.default_reply(call, delay=0.02)

    messages_server.default = play
    started = await run(
        hub,
        step("top", input="top of {{ input }}"),
        step("left", input="left of {{ steps.top.output | length }}"),
        step("right", input="right of {{ steps.top.output | length }}"),
        step("bottom", input="{{ steps.left.output }} + {{ steps.right.output }}"),
    )
    assert started.status is Status.PENDING
    found = await ended(hub, started.id)
    steps = await steps_of(hub, started.id)
    assert (found.status, found.error) == (Status.SUCCEEDED, None)
    for each in steps.values():
        assert each.status is StepStatus.SUCCEEDED
        assert each.output == replies.default_text(each.input or "")
        assert (each.attempt, each.error) == (1, None)
    assert steps["bottom"].input == f"{steps['left'].output} + {steps['right'].output}"
    assert found.output == steps["bottom"].output
    left, right = steps["left"], steps["right"]
    assert left.started_at and left.finished_at and right.started_at and right.finished_at
    assert max(left.started_at, right.started_at) < min(left.finished_at, right.finished_at)
    calls = {call.input.split()[0]: call for call in messages_server.calls}
    assert len(messages_server.calls) == 4
    assert calls["right"].started_at < (calls["left"].finished_at or 0)
    assert calls["left"].started_at < (calls["right"].finished_at or 0)
    assert (found.progress.done, found.progress.total) == (4, 4)
    assert found.usage.output_tokens == sum(each.usage.output_tokens or 0 for each in steps.values()) > 0
    log = await log_of(hub, started.id)
    for each in steps.values():
        told = [
            event.data["status"] for event in log if event.kind is EventKind.STEP and event.data["name"] == each.name
        ]
        assert told == ["running", "succeeded"]
        text = [event.data["text"] for event in log if event.kind is EventKind.TEXT and event.data["step"] == each.name]
        assert "".join(text) == each.output


async def test_conditions_choose_a_branch_and_the_fan_in_goes_on(
    hub: Hub, claude: int, messages_server: MessagesServer
) -> None:
    """The branch whose condition does not hold is skipped with all that hangs on it alone; its output is empty."""
    step = make_step(claude)
    messages_server.default = by_input({"judge": replies.text(["Good ", "enough"])})
    started = await run(
        hub,
        step("judge"),
        step("praise", when=Condition(step="judge", op="contains", value="good")),
        step("redo", when=Condition(step="judge", op="equals", value="bad")),
        step("after_redo", "redo"),
        step("last", input="[{{ steps.praise.output }}|{{ steps.redo.output }}]", depends_on=["after_redo"]),
    )
    found = await ended(hub, started.id)
    steps = await steps_of(hub, started.id)
    assert {name: each.status.value for name, each in steps.items()} == {
        "judge": "succeeded",
        "praise": "succeeded",
        "redo": "skipped",
        "after_redo": "skipped",
        "last": "succeeded",
    }
    assert (steps["redo"].error_code, steps["after_redo"].error_code) == ("condition_not_met", "skipped_before")
    assert (steps["redo"].output, steps["redo"].attempt, steps["redo"].started_at) == ("", 0, None)
    assert steps["last"].input == "[answer to praise|]"
    assert (found.status, found.progress.done) == (Status.SUCCEEDED, 5)
    assert sorted(inputs(messages_server)) == sorted(["judge", "praise", steps["last"].input])


@pytest.mark.parametrize(
    ("review", "ran", "code"),
    [
        ('{"score": 7.5}', "publish", "condition_not_met"),
        ('{"score": 3}', "revise", "condition_not_met"),
        ("I like it.", "revise", "condition_not_json"),
    ],
)
async def test_of_an_if_and_its_else_one_runs(
    hub: Hub, claude: int, messages_server: MessagesServer, review: str, ran: str, code: str
) -> None:
    """By a number in a JSON output; the other is skipped and says why, also where the output is no JSON."""
    messages_server.default = by_input({"review": replies.text([review])}, replies.text(["done"]))
    step, when = make_step(claude), {"step": "review", "op": "greater", "value": "5", "field": "score"}
    execution = await run(
        hub,
        step("review"),
        step("publish", when=Condition.model_validate(when)),
        step("revise", when=Condition.model_validate({**when, "not": True})),
        step("last", "publish", "revise"),
    )
    assert (await ended(hub, execution.id)).status is Status.SUCCEEDED
    steps = await steps_of(hub, execution.id)
    skipped = "revise" if ran == "publish" else "publish"
    assert {steps[each].status for each in ("review", ran, "last")} == {StepStatus.SUCCEEDED}
    assert (steps[skipped].status, steps[skipped].error_code) == (StepStatus.SKIPPED, code)
    assert "condition was not met" in (steps[skipped].error or "")


async def test_several_ends_give_an_object_by_name(hub: Hub, claude: int, messages_server: MessagesServer) -> None:
    """Of those that were not skipped; one alone gives its text."""
    step = make_step(claude)
    messages_server.default = by_input({})
    never = Condition(step="a", op="equals", value="never")
    started = await run(hub, step("a"), step("b", "a"), step("c", "a"), step("d", "a", when=never))
    found = await ended(hub, started.id)
    assert json.loads(found.output or "") == {"b": "answer to b", "c": "answer to c"}


async def test_an_edit_changes_nothing_of_what_runs(hub: Hub, claude: int, messages_server: MessagesServer) -> None:
    """Workflow and agent changed, then deleted, while it waits: it goes on as it began."""
    step = make_step(claude)
    workflow = await hub.workflows.create(
        WorkflowDraft(name="Old", steps=[approval(), step("after", "gate", input="old {{ input }}")])
    )
    started = await hub.executions.start(WorkflowRun(workflow.id, input="hello"))
    await until(hub, started.id, Status.WAITING)
    await hub.workflows.update(workflow.id, {"name": "New", "steps": [step("other", input="new")]})
    await hub.agents.update(claude, {"model": "claude-of-tomorrow", "system_prompt": "New"})
    await hub.workflows.delete(workflow.id)
    await hub.agents.delete(claude)
    await hub.executions.answer_step(started.id, "gate", is_approved=True)
    found = await ended(hub, started.id)
    assert (found.status, found.name, list(await steps_of(hub, started.id))) == (
        Status.SUCCEEDED,
        "Old",
        ["gate", "after"],
    )
    call = messages_server.calls[0]
    assert (call.input, call.body["model"]) == ("old hello", "claude-sonnet-5-5")
    assert "system" not in call.body or call.body["system"] != "New"


async def test_an_agent_in_use_is_not_deleted(hub: Hub, claude: int) -> None:
    """Every workflow that uses it is named, with its id."""
    step = make_step(claude)
    made = [
        await hub.workflows.create(WorkflowDraft(name=name, steps=[approval(), step("a")])) for name in ("One", "Two")
    ]
    with pytest.raises(Conflict, match="One, Two") as found:
        await hub.agents.delete(claude)
    assert found.value.details["workflows"] == [{"id": each.id, "name": each.name} for each in made]
    assert (await hub.agents.get(claude)).id == claude


async def test_a_workflow_that_is_not_valid_any_more_does_not_start(data_dir: Path, hub: Hub, claude: int) -> None:
    """As one from before there were steps: refused with its problem, nothing is stored."""
    step = make_step(claude)
    workflow = await hub.workflows.create(WorkflowDraft(name="W", steps=[step("a")]))

    def empty(connection: Connection) -> None:
        connection.exec_driver_sql(f"UPDATE workflows SET definition = '{{}}' WHERE id = {workflow.id}")

    await hub._database.awrite(empty)
    with pytest.raises(InvalidInput) as found:
        await hub.executions.start(WorkflowRun(workflow.id, input="x"))
    assert found.value.field == "steps"
    assert (await hub.history.page(ExecutionFilter())).items == []


async def test_an_output_of_5_mb_is_cut_and_fails_the_next_step_clearly_or_is_cut_there(
    hub: Hub, claude: int, messages_server: MessagesServer
) -> None:
    """2 MB are kept and marked; taken whole they are too long for a step, and the error names the filter to use."""
    step = make_step(claude)
    pieces = ["word " * 20_000] * 50
    messages_server.default = by_input({"long": replies.text(pieces, output_tokens=9)})
    started = await run(
        hub,
        step("long"),
        step("whole", input="whole: {{ steps.long.output }}"),
        step("cut", input="cut: {{ steps.long.output | truncate(100) }}"),
        step("after", "whole"),
    )
    found = await ended(hub, started.id, 60)
    steps = await steps_of(hub, started.id)
    assert steps["long"].output == "".join(pieces)[:OUTPUT_MAX_BYTES]
    assert (steps["long"].stop_reason, steps["long"].is_cut) == ("max_output_bytes", True)
    assert (steps["whole"].status, steps["whole"].error_code) == (StepStatus.FAILED, "step_input_too_long")
    assert "truncate" in (steps["whole"].error or "")
    assert steps["whole"].attempt == 0
    assert (steps["cut"].status, len(steps["cut"].input or "")) == (StepStatus.SUCCEEDED, 102)
    assert steps["after"].status is StepStatus.SKIPPED
    assert (found.status, found.error_code) == (Status.FAILED, "step_failed")
    assert len(messages_server.calls) == 2


async def test_two_hundred_steps_run(hub: Hub, claude: int, messages_server: MessagesServer) -> None:
    """A hundred side by side, then a hundred more on their outputs: at most twenty ask at once, none is mixed up."""
    step = make_step(claude)
    open_now, most = 0, 0

    def play(call: Call) -> Iterator[Any]:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        while most <= 10:
            yield PAUSE_SECONDS
        yield from replies.text([f"<{call.input}>"], delay=PAUSE_SECONDS)(call)
        open_now -= 1

    messages_server.default = play
    first = [step(f"a{n}", input=f"{n} {{{{ input }}}}") for n in range(100)]
    second = [step(f"b{n}", input=f"again {{{{ steps.a{n}.output }}}}") for n in range(100)]
    started = await run(hub, *first, *second)
    found = await ended(hub, started.id, 60)
    assert (found.status, found.progress.done, found.progress.total) == (Status.SUCCEEDED, 200, 200)
    steps = await steps_of(hub, started.id)
    for n in range(100):
        assert steps[f"a{n}"].output == f"<{n} hello>"
        assert steps[f"b{n}"].output == f"<again <{n} hello>>"
    assert len(messages_server.calls) == 200
    assert 10 < most <= 20
    await log_of(hub, started.id)


async def test_watchers_see_steps_move(hub: Hub, claude: int, messages_server: MessagesServer) -> None:
    """Who follows an execution gets all its steps whenever one moves; who watches the list gets its progress."""
    step = make_step(claude)
    started = await run(hub, step("a"), step("b", "a"))
    seen: list[tuple[str, ...]] = []
    async with aclosing(hub.history.follow(started.id)) as updates:
        async for update in updates:
            if update.steps is not None:
                seen.append(tuple(each.status.value for each in update.steps))
    assert seen[-1] == ("succeeded", "succeeded")
    order = ("pending", "running", "succeeded")
    for before, after in pairwise(seen):
        assert all(order.index(x) <= order.index(y) for x, y in zip(before, after, strict=True))
    assert (await hub.history.get(started.id)).progress.as_json() == {"done": 2, "total": 2, "phase": "done"}

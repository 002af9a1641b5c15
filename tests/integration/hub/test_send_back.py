"""Sending back what an approval asks about: who answers again, with what, and what stays as it is."""

import asyncio

import pytest

from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.domain.step import ROUNDS_MAX, Step, StepStatus
from execution_hub.domain.workflow import APPROVAL, Condition, WorkflowDraft, WorkflowStep
from execution_hub.errors import Conflict, InvalidInput, NotFound
from execution_hub.hub.hub import Hub
from execution_hub.runners.workflow import WorkflowRun
from tests.support import messages_replies as replies
from tests.support.hub import ended, eventually
from tests.support.messages_replies import Call, Reply
from tests.support.messages_server import MessagesServer
from tests.support.workflow_runs import steps_of

GATE = WorkflowStep(name="gate", type=APPROVAL, input="{{ steps.draft.output }}")


async def start(hub: Hub, *steps: WorkflowStep) -> Execution:
    """Run a workflow of these steps."""
    workflow = await hub.workflows.create(WorkflowDraft(name="W", steps=list(steps)))
    return await hub.executions.start(WorkflowRun(workflow.id, input="bees"))


async def until(hub: Hub, execution_id: int, name: str, status: StepStatus, round_: int = 1) -> Step:
    """Wait until a step has a status in a round."""

    async def check() -> Step | None:
        step = (await steps_of(hub, execution_id))[name]
        return step if (step.status, step.round) == (status, round_) else None

    found: Step = await eventually(check)
    return found


def drafts(*others: str) -> Reply:
    """Reply to drafts with a number that counts them; to what begins with another word, never to an end."""
    count = iter(range(1, 100))

    def reply(call: Call) -> Reply:
        return replies.hanging(["on and on"]) if call.input.startswith(others) else replies.text([f"v{next(count)}"])

    return lambda call: reply(call)(call)


async def test_the_agent_answers_again_with_its_answer_and_the_remark(
    hub: Hub, claude: int, messages_server: MessagesServer
) -> None:
    """What it had made is kept, all of its tokens count, and the person is asked again; then all goes on."""
    messages_server.default = drafts()
    after = WorkflowStep(name="after", agent_id=claude, input="Print {{ steps.draft.output }}", depends_on=["gate"])
    draft = WorkflowStep(name="draft", agent_id=claude, input="Draft on {{ input }}")
    started = await start(hub, draft, GATE, after)
    assert (await until(hub, started.id, "gate", StepStatus.WAITING)).input == "v1"

    answered = await hub.executions.send_back(started.id, "gate", comment=" Shorter, please. ")
    assert answered.status in (Status.PENDING, Status.RUNNING)
    assert (await until(hub, started.id, "gate", StepStatus.WAITING, 2)).input == "v2"
    again = (await steps_of(hub, started.id))["draft"]
    assert again.input is not None
    assert again.input.startswith("Draft on bees\n")
    assert "\nv1\n" in again.input
    assert "Shorter, please." in again.input
    assert (again.attempt, again.usage.input_tokens) == (1, 2 * replies.INPUT_TOKENS)
    assert not again.usage.is_partial
    (kept,) = await hub.history.rounds(started.id, "draft")
    assert (kept.round, kept.status, kept.output, kept.remark) == (1, "succeeded", "v1", "Shorter, please.")
    assert [each.remark for each in await hub.history.rounds(started.id, "gate")] == ["Shorter, please."]

    # Who has not seen the new answer cannot approve it.
    with pytest.raises(Conflict, match="asks about another answer"):
        await hub.executions.answer_step(started.id, "gate", is_approved=True, seen_round=1)
    # The next round hears the newest answer, and both remarks.
    await hub.executions.send_back(started.id, "gate", comment="And kinder.")
    await until(hub, started.id, "gate", StepStatus.WAITING, 3)
    asked = messages_server.calls[-1].input
    assert asked.index("\nv2\n") < asked.index("Shorter, please.") < asked.index("And kinder.")
    assert "\nv1\n" not in asked

    await hub.executions.answer_step(started.id, "gate", is_approved=True, seen_round=3)
    found = await ended(hub, started.id)
    assert (found.status, found.output, len(messages_server.calls)) == (Status.SUCCEEDED, "v4", 4)
    assert found.usage.input_tokens == 4 * replies.INPUT_TOKENS
    assert found.progress.done == found.progress.total == 3
    told = [event.data for event in (await hub.history.events(started.id)).events if event.kind == "step"]
    sent = [each for each in told if "sent_back" in each]
    assert [(each["name"], each["comment"], each["sent_back"], each["round"]) for each in sent] == [
        ("gate", "Shorter, please.", ["draft"], 2),
        ("gate", "And kinder.", ["draft"], 3),
    ]
    assert {"name": "draft", "status": "succeeded", "round": 2, "stop_reason": "end_turn", "is_cut": False} in told


async def test_what_does_not_follow_goes_on_undisturbed_and_what_does_is_stopped(
    hub: Hub, claude: int, messages_server: MessagesServer
) -> None:
    """While other branches run: none of them is asked twice, and what takes the old answer is asked no longer."""

    def calls(word: str) -> list[Call]:
        return [call for call in messages_server.calls if call.input.startswith(word)]

    async def are_asked() -> bool:
        return len(calls("Other")) == len(calls("Side")) == 1

    async def is_heard() -> bool:
        return [call.closed_by_client is not None for call in calls("Side")] == [True, False]

    messages_server.default = drafts("Other", "Side")
    started = await start(
        hub,
        WorkflowStep(name="draft", agent_id=claude, input="Draft"),
        GATE,
        WorkflowStep(name="other", agent_id=claude, input="Other"),
        WorkflowStep(name="side", agent_id=claude, input="Side of {{ steps.draft.output }}"),
    )
    await until(hub, started.id, "gate", StepStatus.WAITING)
    await until(hub, started.id, "other", StepStatus.RUNNING)
    await until(hub, started.id, "side", StepStatus.RUNNING)
    # A step runs before it asks its model.
    await eventually(are_asked)
    assert (await hub.executions.send_back(started.id, "gate", comment="Again.")).status is Status.RUNNING
    assert (await until(hub, started.id, "gate", StepStatus.WAITING, 2)).input == "v2"
    side = await until(hub, started.id, "side", StepStatus.RUNNING, 2)
    assert (side.input, side.attempt) == ("Side of v2", 1)

    await eventually(is_heard)
    (other,) = calls("Other")
    assert other.closed_by_client is None
    assert ((await steps_of(hub, started.id))["other"].round, len(calls("Draft"))) == (1, 2)
    (kept,) = await hub.history.rounds(started.id, "side")
    assert (kept.status, kept.output, kept.remark) == (StepStatus.RUNNING, None, "")
    # What it had read was paid for; what it had written nobody told.
    assert side.usage.is_partial
    await hub.executions.cancel(started.id)
    await ended(hub, started.id)


async def test_two_approvals_are_sent_back_one_after_the_other(
    hub: Hub, claude: int, messages_server: MessagesServer
) -> None:
    """Each has its own agent; the first is not asked again for the second's sake."""
    messages_server.default = drafts()
    steps = [
        WorkflowStep(name="draft", agent_id=claude, input="Draft"),
        GATE,
        WorkflowStep(name="letter", agent_id=claude, input="Letter"),
        WorkflowStep(name="post", type=APPROVAL, input="{{ steps.letter.output }}"),
    ]
    started = await start(hub, *steps)
    await until(hub, started.id, "gate", StepStatus.WAITING)
    await until(hub, started.id, "post", StepStatus.WAITING)
    await asyncio.gather(
        *(hub.executions.send_back(started.id, name, comment="Again.") for name in ("gate", "post")),
    )
    await until(hub, started.id, "gate", StepStatus.WAITING, 2)
    await until(hub, started.id, "post", StepStatus.WAITING, 2)
    assert len(messages_server.calls) == 4
    await hub.executions.answer_step(started.id, "gate", is_approved=True)
    await hub.executions.send_back(started.id, "post", comment="Once more.")
    await until(hub, started.id, "post", StepStatus.WAITING, 3)
    assert ((await steps_of(hub, started.id))["gate"].status, len(messages_server.calls)) == ("succeeded", 5)
    await hub.executions.answer_step(started.id, "post", is_approved=True)
    assert (await ended(hub, started.id)).status is Status.SUCCEEDED


async def test_what_was_skipped_or_approved_behind_it_is_decided_anew(
    hub: Hub, claude: int, messages_server: MessagesServer
) -> None:
    """A condition looks at the new answer, and an approval of the old one counts for nothing."""
    messages_server.default = drafts()
    when = Condition(step="draft", op="equals", value="v2")
    steps = [
        WorkflowStep(name="draft", agent_id=claude, input="Draft"),
        GATE,
        WorkflowStep(name="legal", type=APPROVAL, input="{{ steps.draft.output }}"),
        WorkflowStep(name="extra", agent_id=claude, input="Extra", when=when),
    ]
    started = await start(hub, *steps)
    await until(hub, started.id, "gate", StepStatus.WAITING)
    await until(hub, started.id, "extra", StepStatus.SKIPPED)
    await hub.executions.answer_step(started.id, "legal", is_approved=True, comment="Fine.")
    await until(hub, started.id, "legal", StepStatus.SUCCEEDED)
    await hub.executions.send_back(started.id, "gate", comment="Again.")
    await until(hub, started.id, "extra", StepStatus.SUCCEEDED, 2)
    assert (await until(hub, started.id, "legal", StepStatus.WAITING, 2)).input == "v2"
    assert [each.output for each in await hub.history.rounds(started.id, "legal")] == ["Fine."]
    assert await hub.history.rounds(started.id, "extra") == []


async def test_what_cannot_be_sent_back_is_refused_with_the_reason(
    hub: Hub, claude: int, messages_server: MessagesServer
) -> None:
    """No remark, no agent before it, no such step, nobody who waits, ten rounds: it still waits as it did."""
    messages_server.default = drafts()
    draft = WorkflowStep(name="draft", agent_id=claude, input="Draft")
    alone = WorkflowStep(name="alone", type=APPROVAL, input="Go on?")
    started = await start(hub, draft, GATE, alone)
    await until(hub, started.id, "gate", StepStatus.WAITING)
    with pytest.raises(InvalidInput, match="comment is empty"):
        await hub.executions.send_back(started.id, "gate", comment=" \n")
    with pytest.raises(Conflict, match="No agent has answered directly before alone"):
        await hub.executions.send_back(started.id, "alone", comment="No.")
    with pytest.raises(NotFound):
        await hub.executions.send_back(started.id, "lost", comment="No.")
    with pytest.raises(Conflict, match="does not wait"):
        await hub.executions.send_back(started.id, "draft", comment="No.")
    with pytest.raises(NotFound):
        await hub.history.rounds(started.id, "lost")
    for round_ in range(2, ROUNDS_MAX + 1):
        await hub.executions.send_back(started.id, "gate", comment="Again.")
        await until(hub, started.id, "gate", StepStatus.WAITING, round_)
    with pytest.raises(Conflict, match="has had its 10 rounds"):
        await hub.executions.send_back(started.id, "gate", comment="Again.")
    assert len(messages_server.calls) == ROUNDS_MAX
    assert (await steps_of(hub, started.id))["gate"].status is StepStatus.WAITING

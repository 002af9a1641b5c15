"""Steps that fail: what goes on all the same, what is tried again, and what an error says."""

from execution_hub.domain.event import EventKind
from execution_hub.domain.status import Status
from execution_hub.domain.step import StepStatus
from execution_hub.hub.hub import Hub
from tests.support import messages_replies as replies
from tests.support.hub import ended, eventually
from tests.support.messages_server import MessagesServer
from tests.support.workflow_runs import by_input, inputs, log_of, make_step, run, steps_of


async def test_a_failure_stops_only_what_depends_on_it(hub: Hub, claude: int, messages_server: MessagesServer) -> None:
    """The rest ends in peace and is paid for once; the execution fails and names the step."""
    step = make_step(claude)
    messages_server.default = by_input({"bad": replies.invalid(), "good": replies.text(["a", "b", "c"], delay=0.1)})
    started = await run(
        hub,
        step("bad"),
        step("good"),
        step("after_bad", "bad"),
        step("after_good", "good"),
        step("both", "after_bad", "good"),
    )
    found = await ended(hub, started.id)
    steps = await steps_of(hub, started.id)
    assert {name: each.status.value for name, each in steps.items()} == {
        "bad": "failed",
        "good": "succeeded",
        "after_bad": "skipped",
        "after_good": "succeeded",
        "both": "skipped",
    }
    assert (found.status, found.error_code) == (Status.FAILED, "step_failed")
    assert "bad" in (found.error or "")
    assert steps["bad"].error
    assert steps["bad"].error in (found.error or "")
    assert {steps[name].error_code for name in ("after_bad", "both")} == {"blocked"}
    assert found.output == "answer to after_good"
    assert sorted(inputs(messages_server)) == ["after_good", "bad", "good"]
    error = next(event.data for event in await log_of(hub, started.id) if event.kind is EventKind.ERROR)
    assert (error["code"], error["details"]) == ("step_failed", {"steps": ["bad"]})


async def test_several_failures_are_all_named(hub: Hub, claude: int, messages_server: MessagesServer) -> None:
    """With the first one's reason."""
    step = make_step(claude)
    messages_server.default = replies.invalid()
    found = await ended(hub, (await run(hub, step("a"), step("b"))).id)
    assert (found.status, found.error_code) == (Status.FAILED, "step_failed")
    assert "2 steps failed (a, b)" in (found.error or "")


async def test_a_step_past_its_own_time_fails_and_keeps_what_it_wrote(
    hub: Hub, claude: int, messages_server: MessagesServer
) -> None:
    """Only that step: the provider's stream is closed, the others go on, and the error says how long it may take."""
    step = make_step(claude)
    messages_server.default = by_input({"slow": replies.hanging(["half an ", "answer"])})
    started = await run(hub, step("slow", timeout_seconds=4), step("other"), step("after", "slow"))
    found = await ended(hub, started.id)
    steps = await steps_of(hub, started.id)
    assert (steps["slow"].status, steps["slow"].error_code) == (StepStatus.FAILED, "timed_out")
    assert "4 s" in (steps["slow"].error or "")
    assert steps["slow"].output == "half an answer"
    assert steps["slow"].usage.is_partial
    assert (steps["other"].status, steps["after"].status) == (StepStatus.SUCCEEDED, StepStatus.SKIPPED)
    assert (found.status, found.error_code) == (Status.FAILED, "step_failed")
    slow = next(call for call in messages_server.calls if call.input == "slow")

    async def hung_up() -> bool:
        return slow.closed_by_client is not None

    await eventually(hung_up)


async def test_a_passing_fault_is_tried_again(hub: Hub, claude: int, messages_server: MessagesServer) -> None:
    """529, a rate limit that names its wait, a cut, then success: the wait is kept, void text is not in the output."""
    step = make_step(claude)
    messages_server.reply(
        replies.overloaded(), replies.rate_limited(retry_after=2), replies.cut(["half "]), replies.text(["whole"])
    )
    started = await run(hub, step("a", retries=3))
    found = await ended(hub, started.id)
    steps = await steps_of(hub, started.id)
    assert (found.status, found.output) == (Status.SUCCEEDED, "whole")
    assert (steps["a"].attempt, steps["a"].output) == (1, "whole")
    calls = [call.started_at for call in messages_server.calls]
    assert len(calls) == 4
    assert calls[1] - calls[0] >= 0.5
    assert calls[2] - calls[1] >= 2
    told = [event.data for event in await log_of(hub, started.id) if event.kind is EventKind.RETRY]
    assert [(each["code"], each["step"]) for each in told] == [
        ("overloaded", "a"),
        ("rate_limited", "a"),
        ("stream_cut", "a"),
    ]
    assert told[1]["seconds"] == 2.0


async def test_the_last_retry_fails_the_step(hub: Hub, claude: int, messages_server: MessagesServer) -> None:
    """After one retry it is over, and what cannot pass is not tried again at all."""
    step = make_step(claude)
    messages_server.default = by_input({"busy": replies.overloaded(), "wrong": replies.bad_key()})
    started = await run(hub, step("busy", retries=1), step("wrong", retries=5))
    await ended(hub, started.id)
    steps = await steps_of(hub, started.id)
    assert (steps["busy"].error_code, steps["wrong"].error_code) == ("overloaded", "bad_api_key")
    assert sorted(inputs(messages_server)) == ["busy", "busy", "wrong"]

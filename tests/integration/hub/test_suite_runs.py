"""Runs of suites: what judges say, what is run again, what is stopped, and what goes with what."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.execution import AGENT_TEST, Execution, NewExecution
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.status import Status
from execution_hub.domain.suite import Suite, SuiteDraft
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.errors import Conflict, InvalidInput, NotFound
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.runners.suite_run import SuiteRun
from execution_hub.store.intents import Submit
from tests.support import messages_replies as replies
from tests.support.hub import ended, eventually, make_settings
from tests.support.messages_replies import Call, Step
from tests.support.messages_server import MessagesServer

HELPER = 1
CLAUDE = "claude-sonnet-5-5"


def case(name: str, *checks: dict[str, Any], **values: Any) -> dict[str, Any]:
    """Return a case."""
    return {"name": name, "input": f"[fast] {name}", "checks": list(checks), **values}


def judge(rubric: str, agent_id: int = HELPER, **values: Any) -> dict[str, Any]:
    """Return a check by a model."""
    return {"type": "judge", "rubric": f"[fast] {rubric}", "agent_id": agent_id, **values}


def says(passed: bool, reason: str) -> str:
    """Return a rubric that has the offline model say this."""
    return f'[json {{"reason": "{reason}", "passed": {str(passed).lower()}}}]'


async def make(hub: Hub, *cases: dict[str, Any], agent_id: int = HELPER, **values: Any) -> Suite:
    """Store a suite."""
    given: Any = {"targets": [{"agent_id": agent_id}], "cases": cases, **values}
    return await hub.suites.create(SuiteDraft("Suite", **given))


async def run(hub: Hub, suite_id: int, **values: Any) -> tuple[Execution, dict[str, Any]]:
    """Run a suite to its end; returns its execution, and what is told of it."""
    started = await hub.executions.start(SuiteRun(suite_id, **values))
    found = await ended(hub, started.id)
    return found, await hub.suites.judged(found)


async def parts_of(hub: Hub, execution_id: int) -> list[Execution]:
    """Return the children of an execution."""
    return (await hub.history.page(ExecutionFilter(parent_id=execution_id), limit=200)).items


async def test_judges_are_asked_only_where_the_other_checks_have_not_decided(hub: Hub) -> None:
    suite = await make(
        hub,
        case("good", judge(says(True, "Kind enough."))),
        case("bad", judge(says(False, "Too curt."))),
        case("not", judge(says(False, "Not rude."), **{"not": True})),
        case("decided", {"type": "max_chars", "value": 1}, judge("")),
        case("failed", judge(""), input="[fast] [fail] x"),
    )
    found, told = await run(hub, suite.id)
    by_name = {each["case"]: each for each in told["results"]}
    outcomes = {name: (each["outcome"], each["checks"][-1]["passed"]) for name, each in by_name.items()}
    assert outcomes == {
        "good": ("passed", True),
        "bad": ("failed", False),
        "not": ("passed", True),
        "decided": ("failed", None),
        "failed": ("error", None),
    }
    assert by_name["bad"]["checks"][0]["reason"] == "Too curt."
    assert "was not asked" in by_name["decided"]["checks"][-1]["reason"]
    judges = {each["checks"][-1]["execution_id"] for each in by_name.values()} - {None}
    parts = {each.id: each for each in await parts_of(hub, found.id)}
    assert len(judges) == 3
    assert set(parts) == judges | {each["execution_id"] for each in told["results"]}
    judged = {each["checks"][-1]["execution_id"]: each["execution_id"] for each in by_name.values()}
    assert all(parts[each].meta["judge_of"] == judged[each] for each in judges)
    # Paid in all, and what of it the judges had.
    assert found.usage.output_tokens == sum(each.usage.output_tokens or 0 for each in parts.values())
    assert found.meta["judged"]["output_tokens"] == sum(parts[each].usage.output_tokens or 0 for each in judges)


async def test_a_judge_that_says_nothing_makes_an_error_with_its_reason(hub: Hub) -> None:
    gone = await hub.agents.create(AgentDraft(name="Judge"))
    suite = await make(
        hub,
        case("fails", judge("[fail]")),
        case("odd", judge('[json {"passed": "yes"}]')),
        case("gone", judge("", gone.id)),
    )
    await hub.agents.delete(gone.id)
    found, told = await run(hub, suite.id)
    assert found.status is Status.SUCCEEDED
    reasons = {each["case"]: each["checks"][0]["reason"] for each in told["results"]}
    assert [each["outcome"] for each in told["results"]] == ["error"] * 3
    assert [each["checks"][0]["passed"] for each in told["results"]] == [None] * 3
    assert reasons["fails"].startswith("The execution of the judge failed: The simulated model")
    assert "schema" in reasons["odd"]
    assert f"no agent {gone.id}" in reasons["gone"]


async def test_only_what_did_not_pass_is_run_again_and_the_verdict_is_of_the_whole(hub: Hub) -> None:
    suite = await make(
        hub, case("a"), case("b", {"type": "contains", "value": "nowhere"}), case("c"), case("d"), repeats=2
    )
    first, before = await run(hub, suite.id)
    assert before["verdict"]["passed"] == 6
    # One is mended, one has gone, one is new: that one was no part of the run.
    await hub.suites.update(suite.id, {"cases": [case("new"), case("b"), case("a"), case("d")]})
    second, told = await run(hub, suite.id, failed_of=first.id)
    assert (told["verdict"]["passed"], told["verdict"]["total"]) == (6, 6)
    assert second.meta["failed_of"] == first.id
    assert {each.input for each in await parts_of(hub, second.id)} == {"[fast] b"}
    assert len(await parts_of(hub, second.id)) == 2

    def cells(results: list[dict[str, Any]]) -> dict[tuple[str, int], int]:
        return {(each["case"], each["repeat"]): each["execution_id"] for each in results if each["case"] in "ad"}

    assert cells(told["results"]) == {key: each for key, each in cells(before["results"]).items() if key[0] != "c"}
    assert second.usage.output_tokens == sum(each.usage.output_tokens or 0 for each in await parts_of(hub, second.id))

    with pytest.raises(Conflict, match="all of run"):
        await hub.executions.start(SuiteRun(suite.id, failed_of=second.id))
    other = await make(hub, case("a"))
    with pytest.raises(Conflict, match="no run of this suite"):
        await hub.executions.start(SuiteRun(other.id, failed_of=first.id))
    with pytest.raises(NotFound, match="failed_of"):
        await hub.executions.start(SuiteRun(suite.id, failed_of=9999))
    again = await hub.executions.rerun(second.id)
    assert (await ended(hub, again.id)).progress.done == 6
    assert len(await parts_of(hub, again.id)) == 6
    anew = await hub.executions.rerun(second.id, is_as_ran=False)
    assert (await ended(hub, anew.id)).progress.done == 8


async def test_a_run_that_is_under_way_cannot_be_run_again_and_its_stop_stops_judges(hub: Hub) -> None:
    # The judge reads the input too: of two words about its time the slow one wins.
    suite = await make(hub, case("a", judge("[slow]")))
    started = await hub.executions.start(SuiteRun(suite.id))

    async def judging() -> bool:
        return any(each.status is Status.RUNNING for each in (await parts_of(hub, started.id))[:-1])

    await eventually(judging)
    with pytest.raises(Conflict, match="has not ended"):
        await hub.executions.start(SuiteRun(suite.id, failed_of=started.id))
    await hub.executions.cancel(started.id)
    await ended(hub, started.id)
    parts = [await ended(hub, each.id) for each in await parts_of(hub, started.id)]
    assert sorted(each.status for each in parts) == [Status.CANCELLED, Status.SUCCEEDED]


async def test_workflows_and_other_models_are_targets_too(hub: Hub) -> None:
    step = WorkflowStep(name="answer", agent_id=HELPER, input="{{ input }}")
    workflow = await hub.workflows.create(WorkflowDraft(name="W", steps=[step]))
    targets = [{"workflow_id": workflow.id}, {"agent_id": HELPER, "model": CLAUDE}]
    suite = await make(hub, case("bees", {"type": "contains", "value": "bees"}), targets=targets)
    found, told = await run(hub, suite.id)
    assert [each["outcome"] for each in told["results"]] == ["passed"] * 2
    assert {(each.execution_type, each.model) for each in await parts_of(hub, found.id)} == {
        ("workflow", "simulated"),
        ("agent_test", CLAUDE),
    }
    await hub.workflows.delete(workflow.id)
    with pytest.raises(NotFound, match=r"targets\[0\] has gone"):
        await hub.executions.start(SuiteRun(suite.id))


async def test_what_comes_out_differently_is_flaky_and_named(hub: Hub, messages_server: MessagesServer) -> None:
    count = 0

    def reply(call: Call) -> Iterator[Step]:
        nonlocal count
        count += "odd" in str(call.body)
        return replies.text(["yes" if "odd" not in str(call.body) or count % 2 else "no"])(call)

    messages_server.default = reply
    agent = await hub.agents.create(AgentDraft(name="A", model=CLAUDE))
    yes = {"type": "equals", "value": "yes"}
    suite = await make(hub, case("odd", yes), case("even", yes), agent_id=agent.id, repeats=4, pass_rate=0.5)
    _, told = await run(hub, suite.id)
    assert (told["verdict"]["flaky"], told["flaky"]) == (1, [{"case": "odd", "target": 0}])
    # And wherever its targets are told: on the agent's card, in the list of runs.
    assert [each.verdict.flaky for each in await hub.suites.verdicts_of_agent(agent.id, 5)] == [1]
    assert [target.verdict.flaky for each in await hub.suites.runs_of(suite.id, 5) for target in each.targets] == [1]


async def test_a_limit_of_cost_begins_no_more_and_says_so(hub: Hub) -> None:
    agent = await hub.agents.create(AgentDraft(name="A", model=CLAUDE))
    cases = [case(f"{number}") for number in range(40)]
    suite = await make(hub, *cases, agent_id=agent.id, max_cost_usd=0.000001)
    found, told = await run(hub, suite.id)
    assert (found.status, found.is_cut, found.meta["limit"]) == (Status.SUCCEEDED, True, "max_cost_usd")
    begun = len(told["results"])
    assert 0 < begun < 40
    assert told["verdict"]["passed"] == begun
    assert told["verdict"]["is_pass"] is None
    assert f"{40 - begun} were not begun" in (found.output or "")
    # What costs nobody knows how much cannot be limited.
    await hub.suites.update(suite.id, {"targets": [{"agent_id": agent.id, "model": "claude-unheard-of"}]})
    with pytest.raises(InvalidInput, match="nobody has told what claude-unheard-of costs"):
        await hub.executions.start(SuiteRun(suite.id))


async def test_a_limit_of_time_begins_no_more_and_leaves_open_what_it_did_not_see(hub: Hub) -> None:
    # More than may run at once, each longer than the limit, which is long enough for a busy machine to begin some.
    cases = (case(f"{number}", input=f"{number}") for number in range(60))
    suite = await make(hub, *cases, max_seconds=3)
    found, told = await run(hub, suite.id)
    assert (found.status, found.is_cut, found.meta["limit"]) == (Status.SUCCEEDED, True, "max_seconds")
    assert (0 < len(told["results"]) < 60, told["verdict"]["is_pass"]) == (True, None)


async def test_a_target_that_has_gone_is_named_and_nothing_is_started(hub: Hub) -> None:
    gone = await hub.agents.create(AgentDraft(name="A"))
    suite = await make(hub, case("a"), targets=[{"agent_id": HELPER}, {"agent_id": gone.id}])
    await hub.agents.delete(gone.id)
    with pytest.raises(NotFound, match=r"targets\[1\] has gone"):
        await hub.executions.start(SuiteRun(suite.id))
    assert (await hub.history.page(ExecutionFilter())).items == []


async def test_keys_of_parts_are_the_hubs_own(hub: Hub) -> None:
    with pytest.raises(InvalidInput, match="child:"):
        await hub.executions.start(AgentTest(HELPER, "[fast] x"), idempotency_key="child:1:0")


async def test_parts_go_with_what_they_are_part_of_and_come_back_with_it(hub: Hub) -> None:
    suite = await make(hub, case("a"), case("b"))
    found, _ = await run(hub, suite.id)
    parts = [each.id for each in await parts_of(hub, found.id)]
    await hub.executions.delete([found.id])
    for each in parts:
        with pytest.raises(NotFound):
            await hub.history.get(each)
    await hub.executions.restore([found.id])
    assert [each.id for each in await parts_of(hub, found.id)] == parts


async def test_parts_whose_parent_has_ended_are_stopped(hub: Hub) -> None:
    """As after a crash between the stop of the one and of the others."""
    parent = await ended(hub, (await hub.executions.start(AgentTest(HELPER, "[fast] x"))).id)
    definition = (await hub.agents.get(HELPER)).definition().as_json()
    ids = []
    for number in (parent.id, 9999):
        new = NewExecution(AGENT_TEST, "A", "[slow] x", definition, agent_id=HELPER, parent_id=number)
        ids.append((await hub.executions._log.record(Submit(new))).execution.id)
    assert [(await ended(hub, each)).status for each in ids] == [Status.CANCELLED] * 2


async def test_pruning_a_run_takes_its_parts_along(data_dir: Path) -> None:
    hub = await Hub.open(make_settings(data_dir, HUB_RETENTION_MAX=3))
    try:
        suite = await make(hub, *(case(f"{number}") for number in range(6)))
        found, _ = await run(hub, suite.id)
        await hub.retention.prune()
        assert await parts_of(hub, found.id) == []
    finally:
        await hub.close()


async def test_a_run_goes_on_when_its_hub_is_opened_again(data_dir: Path) -> None:
    """What was under way is not stopped with the hub: it goes on as well."""
    hub = await Hub.open(make_settings(data_dir))
    suite = await make(hub, *(case(f"{number}", input=f"{number}") for number in range(3)))
    started = await hub.executions.start(SuiteRun(suite.id))

    async def are_running() -> bool:
        statuses = [each.status for each in await parts_of(hub, started.id)]
        return len(statuses) == 3 and Status.RUNNING in statuses

    await eventually(are_running)
    await hub.close()
    hub = await Hub.open(make_settings(data_dir))
    try:
        found = await ended(hub, started.id)
        told = await hub.suites.judged(found)
        assert told["verdict"]["passed"] == 3
        assert len(await parts_of(hub, started.id)) == 3
        assert found.timeout_seconds is None
        assert {each.timeout_seconds for each in await parts_of(hub, started.id)} == {600}
    finally:
        await hub.close()


async def test_whoever_starts_one_test_does_not_wait_behind_a_suite(
    data_dir: Path, messages_server: MessagesServer
) -> None:
    settings = make_settings(
        data_dir, HUB_MAX_CONCURRENCY=2, ANTHROPIC_API_KEY="test-key-not-secret", ANTHROPIC_BASE_URL=messages_server.url
    )
    messages_server.default = replies.text(["Done."], delay=0.3)
    hub = await Hub.open(settings)
    try:
        agent = await hub.agents.create(AgentDraft(name="A", model=CLAUDE))
        suite = await make(hub, *(case(f"{number}") for number in range(14)), agent_id=agent.id)
        started = await hub.executions.start(SuiteRun(suite.id))

        async def waits() -> bool:
            statuses = [each.status for each in await parts_of(hub, started.id)]
            return Status.RUNNING in statuses and statuses.count(Status.PENDING) >= 3

        await eventually(waits)
        test = await ended(hub, (await hub.executions.start(AgentTest(agent.id, "Hello"))).id)
        await ended(hub, started.id)
        before = [each for each in await parts_of(hub, started.id) if each.id < test.id]
        assert test.started_at is not None
        late = [each for each in before if each.started_at is not None and each.started_at > test.started_at]
        assert len(late) >= 2
    finally:
        await hub.close()

"""The small facts of an execution's page."""

from dataclasses import replace
from datetime import timedelta

import pytest

from execution_hub.domain.agent import Agent
from execution_hub.domain.execution import Execution, Phase, Progress
from execution_hub.domain.status import Status
from execution_hub.domain.usage import UNKNOWN, Usage
from execution_hub.views.execution import ExecutionView, agent_since
from tests.support.executions import AT, make_execution

START = AT
AGENT = Agent(7, "Helper", "", "simulated", "Be brief.", 2_048, None, 2, START, START)


@pytest.fixture
def execution() -> Execution:
    """A running test of AGENT that has written 12 tokens."""
    return make_execution(
        id=3,
        status=Status.RUNNING,
        agent_id=7,
        progress=Progress(12, None, Phase.WRITING),
        usage=Usage(input_tokens=1_000, cache_read_tokens=200, is_partial=True),
        claims=1,
        started_at=START,
        definition=AGENT.definition().as_json(),
    )


def test_a_running_execution_shows_what_is_known_so_far(execution: Execution) -> None:
    """Tokens written so far count, no duration is told, and nothing is called partial while it goes on."""
    facts = ExecutionView.of(execution)
    assert (facts.tokens_text, facts.duration_text, facts.cost_text) == ("1,200 / 12", "", "")
    assert (facts.is_active, facts.is_partial, facts.max_tokens_text) == (True, False, "2,048")


def test_a_slot_without_news_waits_for_the_model(execution: Execution) -> None:
    """A running execution is never shown as queued."""
    assert ExecutionView.of(replace(execution, progress=Progress())).phase == "waiting"


def test_a_cut_answer_is_told_from_a_whole_one(execution: Execution) -> None:
    """With its reason and its limit; also one that ended before there was a mark. A failed one has its error."""
    ended = replace(execution, status=Status.SUCCEEDED, stop_reason="max_tokens")
    for each in (ended, replace(ended, is_cut=True)):
        facts = ExecutionView.of(each)
        assert (facts.is_cut, facts.stop_reason, facts.max_tokens_text) == (True, "max_tokens", "2,048")
    assert not ExecutionView.of(replace(ended, stop_reason="end_turn")).is_cut
    assert not ExecutionView.of(replace(ended, status=Status.FAILED, is_cut=True)).is_cut


def test_a_usage_nobody_told_is_unknown(execution: Execution) -> None:
    """Once it has ended; a figure told alone stands beside a dash."""
    ended = replace(execution, status=Status.SUCCEEDED, usage=UNKNOWN)
    assert (ExecutionView.of(ended).tokens_text, ExecutionView.of(ended).is_unknown) == ("", True)
    partly = ExecutionView.of(replace(ended, usage=Usage(None, 7, None, None)))
    assert (partly.tokens_text, partly.is_unknown) == ("— / 7", False)
    assert not ExecutionView.of(replace(execution, usage=UNKNOWN)).is_unknown


def test_a_finished_execution_shows_what_was_stored(execution: Execution) -> None:
    """Duration, cost, stop reason and request come from the row; an interrupted call's usage is "at least"."""
    finished = replace(
        execution,
        status=Status.FAILED,
        finished_at=START + timedelta(seconds=3.2),
        usage=Usage(10, 20, cost_usd=0.0031, is_partial=True),
        stop_reason="max_tokens",
        meta={"request_id": "req_1"},
    )
    facts = ExecutionView.of(finished)
    assert (facts.duration_text, facts.tokens_text, facts.cost_text) == ("3.2 s", "10 / 20", "$0.0031")
    assert (facts.stop_reason, facts.request_id, facts.is_active, facts.is_partial) == (
        "max_tokens",
        "req_1",
        False,
        True,
    )


def test_what_became_of_the_agent(execution: Execution) -> None:
    """A changed prompt counts as changed, a changed description does not, and a missing agent is deleted."""
    assert agent_since(execution, replace(AGENT, description="Other")) == "same"
    assert agent_since(execution, replace(AGENT, system_prompt="Other")) == "changed"
    assert agent_since(execution, None) == "deleted"


def test_the_clock_of_what_waits_stands_still(execution: Execution) -> None:
    """Waiting for a person, and for a slot afterwards, does not count; running goes on from what was counted."""
    waiting = replace(
        execution,
        status=Status.WAITING,
        progress=Progress(3, 5, Phase.WAITING),
        active_ms=7_800,
        claims=1,
        segment=1,
    )
    facts = ExecutionView.of(waiting)
    assert (facts.duration_text, facts.is_active, facts.step, facts.done, facts.total) == ("7.8 s", True, 3, 3, 5)
    resumed = replace(waiting, status=Status.RUNNING, resumed_at=START + timedelta(hours=2), claims=2)
    facts = ExecutionView.of(resumed)
    assert facts.duration_text == ""
    assert facts.clock_from == "2026-01-02T05:03:57.200Z"
    assert (facts.step, facts.tokens_text) == (4, "1,200 / 0")


def test_an_answer_is_no_new_attempt(execution: Execution) -> None:
    """Only an attempt that was cut off counts: while it waits, once it is answered, and when it goes on."""
    waiting = replace(execution, status=Status.WAITING, claims=1, segment=1, pauses=1)
    gone_on = replace(execution, claims=2, segment=1, pauses=1, resumed_at=START)
    for each in (waiting, replace(waiting, status=Status.PENDING), gone_on):
        assert (ExecutionView.of(each).attempt, each.as_json()["attempt"], each.interruptions) == (1, 1, 0)
    assert ExecutionView.of(replace(gone_on, claims=3)).attempt == 2
    assert ExecutionView.of(replace(waiting, claims=2)).attempt == 2


def test_what_was_stopped_keeps_the_tokens_it_showed(execution: Execution) -> None:
    """As the least that it used, on the page as on the wire; what ended by itself has told them."""
    stopped = replace(execution, status=Status.CANCELLED, finished_at=START)
    facts = ExecutionView.of(stopped)
    assert (facts.tokens_text, facts.output_tokens, facts.is_partial) == ("1,200 / 12", 12, True)
    wire = stopped.as_json()["usage"]
    assert (wire["output_tokens"], wire["is_partial"]) == (12, True)
    told = replace(stopped, status=Status.SUCCEEDED, usage=Usage(1_200, 9))
    assert told.usage_so_far == Usage(1_200, 9)


def test_a_stop_is_told_with_its_proof(execution: Execution) -> None:
    """From the request on it is stopping; once it has ended, when the stream was closed and what came after."""
    asked = replace(execution, cancel_requested_at=START)
    facts = ExecutionView.of(asked)
    assert (facts.is_stopping, facts.stop_requested_at) == (True, "2026-01-02T03:04:05.000Z")
    proof = {"closed_after_ms": 4, "characters_after": 7}
    facts = ExecutionView.of(replace(asked, status=Status.CANCELLED, finished_at=START, meta={"stop": proof}))
    assert (facts.is_stopping, facts.stop_closed_text, facts.stop_characters) == (False, "4 ms", 7)


def test_a_stop_of_calls_says_which_servers_were_told(execution: Execution) -> None:
    """Where no stream was open none is spoken of; a proof from before such calls were told had one."""
    calls = [{"server": "time", "tool": f"t{n}", "is_told": n < 7} for n in range(8)]
    proof = {"closed_after_ms": 4, "characters_after": 0, "calls": calls, "has_stream": False}
    facts = ExecutionView.of(replace(execution, status=Status.CANCELLED, finished_at=START, meta={"stop": proof}))
    assert facts.stop_told == "time__t0, time__t1, time__t2, time__t3, time__t4 … (7)"
    assert (facts.stop_untold, facts.stop_had_stream) == ("time__t7", False)
    old = replace(execution, status=Status.CANCELLED, meta={"stop": {"closed_after_ms": 4, "characters_after": 7}})
    facts = ExecutionView.of(old)
    assert (facts.stop_told, facts.stop_untold, facts.stop_had_stream) == ("", "", True)


def test_what_was_cancelled_before_it_began_closed_no_stream(execution: Execution) -> None:
    """There was none: no time is invented."""
    cancelled = replace(execution, status=Status.CANCELLED, cancel_requested_at=START, started_at=None)
    facts = ExecutionView.of(cancelled)
    assert (facts.stop_requested_at != "", facts.stop_closed_text, facts.started_at) == (True, "", "")


def test_a_call_that_was_cut_off_shows_what_was_counted(execution: Execution) -> None:
    """The provider tells its figures at the end, which never came."""
    facts = ExecutionView.of(replace(execution, status=Status.CANCELLED, finished_at=START))
    assert (facts.tokens_text, facts.is_partial) == ("1,200 / 12", True)


def test_what_it_repeats_and_its_retries_are_told(execution: Execution) -> None:
    """For the links, and for what it ran with."""
    facts = ExecutionView.of(replace(execution, rerun_of_id=2))
    assert (facts.rerun_of_id, facts.retries) == (2, 2)


def test_what_the_cache_saved_is_a_figure_of_its_own(execution: Execution) -> None:
    """Its tokens always; money only where prices are known, and something was saved."""
    paid = Usage(10, 5, 0, 12_000, 0.01, saved_usd=0.0324)
    facts = ExecutionView.of(replace(execution, usage=paid + Usage(1, 1, 0, 0, 0.01)))
    assert (facts.cached_text, facts.saved_text) == ("12,000", "$0.032")
    for usage, cached in ((Usage(1, 1, 4_000, 0, 0.01, saved_usd=-0.002), ""), (Usage(1, 1, 0, 7), "7")):
        shown = ExecutionView.of(replace(execution, usage=usage))
        assert (shown.cached_text, shown.saved_text) == (cached, "")


def test_a_cost_by_the_hub_s_own_prices_is_marked(execution: Execution) -> None:
    """And summed with one by published prices, the sum is too."""
    own, published = Usage(1, 1, cost_usd=0.5, is_own_price=True), Usage(1, 1, cost_usd=0.25)
    assert ExecutionView.of(replace(execution, usage=own + published)).is_own_price
    assert not ExecutionView.of(replace(execution, usage=published)).is_own_price

"""The rules of an agent that acts: what its rows say of limits and loops, and what its model gets to read."""

from typing import Any

import pytest

from execution_hub.domain.acting import (
    LOOP_ERROR,
    LOOP_STOP,
    acts,
    answers,
    cut_result,
    limit_of,
    repeats,
    result_text,
    turns_of,
    usage_of,
)
from execution_hub.domain.agent import AgentDefinition
from execution_hub.domain.call import Call, CallKind, CallStatus, Resolution
from execution_hub.domain.tool_choice import ToolChoice
from execution_hub.domain.usage import UNKNOWN, Usage
from execution_hub.errors import BudgetUnknown

DONE = CallStatus.SUCCEEDED
USED = Usage(10, 5, cost_usd=0.1)


def agent(**values: Any) -> AgentDefinition:
    return AgentDefinition("A", "m", "", 100, **values)


def turn(number: int, *ids: str, usage: Usage = USED) -> Call:
    blocks = tuple({"type": "tool_use", "id": each, "name": "s__t", "input": {}} for each in ids)
    return Call(number, CallKind.TURN, status=DONE, blocks=blocks, usage=usage)


def tool(number: int, result: str | None = "r", **values: Any) -> Call:
    given = {"status": DONE, "server": "s", "tool": "t", "arguments": {"a": 1}, **values}
    return Call(number, CallKind.TOOL, tool_use_id=f"t{number}", result=result, **given)


def test_rows_make_turns_with_what_each_asked_for() -> None:
    """Calls belong to the turn before them; a turn without any is an answer."""
    first, last = turns_of([turn(1, "t2", "t3"), tool(2), tool(3, status=CallStatus.WAITING), turn(4)])
    assert [call.number for call in first.tools] == [2, 3]
    assert (first.is_answer, first.is_settled, last.is_answer) == (False, False, True)
    assert answers([first, last]) == [last]
    assert usage_of([turn(1), tool(2), turn(3)]).output_tokens == 10


@pytest.mark.parametrize(
    ("status", "resolved", "is_settled"),
    [
        (CallStatus.DENIED, None, True),
        (CallStatus.UNKNOWN, None, False),
        (CallStatus.UNKNOWN, Resolution.TELL_AGENT, True),
        (CallStatus.PENDING, Resolution.RUN_AGAIN, False),
    ],
)
def test_an_unknown_call_is_settled_once_the_agent_is_to_be_told(
    status: CallStatus, resolved: Resolution | None, is_settled: bool
) -> None:
    """What a person has yet to say, or what is to run again, is not."""
    (found,) = turns_of([turn(1, "t2"), tool(2, None, status=status, resolved=resolved)])
    assert found.is_settled is is_settled


@pytest.mark.parametrize(
    ("values", "limit"),
    [
        ({}, None),
        ({"max_turns": 2}, "max_turns"),
        ({"max_turns": 3}, None),
        ({"max_total_tokens": 30}, "max_total_tokens"),
        ({"max_total_tokens": 31}, None),
        ({"max_cost_usd": 0.2}, "max_cost_usd"),
        ({"max_cost_usd": 0.3}, None),
    ],
)
def test_a_limit_is_reached_by_what_the_turns_used(values: dict[str, Any], limit: str | None) -> None:
    """Two turns of 15 tokens and 10 cents each."""
    assert limit_of(agent(**values), turns_of([turn(1, "t2"), tool(2), turn(3, "t4"), tool(4)])) == limit


def test_calls_past_the_limit_have_no_row() -> None:
    """A turn that asked for more than it got rows for has reached the limit of calls."""
    assert limit_of(agent(), turns_of([turn(1, "t2", "t3"), tool(2)])) == "max_tool_calls"


@pytest.mark.parametrize("values", [{"max_total_tokens": 100}, {"max_cost_usd": 1.0}])
def test_a_budget_of_what_nobody_told_cannot_be_kept(values: dict[str, Any]) -> None:
    """Unknown is not zero."""
    with pytest.raises(BudgetUnknown, match=next(iter(values))):
        limit_of(agent(**values), turns_of([turn(1, "t2", usage=UNKNOWN), tool(2)]))


def test_a_loop_is_the_same_call_with_the_same_result() -> None:
    """Counted over all turns; another result, or other arguments, are another thing."""
    same = [call for n in range(1, 2 * LOOP_STOP, 2) for call in (turn(n, f"t{n + 1}"), tool(n + 1))]
    assert list(repeats(turns_of(same)).values()) == [1, 2, 3, 4, 5]
    assert limit_of(agent(), turns_of(same)) == "loop"
    assert limit_of(agent(), turns_of(same[:-2])) is None
    other = [turn(1, "t2", "t3", "t4"), tool(2), tool(3, "other"), tool(4, arguments={"a": 2})]
    assert set(repeats(turns_of(other)).values()) == {1}


def test_what_the_model_reads_of_a_call() -> None:
    """Its result; why there is none; that a person changed, refused or did not know."""
    assert result_text(tool(2), 1, 100) == ("r", False)
    text, is_error = result_text(tool(2), LOOP_ERROR, 100)
    assert is_error and "3 times" in text
    text, is_error = result_text(tool(2, None, status=CallStatus.DENIED, comment="Too dear."), 0, 100)
    assert is_error and "refused" in text and "Too dear." in text
    text, is_error = result_text(tool(2, None, status=CallStatus.UNKNOWN), 0, 100)
    assert is_error and "Nobody knows" in text
    text, is_error = result_text(tool(2, asked_arguments={"a": 9}), 1, 100)
    assert not is_error and '{"a": 1}' in text and text.endswith("r")


@pytest.mark.parametrize("most", [1, 2, 3, 10, 99])
def test_a_cut_result_keeps_both_ends(most: int) -> None:
    """As many characters as it may, in order; and the word between says how many are missing."""
    whole = "".join(chr(0x4E00 + n) for n in range(100))
    text, is_cut = cut_result(whole, 100, most)
    head, note, tail = text.split("\n")
    assert is_cut and len(head + tail) == most
    assert whole.startswith(head) and whole.endswith(tail)
    assert f"{100 - most} of 100" in note
    assert cut_result(whole, 100, 100) == (whole, False)


def test_a_result_of_which_the_hub_kept_a_part_says_so() -> None:
    """Even where what is kept would fit."""
    text, is_cut = cut_result("a" * 10, 5_000_000, 100)
    assert is_cut and "the hub keeps no more" in text and text.startswith("a" * 7)


def test_who_acts() -> None:
    """Who has a tool that may be called, or an answer to check."""
    never = ToolChoice("s", "t", "never")
    assert not acts(agent()) and not acts(agent(tools=(never,)))
    assert acts(agent(tools=(never, ToolChoice("s", "u")))) and acts(agent(output_schema={}))

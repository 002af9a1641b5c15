"""What a page shows of turns and calls."""

import json
from datetime import timedelta
from typing import Any

import pytest

from execution_hub.domain.call import Call, CallStatus, Resolution
from execution_hub.views.call_arguments import VALUE_SHOWN, ArgumentsError, read_arguments, write_arguments
from execution_hub.views.calls import ROWS_SHOWN, TEXT_SHOWN, CallView, WholeCall
from execution_hub.views.conversation import BARS_SHOWN, TURNS_SHOWN, Conversation, Limits
from tests.support.acting import tool, turn
from tests.support.executions import AT

DONE = CallStatus.SUCCEEDED


def talk(*calls: Call) -> Conversation:
    """Return a conversation with these calls."""
    found = Conversation()
    found.take(calls)
    return found


def test_calls_belong_to_the_turn_before_them() -> None:
    """In the order of their numbers, whatever order they come in."""
    first, last = talk(tool(3, "b", {}, DONE), turn(4), tool(2, "a", {}, DONE), turn(1, "I look.")).turns
    assert (first.place, first.texts, [call.tool for call in first.calls]) == (1, ["I look."], ["a", "b"])
    assert (last.place, last.number, last.calls) == (2, 4, [])


def test_the_answer_is_not_shown_twice() -> None:
    """The text of the last turn is the output; once it calls a tool, or another turn follows, it is the turn's."""
    assert talk(turn(1, "It is ten.")).turns[0].texts == []
    assert talk(turn(1, "It is ten.")).turns[0].is_answer
    called = talk(turn(1, "I look."), tool(2, "clock", {}, CallStatus.RUNNING)).turns[0]
    assert (called.texts, called.is_answer) == (["I look."], False)
    assert talk(turn(1, "no JSON"), turn(2, note="Answer in JSON.")).turns[0].texts == ["no JSON"]


def test_what_has_not_changed_stays_the_same_object() -> None:
    """So that a page with many turns is sent, compares and draws only what moved."""
    conversation = talk(turn(1), tool(2, "a", {}, DONE), turn(3), tool(4, "b", {}, CallStatus.RUNNING))
    before = conversation.turns
    conversation.take([tool(4, "b", {}, DONE, result="ok")])
    assert conversation.turns[0] is before[0]
    assert conversation.turns[1].calls[0].status == "succeeded"


def test_it_says_how_far_the_agent_is() -> None:
    """Turns and calls with their limits, the cost of all turns, and what asks for a person."""
    calls = [turn(1), tool(2, "clock", {}, DONE), turn(3), tool(4, "mail", {}, CallStatus.WAITING)]
    acting = talk(*calls, tool(5, "pay", {}, CallStatus.UNKNOWN)).acting(Limits.of({"max_turns": 10}))
    assert (acting.turn, acting.turns, acting.call, acting.calls) == (2, 10, 3, 0)
    assert acting.cost_text == "$0.0062"
    assert (acting.asks, acting.asks_number, acting.asks_tool) == (2, 4, "mail")
    assert talk(*calls).asking == ["mail"]
    assert (acting.at, talk(*calls, tool(6, "slow", {}, CallStatus.RUNNING)).acting().at) == (0, 6)
    assert not talk(turn(1)).acting().is_shown


@pytest.mark.parametrize(
    ("call", "needs"),
    [
        (tool(1, "a", {}, CallStatus.WAITING), "approve"),
        (tool(1, "a", {}, CallStatus.UNKNOWN), "resolve"),
        (tool(1, "a", {}, CallStatus.UNKNOWN, resolved=Resolution.TELL_AGENT), ""),
        (tool(1, "a", {}, CallStatus.RUNNING), ""),
    ],
)
def test_a_card_asks_only_what_is_open(call: Call, needs: str) -> None:
    """An unknown call that somebody has decided about asks no more."""
    assert CallView.of(call).needs == needs


def test_a_question_that_comes_again_is_another_one() -> None:
    """Who has answered an unknown call, whose process died again, is asked again."""
    asks = [CallView.of(tool(1, "a", {}, CallStatus.UNKNOWN, attempt=attempt)).ask for attempt in (1, 2)]
    assert asks[0] != asks[1]


def test_arguments_are_rows_that_show_what_hides() -> None:
    """Texts as they are, all else as JSON; what turns letters around or shows nothing is written out."""
    rows = CallView.of(tool(1, "a", {"to": "pay \u202eevE", "n": [1, True], "tag\u200b": ""}, DONE)).rows
    assert [(row.name, row.value, row.is_text) for row in rows] == [
        ("to", "pay ⟨U+202E⟩evE", True),
        ("n", "[1, true]", False),
        ("tag⟨U+200B⟩", "", True),
    ]


def test_what_is_long_is_bounded() -> None:
    """Of a million characters and a thousand arguments a page is sent little, and told how much is left out."""
    arguments: dict[str, Any] = {f"a{n}": "x" * 1_000_000 if n == 0 else n for n in range(1_000)}
    view = CallView.of(tool(1, "a", arguments, DONE, result="y" * 200, result_chars=5_000_000))
    assert (len(view.rows), view.rows_more) == (ROWS_SHOWN, 1_000 - ROWS_SHOWN)
    assert (len(view.rows[0].value), view.rows[0].more) == (VALUE_SHOWN, f"{1_000_000 - VALUE_SHOWN:,}")
    assert view.size_text == "5,000,000"
    assert len(json.dumps(view.brief)) < 400
    spoken = talk(turn(1, "z" * (TEXT_SHOWN + 1)), turn(2)).turns[0]
    assert (len(spoken.texts[0]), spoken.is_text_cut) == (TEXT_SHOWN, True)


def test_many_turns_come_in_chunks() -> None:
    """A page is told how many earlier ones there are; the timeline keeps the newest."""
    conversation = talk(*(turn(number, finished_at=AT, started_at=AT) for number in range(1, 201)))
    assert conversation.acting().earlier == 200 - 1 - TURNS_SHOWN
    bars = conversation.bars()
    assert (len(bars), bars[-1].name) == (BARS_SHOWN, "200")


def test_the_timeline_has_turns_and_calls() -> None:
    """A turn by its place, a call by its tool; what has not begun to run has no bar yet, unless it is open."""
    later = AT + timedelta(seconds=2)
    bars = talk(
        turn(1, started_at=AT, finished_at=later), tool(2, "clock", {}, CallStatus.RUNNING, started_at=later)
    ).bars()
    assert [(bar.type, bar.name, bar.status, bar.duration_text) for bar in bars] == [
        ("turn", "1", "succeeded", "2.0 s"),
        ("tool", "clock", "running", ""),
    ]


def test_edited_arguments_are_what_was_asked_for_unless_changed() -> None:
    """What hides is written as an escape, and read back as it was; the rest stays readable."""
    arguments = {"city": "Tromsø", "evil": "a\u202eb\U000e0041", "n": 1.5}
    text = write_arguments(arguments)
    assert "Tromsø" in text
    assert "\\u202e" in text
    assert read_arguments(text) == arguments


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a": 1,}', (1, 9)),
        ("", (1, 1)),
        ("[1]", (0, 0)),
        ('"a"', (0, 0)),
        ('{"a": NaN}', (1, 1)),
        ('{"a": "\\ud800"}', (1, 1)),
        ("[" * 100_000, (1, 1)),
    ],
)
def test_no_arguments_are_told_with_their_place(text: str, place: tuple[int, int]) -> None:
    """No JSON, no object, and what JSON or a database does not hold."""
    with pytest.raises(ArgumentsError) as caught:
        read_arguments(text)
    assert (caught.value.line, caught.value.column) == place


def test_a_whole_call_holds_what_is_unfolded() -> None:
    """The result and all arguments of a tool; the text and the thinking of a turn."""
    whole = WholeCall.of(tool(1, "a", {"n": 1}, DONE, result="r" * 5, result_chars=9, asked_arguments={"n": 2}))
    assert (json.loads(whole.arguments), json.loads(whole.asked), whole.texts) == ({"n": 1}, {"n": 2}, ["rrrrr"])
    assert whole.is_kept_cut
    blocks = ({"type": "thinking", "thinking": "Hm.", "signature": "s"}, {"type": "redacted_thinking", "data": "x"})
    spoken = WholeCall.of(turn(1, "Ten.", blocks=blocks))
    assert (spoken.thinking, spoken.texts, spoken.arguments) == ("Hm.", ["Ten."], "")

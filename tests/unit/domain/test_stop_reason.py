"""Why a model stopped, and what that makes of its answer."""

import pytest

from execution_hub import errors
from execution_hub.domain.stop_reason import FAIL, MARK, Ending, is_cut, readable

WHOLE = ("end_turn", "stop_sequence")
CUT = ("max_tokens", "model_context_window_exceeded", "pause_turn", "unknown", "a_reason_of_tomorrow")
BLANK = ("", " ", "\n\t", "\u3000\u00a0", "\u200b", "\ufeff \u200e")


@pytest.mark.parametrize("reason", WHOLE)
@pytest.mark.parametrize("on_cut", [MARK, FAIL])
def test_what_ended_by_itself_is_whole(reason: str, on_cut: str) -> None:
    """Whatever the agent wants of cut answers."""
    ending = Ending(reason, "Yes.")
    assert not ending.is_cut
    assert ending.fault(on_cut, 64) is None


@pytest.mark.parametrize("reason", CUT)
def test_what_something_else_ended_is_cut_and_marked_or_fails(reason: str) -> None:
    """Of a reason that nobody here knows nobody can say that the answer is whole."""
    ending = Ending(reason, "Yes and")
    assert ending.is_cut
    assert ending.fault(MARK, 64) is None
    assert isinstance(ending.fault(FAIL, 64), errors.CutOff)


def test_the_words_name_the_limit_and_the_fix() -> None:
    """Of a cut answer that fails, and of one that has no text at all."""
    for text in ("Yes and", ""):
        fault = Ending("max_tokens", text).fault(FAIL, 4_096)
        assert fault is not None
        assert "cut at max_tokens 4096: raise the agent's limit" in fault.message


@pytest.mark.parametrize("reason", [*WHOLE, *CUT])
@pytest.mark.parametrize("text", BLANK)
def test_an_answer_that_shows_nothing_is_none(reason: str, text: str) -> None:
    """Empty, white space of any script, or only characters that cannot be seen; thinking is no answer either."""
    fault = Ending(reason, text).fault(MARK, 64)
    assert isinstance(fault, errors.NoAnswer)
    assert fault.code == "no_answer"


def test_a_tool_call_that_nobody_answers_is_no_answer() -> None:
    """Even with words before it: they announce an answer. The tool is named."""
    for text in ("Let me look.", ""):
        fault = Ending("tool_use", text, ("look_up", "look_up")).fault(MARK, 64)
        assert isinstance(fault, errors.NoAnswer)
        assert "asked for a tool look_up instead" in fault.message
    assert not is_cut("tool_use"), "no limit ended it"


def test_a_tool_call_that_the_limit_cut_is_no_answer_and_says_both() -> None:
    """The tool and the limit are named."""
    fault = Ending("max_tokens", "Let me look.", ("look_up",)).fault(MARK, 64)
    assert isinstance(fault, errors.NoAnswer)
    assert "look_up" in fault.message
    assert "max_tokens 64" in fault.message


def test_a_refusal_fails_with_what_the_provider_says() -> None:
    """It is none of ours to judge, and no limit cut it."""
    ending = Ending("refusal", "I", words="Something harmful.")
    fault = ending.fault(MARK, 64)
    assert isinstance(fault, errors.Refused)
    assert "Something harmful." in fault.message
    assert not ending.is_cut


@pytest.mark.parametrize("reason", [None, "", "  ", 7, ["end_turn"]])
def test_a_stream_that_does_not_say_why_it_ended_is_not_taken_for_whole(reason: object) -> None:
    """Nothing is made up: the reason is `unknown`."""
    assert readable(reason) == "unknown"
    assert is_cut(readable(reason))


def test_a_reason_is_kept_short_and_on_one_line() -> None:
    """It comes from elsewhere, and goes into a column of 40 characters."""
    assert readable("x\n\x00" + "y" * 100) == "x \ufffd" + "y" * 37

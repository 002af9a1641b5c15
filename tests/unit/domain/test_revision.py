"""What an agent is told when its answer was sent back."""

from datetime import UTC, datetime

from execution_hub.domain.revision import with_remarks
from execution_hub.domain.step import Round, StepStatus
from execution_hub.domain.template_filters import RENDERED_MAX

AT = datetime(2026, 1, 2, tzinfo=UTC)


def past(number: int, output: str | None, remark: str) -> Round:
    """Return a round that is over."""
    return Round(number, StepStatus.SUCCEEDED, output, remark, AT)


def test_the_newest_answer_and_every_remark_on_this_input_follow_the_input() -> None:
    """In order; remarks from before a round that only followed others were about another input."""
    rounds = [past(1, "v1", "old"), past(2, "v2", ""), past(3, "v3", "Shorter."), past(4, "v4", "Kinder.")]
    text = with_remarks("Draft on bees", rounds)
    assert text.startswith("Draft on bees\n")
    places = [text.index(each) for each in ("v4", "Shorter.", "Kinder.", "Revise your answer.")]
    assert places == sorted(places)
    assert not any(each in text for each in ("v1", "v2", "v3", "old"))


def test_what_only_follows_others_is_asked_as_it_was() -> None:
    """Its own answer was about an input that is no more."""
    assert with_remarks("Print v2", [past(1, "Printed v1", "")]) == "Print v2"
    assert with_remarks("Print v1", []) == "Print v1"


def test_an_answer_that_does_not_fit_is_cut_and_says_so() -> None:
    """The input and the remark stay whole."""
    text = with_remarks("Draft", [past(1, "x" * (2 * RENDERED_MAX), "Shorter.")])
    assert len(text) == RENDERED_MAX
    assert "left out here" in text
    assert "Shorter." in text

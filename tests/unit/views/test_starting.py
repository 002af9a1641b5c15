"""Two quick clicks are one submission."""

from execution_hub.views.starting import DOUBLE_CLICK_SECONDS, SubmissionKey


def test_two_quick_clicks_go_under_one_key() -> None:
    """The same asked for again at once is the same submission."""
    first = SubmissionKey().next(1, "text", at=10.0)
    assert first.key
    assert first.next(1, "text", at=10.0 + DOUBLE_CLICK_SECONDS).key == first.key


def test_the_second_of_two_clicks_that_a_slow_hub_sees_late_goes_under_the_same_key() -> None:
    """It waits for the answer to the first: what counts is the time since that."""
    first = SubmissionKey().next(1, "text", at=10.0)
    answered = first.answered(at=20.0)
    assert answered.next(1, "text", at=20.1).key == first.key
    assert answered.next(1, "text", at=20.1 + DOUBLE_CLICK_SECONDS).key != first.key


def test_another_wish_or_a_later_one_goes_under_a_new_key() -> None:
    """Who changes the text, or asks again after a while, wants another execution."""
    first = SubmissionKey().next(1, "text", at=10.0)
    assert first.next(1, "other", at=10.1).key != first.key
    assert first.next(1, "text", at=10.1 + DOUBLE_CLICK_SECONDS).key != first.key

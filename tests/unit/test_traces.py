"""Spans, without anybody to send them to."""

from collections.abc import Iterator

import pytest

from execution_hub import traces
from execution_hub.traces import VALUE_MAX_BYTES, Place, Span


@pytest.fixture
def told() -> Iterator[list[Span]]:
    """Yield what is told."""
    found: list[Span] = []
    traces.begin("hub", found.append)
    yield found
    traces.end()


def test_ids_follow_from_the_hub_the_execution_and_the_part(told: list[Span]) -> None:
    place = traces.place_of(7)
    assert place == Place("hub-7") and place is not None
    step = place.part("step", "a", 1)
    assert (place.trace_id, place.span_id) == (Place("hub-7").trace_id, Place("hub-7").span_id)
    assert step.trace_id == place.trace_id and step.trace_id < 2**128 and step.span_id < 2**64
    assert step.span_id not in (place.span_id, place.part("step", "a", 2).span_id, place.part("step", "a1").span_id)
    assert Place("hub-8").trace_id != place.trace_id
    assert not told


def test_foreign_words_are_cut_and_stay_on_one_line(told: list[Span]) -> None:
    place = Place("hub-1")
    traces.tell("chat a\nb", place, None, 5, {"long": "x" * 9_999, "half": "\ud800", "odd": {}, "none": None, "n": 3})
    (span,) = told
    assert (span.name, span.began_ns) == ("chat a b", 5) and span.ended_ns > 5
    assert span.attributes == {"long": "x" * VALUE_MAX_BYTES, "half": "?", "odd": "{}", "n": 3}


def test_where_nobody_wants_them_there_is_no_place() -> None:
    assert traces.place_of(1) is None
    traces.tell("chat", Place("hub-1"), None, 0, {})
    with traces.inside(None):
        assert traces.current() is None

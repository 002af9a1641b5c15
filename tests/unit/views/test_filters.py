"""The dashboard's filters as words of its address."""

from datetime import UTC, datetime, timedelta

from execution_hub.views.filters import FilterWords

AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
SPAN = {"since": "2026-11-24T23:00:00.000Z", "until": "2026-11-25T23:00:00.000Z"}


def test_a_span_of_dates_is_kept_in_the_address_and_asked_for() -> None:
    """Half-open, as in the API's list; a day without a time begins at midnight, UTC."""
    words = FilterWords.of({**SPAN, "status": "failed"})
    assert FilterWords.of({"since": "2026-11-24", "status": "failed"}).where(AT).since == datetime(
        2026, 11, 24, tzinfo=UTC
    )
    where = words.where(AT)
    assert (where.since, where.until) == (
        datetime(2026, 11, 24, 23, tzinfo=UTC),
        datetime(2026, 11, 25, 23, tzinfo=UTC),
    )
    assert words.path(status="").startswith("/?since=2026-11-24T23%3A00%3A00.000Z&until=2026-11-25T23")


def test_a_span_that_is_no_time_is_left_out_and_one_that_ends_now_goes_before() -> None:
    """Words of an address may be anybody's."""
    assert FilterWords.of({"since": "yesterday", "until": "9" * 500}).is_empty
    words = FilterWords.of({**SPAN, "time": "1h"})
    assert (words.since, words.until) == ("", "")
    assert words.where(AT).since == AT - timedelta(hours=1)

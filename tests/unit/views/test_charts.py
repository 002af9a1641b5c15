"""What the dashboard's charts show: columns of hours or of the reader's days, and who used what."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from execution_hub.domain.status import Status
from execution_hub.live.trends import HOUR, Hour, hour_of
from execution_hub.store.figures import Sum
from execution_hub.views.charts import SPANS, USES_MAX, charts_of, hours_in, starts

PRESENT = datetime(2026, 5, 5, 2, 40, tzinfo=UTC)


def summed(agent_id: int | None, status: Status = Status.SUCCEEDED, count: int = 1, tokens: int = 10) -> Sum:
    """Return the sum of some executions, each of one dollar."""
    return Sum(agent_id, f"Was {agent_id}", status, count, tokens, float(count), False, False)


def test_a_day_is_the_readers_own() -> None:
    """Midnight in China is four in the afternoon in UTC; hours are hours everywhere."""
    assert starts("24h", PRESENT, 480) == [hour_of(PRESENT) - HOUR * back for back in range(23, -1, -1)]
    days = starts("7d", PRESENT, 480)
    assert (len(days), days[-1], days[0]) == (
        7,
        datetime(2026, 5, 4, 16, tzinfo=UTC),
        datetime(2026, 4, 28, 16, tzinfo=UTC),
    )
    assert starts("30d", PRESENT, 0)[-1] == datetime(2026, 5, 5, tzinfo=UTC)
    assert hours_in(days, PRESENT) == 6 * 24 + 11
    assert max(hours_in(starts(span, PRESENT, zone), PRESENT) for span in SPANS for zone in (-900, 0, 345, 900)) <= 720


def test_columns_hold_their_hours_and_lead_to_their_rows() -> None:
    """Each hour in one column; the last one still goes on."""
    begins = starts("7d", PRESENT, 0)
    hours = {
        begins[0]: Hour((summed(1), summed(1, Status.FAILED, 2)), Counter({1000: 3})),
        begins[1] - HOUR: Hour((summed(1),), Counter({5000: 1})),
        hour_of(PRESENT): Hour((summed(None, Status.RUNNING),)),
    }
    charts = charts_of("7d", begins, PRESENT, hours, {})
    first, last = charts.columns[0], charts.columns[-1]
    assert (first.counts, first.p50, first.p95_ms) == ({"succeeded": 2, "failed": 2}, "1.0 s", 5000)
    assert (last.counts, last.p50_ms, last.until) == ({"running": 1}, None, "2026-05-05T03:00:00.000Z")
    assert first.path == "/?since=2026-04-29T00%3A00%3A00.000Z&until=2026-04-30T00%3A00%3A00.000Z"
    assert [(name, count) for name, count, _ in charts.statuses] == [("succeeded", 2), ("failed", 2), ("running", 1)]
    assert (charts.total, charts.p95) == (5, "5.0 s")
    assert sum(sum(each.counts.values()) for each in charts.columns) == charts.total


def test_who_used_most_comes_first_and_many_are_one() -> None:
    """By the name of today; one that is deleted keeps its last; what is no test stands together."""
    sums = tuple(summed(number, tokens=number * 100) for number in range(1, USES_MAX + 4))
    hours = {hour_of(PRESENT): Hour((*sums, summed(None, tokens=50_000)))}
    uses = charts_of("24h", starts("24h", PRESENT, 0), PRESENT, hours, {8: "Writer"}).uses
    assert [each.name for each in uses] == ["", "Writer", "Was 7", "Was 6", "Was 5", ""]
    assert uses[0].path.startswith("/?type=workflow&")
    assert "agent_id=8" in uses[1].path
    assert (uses[-1].path, uses[-1].count, uses[-1].tokens_text, uses[-1].cost_text) == ("", 4, "1.0k", "$4.00")


def test_each_workflow_stands_for_itself_and_leads_to_its_runs() -> None:
    """By the name it ran under; those of workflows that are gone stand together."""
    runs = [replace(summed(None, tokens=100 * number), name=f"Flow {number}", workflow_id=number) for number in (1, 2)]
    hours = {hour_of(PRESENT): Hour((*runs, replace(runs[0], status=Status.FAILED), summed(None, tokens=50)))}
    uses = charts_of("24h", starts("24h", PRESENT, 0), PRESENT, hours, {}).uses
    assert [(each.name, each.tokens) for each in uses] == [("Flow 1", 200), ("Flow 2", 200), ("", 50)]
    assert [each.path.split("&since")[0] for each in uses] == [
        "/?type=workflow&workflow_id=1",
        "/?type=workflow&workflow_id=2",
        "/?type=workflow",
    ]


def test_nothing_is_nothing() -> None:
    charts = charts_of("30d", starts("30d", PRESENT, 0), PRESENT, {}, {})
    assert (charts.total, charts.p50, charts.uses, len(charts.columns)) == (0, "", [], 30)
    assert datetime.fromisoformat(charts.columns[0].until) - datetime.fromisoformat(
        charts.columns[0].since
    ) == timedelta(days=1)

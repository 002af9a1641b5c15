"""The runs of a suite over time, and the newest verdicts of agents, as pages show them."""

from datetime import timedelta

from execution_hub.domain.clock import now
from execution_hub.domain.verdict import TargetVerdict, Verdict
from execution_hub.views.suite_trend import DOTS, Trend, marks_by_version, trend_of, trends_by_suite


def verdict(execution_id: int, passed: int, *, suite: int = 1, version: int | None = 1) -> TargetVerdict:
    """Return the verdict of an agent in a run of ten cells."""
    found = Verdict(passed, 10 - passed, 0, 10, 0.9)
    return TargetVerdict(
        execution_id, 0, suite, 1, None, version, "m", found, f"Suite {suite}", now() - timedelta(days=1)
    )


def test_a_trend_has_the_last_verdicts_the_oldest_first() -> None:
    """And how many of them passed."""
    found = trend_of([verdict(n, 9 if n % 2 else 8) for n in range(20, 0, -1)])
    assert [each.execution_id for each in found.dots] == list(range(20 - DOTS + 1, 21))
    assert (found.newest.verdict, found.newest.text, found.passed) == ("failed", "8/10", DOTS // 2)
    assert found.at.endswith("Z")
    assert trend_of([]) == Trend()


def test_each_suite_has_a_trend_of_its_own() -> None:
    """The one that ran last comes first."""
    found = trends_by_suite([verdict(3, 9, suite=2), verdict(2, 0), verdict(1, 9, suite=2)])
    assert [(each.newest.suite, len(each.dots)) for each in found] == [("Suite 2", 2), ("Suite 1", 1)]


def test_a_version_has_the_newest_verdict_of_each_suite() -> None:
    """What was not saved has no version."""
    found = marks_by_version(
        [
            verdict(5, 9, version=2),
            verdict(4, 1, version=2),
            verdict(3, 1, suite=2, version=2),
            verdict(2, 9, version=None),
        ]
    )
    assert {version: [each.execution_id for each in marks] for version, marks in found.items()} == {"2": [5, 3]}

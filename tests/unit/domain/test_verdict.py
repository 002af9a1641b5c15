"""The verdict of a run: counted, with the interval that its few trials allow, and open until it is decided."""

import pytest

from execution_hub.domain.verdict import CellOutcome, Verdict, wilson


@pytest.mark.parametrize(
    ("passed", "total", "low", "high"),
    [
        # R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Stat. Med. 17 (1998), table I,
        # method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # All of them and none are each other's mirror; many trials come near to Wald's.
        (20, 20, 0.8389, 1.0),
        (5_000, 10_000, 0.4902, 0.5098),
    ],
)
def test_the_interval_is_wilsons(passed: int, total: int, low: float, high: float) -> None:
    assert wilson(passed, total) == pytest.approx((low, high), abs=5.1e-5)


def test_every_interval_holds_its_rate_and_is_as_wide_for_failures_as_for_passes() -> None:
    for total in (1, 2, 3, 10, 100):
        for passed in range(total + 1):
            low, high = wilson(passed, total)
            assert 0 <= low <= passed / total <= high <= 1
            assert wilson(total - passed, total) == pytest.approx((1 - high, 1 - low), abs=2e-6)


@pytest.mark.parametrize(
    ("passed", "failed", "errors", "total", "needed", "is_pass"),
    [
        (0, 0, 0, 0, 1.0, None),
        (0, 0, 0, 0, 0.0, None),
        (3, 0, 0, 3, 1.0, True),
        (2, 0, 0, 3, 1.0, None),
        (2, 1, 0, 3, 1.0, False),
        (2, 0, 1, 3, 1.0, False),
        # Decided before the end, either way.
        (9, 0, 0, 10, 0.9, True),
        (0, 2, 0, 10, 0.9, False),
        (8, 1, 0, 10, 0.9, None),
        (0, 0, 0, 5, 0.0, True),
        # Exactly as written: 0.1 of ten is one, 0.07 of a hundred seven, 0.29 of a hundred 29.
        (1, 9, 0, 10, 0.1, True),
        (7, 93, 0, 100, 0.07, True),
        (29, 71, 0, 100, 0.29, True),
        (28, 72, 0, 100, 0.29, False),
        (6_666, 3_334, 0, 10_000, 0.6666, True),
        (9_999, 1, 0, 10_000, 0.99995, False),
    ],
)
def test_a_run_passes_once_nothing_can_change_that(
    passed: int, failed: int, errors: int, total: int, needed: float, is_pass: bool | None
) -> None:
    verdict = Verdict(passed, failed, errors, total, needed)
    assert verdict.is_pass is is_pass
    told = verdict.as_json()
    assert told["pass_rate"] == (pytest.approx(passed / total, abs=1e-6) if total else None)


def test_the_interval_is_of_the_cells_that_have_an_outcome() -> None:
    """What was not run, or not yet, says nothing about how sure the rate is."""
    assert Verdict(9, 1, 0, 1_000).interval == wilson(9, 10)
    assert Verdict(0, 0, 2, 50).as_json()["interval"] == list(wilson(0, 2)), "an error has not passed"
    assert Verdict(3, 1, 1, 5).interval == wilson(3, 5)
    assert Verdict(0, 0, 0, 50).as_json()["interval"] is None
    assert Verdict(0, 0, 0, 0).interval is None


def test_a_run_that_was_cut_is_not_whole() -> None:
    assert Verdict(2, 1, 1, 4).is_whole
    assert not Verdict(2, 1, 0, 4).is_whole


def test_outcomes_are_counted() -> None:
    outcomes = [CellOutcome.PASSED, CellOutcome.ERROR, CellOutcome.PASSED, CellOutcome.FAILED]
    assert Verdict.of(iter(outcomes), 6, 0.5) == Verdict(2, 1, 1, 6, 0.5)

"""What comes of a case: its checks by weight, exactly as people wrote the numbers."""

import pytest

from execution_hub.domain.result import CheckResult, outcome_of


def results(*given: tuple[bool | None, float]) -> list[CheckResult]:
    """Return results of checks: whether each passed, and its weight."""
    return [CheckResult("is_json", passed, "", weight) for passed, weight in given]


YES, NO, OPEN = (True, 1.0), (False, 1.0), (None, 1.0)


@pytest.mark.parametrize(
    ("checks", "min_score", "outcome"),
    [
        ([], 1.0, "passed"),
        ([YES], 1.0, "passed"),
        ([NO], 1.0, "failed"),
        ([NO], 0.0, "passed"),
        ([OPEN], 1.0, "error"),
        ([OPEN], 0.0, "passed"),
        ([YES, NO, NO], 0.333333, "passed"),
        ([YES, NO, NO], 0.34, "failed"),
        # It hangs on what could not be looked at, or does not.
        ([YES, OPEN], 0.5, "passed"),
        ([NO, OPEN], 0.5, "error"),
        ([NO, NO, OPEN], 0.5, "failed"),
        # In binary, 0.1 + 0.2 is not 0.3.
        ([(True, 0.1), (True, 0.2), (False, 0.7)], 0.3, "passed"),
        ([(True, 0.7), (True, 0.1), (False, 0.2)], 0.8, "passed"),
        # A check of little weight is no check of none.
        ([(True, 1_000.0), (False, 0.0001)], 1.0, "failed"),
        ([(True, 1_000.0), (False, 5e-324)], 1.0, "failed"),
        ([(True, 1.0), (None, 1e-9)], 1.0, "error"),
    ],
)
def test_a_case_passes_by_the_weight_of_its_checks(
    checks: list[tuple[bool | None, float]], min_score: float, outcome: str
) -> None:
    assert outcome_of(results(*checks), min_score) == outcome


def test_a_result_of_a_check_is_stored_as_it_is_told() -> None:
    given = CheckResult("contains", True, "It is “x”.", 2.0, 7, "is", {"shown": "“x”"})
    assert CheckResult(**given.as_json()) == given

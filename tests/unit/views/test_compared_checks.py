"""The checks of a case in two runs, as a page shows them."""

from execution_hub.domain.result import CheckResult, Result
from execution_hub.domain.verdict import CellOutcome
from execution_hub.views.compared_checks import ComparedCheck, Looked, compared_checks

FIRST = (CheckResult("contains", True, "yes"), CheckResult("is_json", None, "?"))
SECOND = (CheckResult("contains", False, "no"), CheckResult("equals", True, "="))


def looked(checks: tuple[CheckResult, ...], *asked: dict[str, object]) -> Looked:
    """Return a cell with its checks."""
    return Looked(Result(0, 1, CellOutcome.PASSED, checks), asked)


def test_checks_of_both_runs_stand_beside_each_other() -> None:
    """Those whose type is another stand alone; what the second was asked is told."""
    first = looked(FIRST, {"type": "contains", "value": "84"}, {"type": "is_json"})
    second = looked(SECOND, {"type": "contains", "value": "85"}, {"type": "equals", "value": "="})
    assert compared_checks("en", first, second) == [
        ComparedCheck("contains", False, "85", "passed", "failed", "yes", "no", is_changed=True),
        ComparedCheck("is_json", False, "", "error", "", "?", ""),
        ComparedCheck("equals", False, "=", "", "passed", "", "="),
    ]
    assert compared_checks("en", Looked(), Looked()) == []


def test_a_check_and_its_opposite_are_not_beside_each_other() -> None:
    """That one passed and the other did not is no change of the answer."""
    first = looked(FIRST[:1], {"type": "contains", "value": "84"})
    second = looked(SECOND[:1], {"type": "contains", "value": "84", "not": True})
    assert [(each.is_not, each.first, each.second) for each in compared_checks("en", first, second)] == [
        (False, "passed", ""),
        (True, "", "failed"),
    ]

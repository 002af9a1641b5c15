"""How far judges and people agree, counted."""

import pytest

from execution_hub.domain.agreement import Agreement


def test_pairs_are_counted_by_who_lets_them_pass() -> None:
    found = Agreement.of([(True, True), (True, True), (True, False), (False, True), (False, False)])
    assert found == Agreement(both_right=2, both_wrong=1, only_judge=1, only_person=1)
    assert (found.total, found.rate) == (5, 0.6)


@pytest.mark.parametrize(
    ("agreement", "rate", "kappa"),
    [
        (Agreement(), None, None),
        # Both always say the same: by chance as well.
        (Agreement(both_right=4), 1.0, None),
        (Agreement(both_right=2, both_wrong=2), 1.0, 1.0),
        (Agreement(1, 1, 1, 1), 0.5, 0.0),
        (Agreement(only_judge=2, only_person=2), 0.0, -1.0),
        # Two by two tables of the literature: Cohen's own kind of example.
        (Agreement(20, 15, 5, 10), 0.7, 0.4),
        (Agreement(45, 15, 15, 25), 0.6, 0.130435),
    ],
)
def test_kappa_is_what_is_beyond_chance(agreement: Agreement, rate: float | None, kappa: float | None) -> None:
    assert (agreement.rate, agreement.kappa) == (rate, kappa)
    assert (agreement.as_json()["interval"] is None) is (rate is None)

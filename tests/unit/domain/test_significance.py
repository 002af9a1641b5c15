"""Whether a difference between two runs is more than chance."""

from itertools import product
from random import Random

import numpy as np
import pytest

from execution_hub.domain.significance import MCNEMAR, PAIRS_LEAST, PERMUTATION, chance_of

BETTER, WORSE, SAME = (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)


@pytest.mark.parametrize(
    ("better", "worse", "p_value"),
    # Twice the tail of the binomial distribution with one half, by hand: 2 * 2 ** -7; 2 * (1 + 12 + 66) * 2 ** -12.
    [(7, 0, 0.015625), (10, 2, 0.038574), (2, 10, 0.038574), (5, 5, 1.0), (1, 0, 1.0), (0, 0, 1.0)],
)
def test_single_outcomes_are_tested_exactly_by_mcnemar(better: int, worse: int, p_value: float) -> None:
    """Only cases that differ count; those that are the same say nothing."""
    found = chance_of([BETTER] * better + [WORSE] * worse + [SAME] * 30)
    assert (found.pairs, found.better, found.worse, found.test) == (better + worse + 30, better, worse, MCNEMAR)
    assert found.p_value == pytest.approx(p_value, abs=1e-6)
    assert found.is_more is (p_value < 0.05)


def test_of_too_few_cases_nothing_is_said() -> None:
    """Not even where all of them differ."""
    found = chance_of([WORSE] * (PAIRS_LEAST - 1))
    assert (found.test, found.p_value, found.is_more) == (None, None, None)
    assert chance_of([WORSE] * PAIRS_LEAST).is_more is True


def test_rates_over_repeats_are_tested_by_permutation() -> None:
    """As exactly as counting every exchange by hand does, and the same each time."""
    pairs = [(0.0, 1 / 3), (1 / 3, 1.0), (2 / 3, 1 / 3), (0.0, 2 / 3), (1 / 3, 2 / 3), (1.0, 1.0), (0.0, 1.0)]
    differences = [second - first for first, second in pairs]
    as_large = [
        abs(sum(sign * each for sign, each in zip(signs, differences, strict=True))) >= abs(sum(differences)) - 1e-9
        for signs in product((1, -1), repeat=len(differences))
    ]
    found = chance_of(pairs)
    assert (found.better, found.worse, found.test) == (5, 1, PERMUTATION)
    assert found.p_value == pytest.approx(sum(as_large) / len(as_large), abs=1e-6)


def test_rates_of_many_cases_are_tested_alike_every_time() -> None:
    """Too many exchanges to be counted: some of them are drawn, the same ones each time."""
    pairs = [(0.25, 0.75), (0.5, 0.25), (0.0, 0.25), (1.0, 0.75)] * 50
    found = chance_of(pairs)
    assert found == chance_of(pairs)
    assert found.p_value is not None
    assert 0.0001 <= found.p_value <= 0.05


@pytest.mark.parametrize(("better", "worse"), [(0, 1), (3, 3), (4, 17), (60, 41), (900, 1_100), (2_000, 0)])
def test_single_outcomes_are_tested_as_scipy_does(better: int, worse: int) -> None:
    """Which the hub does not load, nor any process of the tests but the one that needs it: a second and 215 MB."""
    from scipy.stats import binomtest

    found = chance_of([BETTER] * better + [WORSE] * worse + [SAME] * 6)
    assert found.p_value == pytest.approx(binomtest(better, better + worse, 0.5).pvalue, abs=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_rates_over_repeats_are_tested_as_scipy_does(seed: int) -> None:
    """Exactly where all exchanges are counted, and within what is drawn by chance where they are not."""
    from scipy.stats import permutation_test

    chance = Random(seed)
    count, repeats = (10, 3) if seed % 2 else (200, 2 + 3 * seed)
    rates = [tuple(chance.randint(0, repeats) / repeats for _ in range(2)) for _ in range(count)]
    pairs = [(first, min(1.0, second + chance.choice((0, 1 / repeats)))) for first, second in rates]
    by_scipy = permutation_test(
        tuple(np.array(side) for side in zip(*pairs, strict=True)),
        lambda first, second, axis=-1: np.sum(second - first, axis=axis),
        permutation_type="samples",
        vectorized=True,
        rng=np.random.default_rng(seed),
    )
    found = chance_of(pairs)
    assert found.p_value == pytest.approx(float(by_scipy.pvalue), abs=0.02 if count > 10 else 1e-6)

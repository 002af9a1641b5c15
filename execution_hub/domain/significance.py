"""Whether a difference between two runs is more than chance: paired tests. Pure.

SciPy has both tests, in 215 MB that take more than a second to load. What is needed of it are the few lines below; the
tests hold them against it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import comb
from random import Random
from typing import Any

MCNEMAR = "mcnemar"
PERMUTATION = "permutation"
# What comes by chance less often than this is taken for more than chance.
LEVEL = 0.05
# Of fewer pairs even the clearest outcome comes by chance more often than LEVEL: twice 0.5 to the fifth.
PAIRS_LEAST = 6
_RESAMPLES = 9_999
# The same runs give the same answer.
_SEED = 15
_DIGITS = 6
# Rates of the same size, and sums of the same rates in another order, are the same but for rounding.
_SIZE_DIGITS = 12
_ROUNDING = 1e-8


@dataclass(frozen=True, slots=True)
class Chance:
    """How two runs differ on the cases that both have, and how often chance alone does as much.

    Attributes:
        pairs: How many cases were compared.
        better: How many of them passed more often in the second.
        worse: How many passed less often there.
        test: Which test was made: `mcnemar` (exact) where each case passed or not, `permutation` where it has a rate;
            None where there are too few cases for any.
        p_value: How often a difference at least as large comes by chance, 0 to 1; None without a test.
    """

    pairs: int
    better: int
    worse: int
    test: str | None = None
    p_value: float | None = None

    @property
    def is_more(self) -> bool | None:
        """Whether the difference is more than chance; None where nobody can say."""
        return None if self.p_value is None else self.p_value < LEVEL

    def as_json(self) -> dict[str, Any]:
        """Return it as on the wire."""
        names = ("pairs", "better", "worse", "test", "p_value")
        return {**{name: getattr(self, name) for name in names}, "is_more_than_chance": self.is_more}


def chance_of(pairs: Sequence[tuple[float, float]]) -> Chance:
    """Test the rates of cases in two runs.

    Args:
        pairs: For each case the share that passed in the first run and in the second, 0 to 1.

    >>> chance_of([(1.0, 0.0)] * 3)
    Chance(pairs=3, better=0, worse=3, test=None, p_value=None)
    """
    differing = [(first, second) for first, second in pairs if first != second]
    better = sum(second > first for first, second in differing)
    worse = len(differing) - better
    if len(pairs) < PAIRS_LEAST:
        return Chance(len(pairs), better, worse)
    is_single = all(rate in (0.0, 1.0) for pair in pairs for rate in pair)
    p_value = 1.0
    if differing:
        p_value = _mcnemar(better, worse) if is_single else _permutation(second - first for first, second in differing)
    return Chance(len(pairs), better, worse, MCNEMAR if is_single else PERMUTATION, round(p_value, _DIGITS))


def _mcnemar(better: int, worse: int) -> float:
    """Exact: of cases that differ, each is as likely to be better as worse."""
    count = better + worse
    as_few = sum(comb(count, each) for each in range(min(better, worse) + 1))
    # Whole numbers to the end: there are more ways than the largest float.
    return min(1.0, float(Fraction(2 * as_few, 2**count)))


def _permutation(differences: Iterable[float]) -> float:
    """Exchange the rates within pairs, which turns a difference round: in all ways where those are few, else in many.

    Differences of the same size are exchanged together: how many of them are turned round is how many of so many random
    bits are set.
    """
    found = list(differences)
    least = abs(sum(found)) - _ROUNDING
    if 2 ** len(found) <= _RESAMPLES:
        ways = [sum(way) for way in product(*((each, -each) for each in found))]
        return sum(abs(each) >= least for each in ways) / len(ways)
    chance = Random(_SEED)  # noqa: S311 - it draws samples, and keeps no secret
    sizes = Counter(round(abs(each), _SIZE_DIGITS) for each in found).items()
    as_large = 0
    for _ in range(_RESAMPLES):
        way = sum(size * (2 * chance.getrandbits(count).bit_count() - count) for size, count in sizes)
        as_large += abs(way) >= least
    # What was found is one of the ways itself.
    return (as_large + 1) / (_RESAMPLES + 1)

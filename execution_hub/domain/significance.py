"""Whether a difference between two runs is more than chance: paired tests, by SciPy. Pure.

SciPy takes half a second and 90 MB to load: only the processes of the pool need it, and it is loaded there when it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MCNEMAR = "mcnemar"
PERMUTATION = "permutation"
# What comes by chance less often than this is taken for more than chance.
LEVEL = 0.05
# Of fewer pairs even the clearest outcome comes by chance more often than LEVEL: twice 0.5 to the fifth.
PAIRS_LEAST = 6
_RESAMPLES = 9_999
# So many pairs times resamples are in memory at a time.
_AT_ONCE = 1_000_000
# The same runs give the same answer.
_SEED = 15
_DIGITS = 6


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
        p_value = _mcnemar(better, worse) if is_single else _permutation(differing)
    return Chance(len(pairs), better, worse, MCNEMAR if is_single else PERMUTATION, round(p_value, _DIGITS))


def _mcnemar(better: int, worse: int) -> float:
    """Exact: of cases that differ, each is as likely to be better as worse."""
    from scipy.stats import binomtest

    return float(binomtest(better, better + worse, 0.5).pvalue)


def _permutation(pairs: Sequence[tuple[float, float]]) -> float:
    """Exchange the rates within pairs: in all ways where those are few, else in many."""
    import numpy as np
    from scipy.stats import permutation_test

    def difference(first: Any, second: Any, axis: int = -1) -> Any:
        return np.sum(second - first, axis=axis)

    found = permutation_test(
        tuple(np.array(side) for side in zip(*pairs, strict=True)),
        difference,
        permutation_type="samples",
        vectorized=True,
        n_resamples=_RESAMPLES,
        batch=max(1, _AT_ONCE // len(pairs)),
        rng=np.random.default_rng(_SEED),
    )
    return float(found.pvalue)

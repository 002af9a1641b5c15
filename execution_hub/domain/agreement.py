"""How far judges and people agree about the same answers. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from execution_hub.domain.verdict import wilson

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Agreement:
    """What came of answers that a model has judged and a person has marked.

    Attributes:
        both_right, both_wrong: How many both see alike.
        only_judge, only_person: How many only the judge lets pass, and only the person finds right.
    """

    both_right: int = 0
    both_wrong: int = 0
    only_judge: int = 0
    only_person: int = 0

    @classmethod
    def of(cls, pairs: Iterable[tuple[bool, bool]]) -> Self:
        """Count pairs, each of whether a judge let an answer pass, and whether a person finds it right.

        >>> Agreement.of([(True, True), (True, False), (False, False)])
        Agreement(both_right=1, both_wrong=1, only_judge=1, only_person=0)
        """
        found = list(pairs)
        return cls(*(found.count(each) for each in ((True, True), (False, False), (True, False), (False, True))))

    @property
    def total(self) -> int:
        """How many there are."""
        return self.both_right + self.both_wrong + self.only_judge + self.only_person

    @property
    def rate(self) -> float | None:
        """The share both see alike, 0 to 1; None of nothing."""
        return round((self.both_right + self.both_wrong) / self.total, _DIGITS) if self.total else None

    @property
    def kappa(self) -> float | None:
        """How much more they agree than by chance: 1 for always, 0 for as chance has it; None where it tells nothing.

        J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960).

        >>> Agreement(20, 15, 5, 10).kappa
        0.4
        """
        if not self.total:
            return None
        by_judge = (self.both_right + self.only_judge) / self.total
        by_person = (self.both_right + self.only_person) / self.total
        chance = by_judge * by_person + (1 - by_judge) * (1 - by_person)
        # Where both say the same of everything, chance agrees as well.
        if chance >= 1:
            return None
        return round(((self.both_right + self.both_wrong) / self.total - chance) / (1 - chance), _DIGITS)

    def as_json(self) -> dict[str, Any]:
        """Return it as on the wire."""
        counts = {name: getattr(self, name) for name in Agreement.__dataclass_fields__}
        interval = list(wilson(self.both_right + self.both_wrong, self.total)) if self.total else None
        return {**counts, "total": self.total, "rate": self.rate, "interval": interval, "kappa": self.kappa}

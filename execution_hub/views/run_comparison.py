"""Two runs of a suite beside each other, as a page shows them. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from execution_hub.domain.case_turn import CaseTurn, Figures
from execution_hub.domain.comparison import Difference
from execution_hub.domain.difference import FieldDifference, folded, whole
from execution_hub.domain.formats import format_cost, format_count, format_duration
from execution_hub.domain.run_comparison import RunComparison, TargetPair
from execution_hub.domain.significance import Chance
from execution_hub.domain.verdict import CellOutcome
from execution_hub.views.comparison import signed, value_words

ROWS = 50
_CHANGED_CASES_MAX = 100


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure of both runs.

    Attributes:
        name: Which: `pass_rate`, `cost_usd`, `tokens`, `seconds`.
        first, second: In words; empty where nobody knows.
        more: By how much the second is more, with its sign; empty for nothing.
        tone: `good` where that is better, `bad` where it is worse, else empty.
    """

    name: str = ""
    first: str = ""
    second: str = ""
    more: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class ChanceView:
    """Whether two runs differ by more than chance.

    Attributes:
        kind: `more`, `chance`, `few` for too few cases, `same` where nothing differs; empty before that is known.
        pairs, better, worse: How many cases were compared, and went better and worse.
        is_rate: Whether cases have rates, of repeats, instead of one outcome each.
        in_hundred: In how many of 100 such pairs chance does as much; `<1` for hardly any.
    """

    kind: str = ""
    pairs: int = 0
    better: int = 0
    worse: int = 0
    is_rate: bool = False
    in_hundred: str = ""

    @classmethod
    def of(cls, chance: Chance | None) -> "ChanceView":
        """Take what is shown from a test."""
        if chance is None:
            return cls()
        kind = "more" if chance.is_more else "chance"
        if chance.p_value is None:
            kind = "few"
        elif not chance.better and not chance.worse:
            kind = "same"
        hundred = math.floor(100 * (chance.p_value or 0) + 0.5)
        words = str(hundred) if hundred else "<1"
        return cls(kind, chance.pairs, chance.better, chance.worse, chance.test == "permutation", words)


@dataclass(frozen=True, slots=True)
class SideView:
    """What came of a case in one of the runs.

    Attributes:
        outcome: `passed`, `failed` or `error`; empty where nothing came of it, `none` where it was not run.
        share: How many repeats passed, where there are several: `2/3`.
    """

    outcome: str = "none"
    share: str = ""


@dataclass(frozen=True, slots=True)
class TurnRow:
    """A case on a target in both runs.

    Attributes:
        key: What it is known by on the page.
        case: Its name.
        target: What it ran on.
        turn: How it went: a value of Turn.
        first, second: What came of it.
        is_changed: Whether the case itself is another.
        is_flaky: Whether repeats of one run came out differently.
        cost_more, seconds_more: By how much the second took more, with a sign; empty for nothing.
        first_id, second_id: The executions that are looked at first; 0 for none.
    """

    key: str = ""
    case: str = ""
    target: str = ""
    turn: str = ""
    first: SideView = SideView()
    second: SideView = SideView()
    is_changed: bool = False
    is_flaky: bool = False
    cost_more: str = ""
    seconds_more: str = ""
    first_id: int = 0
    second_id: int = 0


@dataclass(frozen=True, slots=True)
class TargetView:
    """A target of both runs.

    Attributes:
        name: What it is called.
        label: Its model, or both where they differ.
        is_alone: Whether only one of the runs has it.
        first_version, second_version: 0 where that is not known.
        first_rate, second_rate: How many cells passed in each, in words.
        chance: Whether it differs by more than chance.
        changed: What is another, field by field.
    """

    name: str = ""
    label: str = ""
    is_alone: bool = False
    first_version: int = 0
    second_version: int = 0
    first_rate: str = ""
    second_rate: str = ""
    chance: ChanceView = ChanceView()
    changed: list[FieldDifference] = field(default_factory=list)


def figure_views(figures: tuple[Figures, Figures]) -> list[FigureView]:
    """Return the figures of both runs."""
    first, second = figures
    return [
        _figure("pass_rate", first.pass_rate, second.pass_rate, _percent, is_more_good=True),
        _figure("cost_usd", first.cost_usd, second.cost_usd, format_cost),
        _figure("tokens", first.tokens, second.tokens, format_count),
        _figure("seconds", first.seconds, second.seconds, _seconds),
    ]


def _figure(name: str, first: Any, second: Any, write: Any, *, is_more_good: bool = False) -> FigureView:
    difference = None if first is None or second is None else second - first
    more = signed(difference, write)
    tone = "" if not more or difference is None else ("good" if (difference > 0) is is_more_good else "bad")
    return FigureView(name, _words(first, write), _words(second, write), more, tone)


def _words(figure: Any, write: Any) -> str:
    return "" if figure is None else str(write(figure))


def _percent(rate: float) -> str:
    return f"{100 * rate:.0f} %" if abs(100 * rate - round(100 * rate)) < 0.05 else f"{100 * rate:.1f} %"


def _seconds(seconds: float) -> str:
    return format_duration(round(1000 * seconds))


def rows_of(found: RunComparison, turn: str, count: int) -> tuple[list[TurnRow], bool]:
    """Return the first rows of the table, and whether there are more.

    Args:
        found: The comparison.
        turn: Only those that went so; empty for all.
        count: How many.
    """
    chosen = [each for each in found.cases if not turn or each.turn.value == turn]
    are_many = len(found.targets) > 1
    return [_row(each, found.targets, are_many=are_many) for each in chosen[:count]], len(chosen) > count


def _row(row: CaseTurn, targets: Sequence[TargetPair], *, are_many: bool) -> TurnRow:
    cost = _minus(_cost_of_one(row.second), _cost_of_one(row.first))
    seconds = _minus(row.second.seconds if row.second else None, row.first.seconds if row.first else None)
    first_id, second_id = next(((a or 0, b or 0) for a, b in row.executions), (0, 0))
    name = _name(targets[row.target]) if are_many else ""
    return TurnRow(
        f"{row.target}:{row.case}",
        row.case,
        name,
        row.turn.value,
        _side(row.first),
        _side(row.second),
        row.is_changed,
        any(each is not None and 0 < each.passed < each.total for each in (row.first, row.second)),
        signed(cost, format_cost),
        signed(seconds, _seconds),
        first_id,
        second_id,
    )


def _cost_of_one(figures: Figures | None) -> float | None:
    return figures.cost_usd / figures.total if figures and figures.total and figures.cost_usd is not None else None


def _minus(second: float | None, first: float | None) -> float | None:
    return None if second is None or first is None else round(second - first, 9)


def _side(figures: Figures | None) -> SideView:
    if figures is None:
        return SideView()
    if not figures.total:
        return SideView("")
    outcome = CellOutcome.PASSED if figures.is_pass else CellOutcome.FAILED
    if figures.errors and figures.passed + figures.errors == figures.total:
        outcome = CellOutcome.ERROR
    return SideView(outcome.value, f"{figures.passed}/{figures.total}" if figures.total > 1 else "")


def _name(pair: TargetPair) -> str:
    first, second = pair.names
    name = first if first == second or not second else second if not first else f"{first} → {second}"
    model = pair.models[1] or pair.models[0]
    return f"{name} · {model}" if model else name


def turn_counts(found: RunComparison) -> list[tuple[str, int]]:
    """Return how many cases went each way, those of which there are none left out."""
    return [(name, count) for name, count in found.counts().items() if count]


def target_views(found: RunComparison) -> list[TargetView]:
    """Return what was tested, and what of it changed."""
    return [_target(each) for each in found.targets]


def _target(pair: TargetPair) -> TargetView:
    first, second = pair.names
    names = dict.fromkeys(each for each in (first, second) if each)
    models = dict.fromkeys(each for each in pair.models if each)
    return TargetView(
        " → ".join(names),
        " → ".join(models),
        pair.first is None or pair.second is None,
        pair.versions[0] or 0,
        pair.versions[1] or 0,
        _share(pair.figures[0]),
        _share(pair.figures[1]),
        ChanceView.of(pair.chance),
        [_field(each) for each in pair.changed],
    )


def _share(figures: Figures) -> str:
    return f"{figures.passed}/{figures.total}" if figures.total else ""


def _field(difference: Difference) -> FieldDifference:
    if difference.texts:
        return FieldDifference(difference.field, folded(difference.texts[1].diff or []))
    return FieldDifference(difference.field, whole(*(f"{value_words(each)}\n" for each in difference.values)))


def changed_cases(found: RunComparison) -> list[tuple[str, list[str]]]:
    """Return the cases that are others, each with what of it is, the first ones."""
    return [(name, list(parts)) for name, parts in list(found.changed_cases.items())[:_CHANGED_CASES_MAX]]


def changed_settings(settings: Mapping[str, tuple[Any, ...]]) -> list[tuple[str, str, str]]:
    """Return what of the suite is another: its name, and both values."""
    return [(name, value_words(first) or "–", value_words(second) or "–") for name, (first, second) in settings.items()]

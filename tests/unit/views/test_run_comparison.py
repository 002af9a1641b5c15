"""Two runs of a suite, as a page shows them."""

import pytest

from execution_hub.domain.case_turn import CaseTurn, Figures, Turn
from execution_hub.domain.comparison import ComparedText, Difference
from execution_hub.domain.difference import Piece
from execution_hub.domain.run_comparison import RunComparison, TargetPair
from execution_hub.domain.significance import Chance
from execution_hub.views.run_comparison import (
    ChanceView,
    FigureView,
    SideView,
    figure_views,
    rows_of,
    target_views,
    turn_counts,
)

PASSED, FAILED = Figures(1, 0, 1, 0.002, 30, 1.0), Figures(0, 0, 1, 0.004, 30, 3.0)


def pair(**values: object) -> TargetPair:
    """Return a target of both runs."""
    given = {
        "first": 0,
        "second": 0,
        "names": ("A", "A"),
        "models": ("m", "m"),
        "versions": (1, 2),
        "figures": (PASSED, FAILED),
        "chance": Chance(1, 0, 1),
        "changed": (),
        **values,
    }
    return TargetPair(**given)  # type: ignore[arg-type]


def compared(*rows: CaseTurn, targets: tuple[TargetPair, ...] = (pair(),)) -> RunComparison:
    """Return a comparison."""
    return RunComparison((PASSED, FAILED), Chance(1, 0, 1), targets, rows, {}, {})


@pytest.mark.parametrize(
    ("chance", "kind", "in_hundred"),
    [
        (Chance(40, 7, 0, "mcnemar", 0.015625), "more", "2"),
        (Chance(40, 9, 1, "mcnemar", 0.0004), "more", "<1"),
        (Chance(40, 3, 2, "permutation", 1.0), "chance", "100"),
        (Chance(40, 0, 0, "mcnemar", 1.0), "same", "100"),
        (Chance(5, 5, 0), "few", "<1"),
        (None, "", ""),
    ],
)
def test_chance_is_told_in_a_hundred(chance: Chance | None, kind: str, in_hundred: str) -> None:
    """More than chance, maybe chance, too few cases, or nothing that differs."""
    found = ChanceView.of(chance)
    assert (found.kind, found.in_hundred) == (kind, in_hundred)


def test_a_figure_says_whether_more_is_better() -> None:
    """Of a pass rate more is, of what it takes less; what nobody knows is not compared."""
    first, second = Figures(9, 0, 10, 0.01, 1200, 2.0), Figures(7, 1, 10, 0.005, None, 2.0)
    assert figure_views((first, second)) == [
        FigureView("pass_rate", "90 %", "70 %", "−20 %", "bad"),
        FigureView("cost_usd", "$0.010", "$0.0050", "−$0.0050", "good"),
        FigureView("tokens", "1.2k", "", "", ""),
        FigureView("seconds", "2.0 s", "2.0 s", "", ""),
    ]


def test_a_row_tells_what_came_of_a_case_in_both() -> None:
    """With the share of repeats, the executions to look at first, and what it took more."""
    flaky = Figures(1, 0, 3, 0.006, 90, 1.0)
    rows = [
        CaseTurn("a", 0, Turn.REGRESSION, PASSED, FAILED, ((3, 7),)),
        CaseTurn("b", 0, Turn.OPEN, flaky, Figures(0, 0, 0), ((4, None),), is_changed=True),
        CaseTurn("c", 0, Turn.NEW, None, Figures(0, 1, 1), ((None, 9),)),
    ]
    (first, second, third), has_more = rows_of(compared(*rows), "", 3)
    assert not has_more
    assert (first.first, first.second, first.target) == (SideView("passed"), SideView("failed"), "")
    assert (first.cost_more, first.seconds_more, first.first_id, first.second_id) == ("+$0.0020", "+2.0 s", 3, 7)
    assert (second.first, second.second, second.second_id) == (SideView("failed", "1/3"), SideView(""), 0)
    assert (second.is_flaky, second.is_changed) == (True, True)
    assert (third.first, third.second) == (SideView(), SideView("error"))
    assert [each.case for each in rows_of(compared(*rows), "new", 3)[0]] == ["c"]
    assert rows_of(compared(*rows), "", 2)[1] is True
    assert turn_counts(compared(*rows)) == [("regression", 1), ("open", 1), ("new", 1)]


def test_of_many_targets_each_row_names_its_own() -> None:
    """With its model, and with both names where they differ."""
    targets = (pair(), pair(names=("B", "C"), models=("m", None)))
    rows = [CaseTurn("a", place, Turn.FIXED, FAILED, PASSED, ((1, 2),)) for place in (0, 1)]
    found = rows_of(compared(*rows, targets=targets), "", 9)[0]
    assert [(row.key, row.target) for row in found] == [("0:a", "A · m"), ("1:a", "B → C · m")]


def test_what_changed_of_a_target_is_told_field_by_field() -> None:
    """A text by its words, long equal parts left out; any other value as it was and as it is."""
    pieces = [
        Piece("same", "".join(f"line {n}\n" for n in range(9))),
        Piece("removed", "long"),
        Piece("added", "short"),
    ]
    texts = (ComparedText("…", is_whole=True), ComparedText("…", is_whole=True, diff=pieces))
    changed = (Difference("system_prompt", ("…", "…"), texts), Difference("max_tokens", (10, 20)))
    ((view),) = target_views(compared(targets=(pair(changed=changed),)))
    assert (view.name, view.label, view.is_alone) == ("A", "m", False)
    assert (view.first_rate, view.second_rate, view.first_version, view.second_version) == ("1/1", "0/1", 1, 2)
    prompt, tokens = view.changed
    assert [each.kind for each in prompt.pieces] == ["skipped", "same", "removed", "added"]
    assert [(each.kind, each.text) for each in tokens.pieces] == [("removed", "10\n"), ("added", "20\n")]

"""Two runs of a suite beside each other."""

from typing import Any

from execution_hub.domain.case_turn import CaseTurn, Figures, RanCell, Turn
from execution_hub.domain.run_comparison import RunComparison, Side, compare_runs
from execution_hub.domain.significance import Chance
from execution_hub.domain.verdict import CellOutcome

P, F, E = CellOutcome.PASSED, CellOutcome.FAILED, CellOutcome.ERROR
MARKS = {"+": P, "-": F, "!": E, "?": None}


def target(agent_id: int = 1, model: str = "m", **definition: Any) -> dict[str, Any]:
    """Return a target as a plan holds it."""
    return {
        "name": f"Agent {agent_id}",
        "agent_id": agent_id,
        "workflow_id": None,
        "agent_version": definition.pop("version", 1),
        "definition": {"model": model, **definition},
    }


def side(marks: dict[str, str], *targets: dict[str, Any], of: int | None = None, **plan: Any) -> Side:
    """Return a run of some cases: a mark for each repeat, the targets one after the other."""
    places = targets or (target(),)
    repeats = max((len(each) for each in marks.values()), default=0) // len(places)
    cells = [
        RanCell(
            case, place, repeat, 100 * case + 10 * place + repeat, MARKS[word[place * repeats + repeat]], 0.5, 10, 2
        )
        for case, word in enumerate(marks.values())
        for place in range(len(places))
        for repeat in range(repeats)
    ]
    cases = [{"name": name, "input": plan.pop(f"input_{name}", name), "checks": []} for name in marks]
    return Side({"targets": list(places), "cases": cases, "repeats": repeats, "pass_rate": 1.0, **plan}, cells, of)


def turns(found: RunComparison) -> list[tuple[str, str]]:
    """Return how each case went, as the table has them."""
    return [(row.case, row.turn.value) for row in found.cases]


def test_cases_are_matched_by_name_and_regressions_come_first() -> None:
    """Whatever their order in either run; what could not be judged has not passed."""
    first = side({"a": "+", "b": "-", "c": "-", "gone": "+", "d": "+", "e": "+", "open": "+"})
    second = side({"new": "+", "d": "+", "c": "!", "b": "+", "a": "-", "e": "!", "open": "?"})
    found = compare_runs(first, second)
    assert turns(found) == [
        ("a", "regression"),
        ("e", "regression"),
        ("b", "fixed"),
        ("c", "still_failing"),
        ("open", "open"),
        ("new", "new"),
        ("gone", "gone"),
        ("d", "still_passing"),
    ]
    assert found.counts() == dict.fromkeys(Turn, 1) | {Turn.REGRESSION: 2}
    assert found.cases[0].executions == ((0, 400),)
    assert found.chance == Chance(5, 1, 2)


def test_a_case_passes_where_all_its_repeats_do() -> None:
    """The repeat that came out differently is looked at first."""
    found = compare_runs(side({"a": "+++", "b": "+--"}), side({"a": "+-+", "b": "++-"}))
    assert turns(found) == [("a", "regression"), ("b", "still_failing")]
    (row, other) = found.cases
    assert row.executions == ((1, 1), (0, 0), (2, 2))
    assert (other.first, other.second) == (Figures(1, 0, 3, 1.5, 30, 2.0), Figures(2, 0, 3, 1.5, 30, 2.0))
    assert (found.chance.better, found.chance.worse) == (1, 1)


def test_targets_are_matched_by_agent_and_model_or_else_by_agent() -> None:
    """A model that was changed between the runs is a change, not another target."""
    first = side({"a": "++-"}, target(1, "m"), target(1, "n"), target(2, "m"))
    second = side({"a": "-++"}, target(3, "m"), target(1, "n"), target(1, "other", version=2))
    found = compare_runs(first, second)
    assert [(each.first, each.second) for each in found.targets] == [(0, 2), (1, 1), (2, None), (None, 0)]
    assert [(each.field, each.values) for each in found.targets[0].changed] == [("model", ("m", "other"))]
    assert (found.targets[0].versions, found.targets[2].chance) == ((1, 2), None)
    assert turns(found) == [("a", turn) for turn in ("new", "gone", "still_passing", "still_passing")]


def test_two_targets_of_one_run_are_compared_the_same_way() -> None:
    """Nothing of the others is in it."""
    both = target(1, system_prompt="Be long."), target(2, system_prompt="Be short.")
    marks = {f"{n}": "+-" for n in range(7)}
    found = compare_runs(side(marks, *both, of=0), side(marks, *both, of=1))
    assert [(each.first, each.second, each.names) for each in found.targets] == [(0, 1, ("Agent 1", "Agent 2"))]
    (changed,) = found.targets[0].changed
    assert (changed.field, changed.values) == ("system_prompt", ("Be long.", "Be short."))
    assert [(each.kind, each.text) for each in changed.texts[1].diff or ()] == [
        ("same", "Be "),
        ("removed", "long"),
        ("added", "short"),
        ("same", "."),
    ]
    assert compare_runs(side(marks, *both, of=0), side(marks, *both, of=1), is_marked=False).targets[0].changed[0].texts
    assert found.chance == found.targets[0].chance
    assert (found.figures[0].passed, found.figures[1].passed, found.chance.p_value) == (7, 0, 0.015625)


def test_what_changed_between_the_runs_is_told() -> None:
    """Of the cases and of the suite; what is the same is left out."""
    found = compare_runs(side({"a": "+", "b": "+"}), side({"a": "+", "b": "+"}, input_b="other", pass_rate=0.5))
    assert found.changed_cases == {"b": ("input",)}
    assert found.changed_settings == {"pass_rate": (1.0, 0.5)}
    assert [row.is_changed for row in found.cases] == [False, True]


def test_figures_of_what_nobody_knows_are_unknown() -> None:
    """Never nothing."""
    assert Figures.of([RanCell(0, 0, 0, 1, P)]) == Figures(1, 0, 1, None, None, None)
    assert Figures.of([]).pass_rate is None
    assert CaseTurn("a", 0, Turn.NEW, None, None, ()).as_json()["first"] is None

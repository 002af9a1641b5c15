"""What differs between two runs of a suite, or between two targets of one: cell by cell, regressions first. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from statistics import fmean
from typing import Any

from execution_hub.domain.case_turn import CaseTurn, Figures, RanCell, Turn, executions_of, turn_of
from execution_hub.domain.comparison import Difference, compared, differing, texts_of
from execution_hub.domain.difference import pieces_of_each, whole
from execution_hub.domain.significance import Chance, chance_of

_CASE_PARTS = ("input", "variables", "golden", "checks", "min_score")
_SETTINGS = ("repeats", "pass_rate", "max_cost_usd", "max_seconds")

Plan = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TargetPair:
    """A target of the first run beside its like in the second.

    Attributes:
        first, second: Their places in the plans; None where a run has none like it.
        names: What they are called there.
        models: Which models they ran on; None for a workflow.
        versions: Which saved version each was; None where that is not known.
        figures: What came of each, on all its cases.
        chance: Whether they differ by more than chance; None where one is missing.
        changed: What they did not both run with.
    """

    first: int | None
    second: int | None
    names: tuple[str, str]
    models: tuple[str | None, str | None]
    versions: tuple[int | None, int | None]
    figures: tuple[Figures, Figures]
    chance: Chance | None
    changed: tuple[Difference, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as on the wire."""
        return {
            "first": self.first,
            "second": self.second,
            "names": list(self.names),
            "models": list(self.models),
            "versions": list(self.versions),
            "figures": [each.as_json() for each in self.figures],
            "chance": self.chance and self.chance.as_json(),
            "changed": [each.as_json() for each in self.changed],
        }


@dataclass(frozen=True, slots=True)
class RunComparison:
    """Two runs beside each other.

    Attributes:
        figures: What came of each.
        chance: Whether they differ by more than chance, case by case.
        targets: What was tested.
        cases: Each case on each target, regressions first.
        changed_cases: What of the cases that both have is another, by the name of the case.
        changed_settings: What of the suite is another, by its name.
        counted: How many cases on targets went each way, where `cases` are only some of them.
    """

    figures: tuple[Figures, Figures]
    chance: Chance
    targets: tuple[TargetPair, ...]
    cases: tuple[CaseTurn, ...]
    changed_cases: Mapping[str, tuple[str, ...]]
    changed_settings: Mapping[str, tuple[Any, ...]]
    counted: Mapping[str, int] | None = None

    def counts(self) -> dict[str, int]:
        """Return how many cases on targets went each way."""
        if self.counted is not None:
            return dict(self.counted)
        turns = Counter(each.turn for each in self.cases)
        return {turn.value: turns[turn] for turn in Turn}

    def part(self, turn: str, most: int) -> "RunComparison":
        """Return it with only some of the cases, of which a page shows no more.

        Args:
            turn: Those that went so; empty for all.
            most: How many at most.
        """
        chosen = tuple(islice((each for each in self.cases if not turn or each.turn.value == turn), most))
        return replace(self, cases=chosen, counted=self.counts())

    def as_json(self) -> dict[str, Any]:
        """Return it as on the wire."""
        return {
            "chance": self.chance.as_json(),
            "counts": self.counts(),
            "targets": [each.as_json() for each in self.targets],
            "cases": [each.as_json() for each in self.cases],
            "changed_cases": {name: list(parts) for name, parts in self.changed_cases.items()},
            "changed_settings": {name: list(values) for name, values in self.changed_settings.items()},
        }


@dataclass(frozen=True, slots=True)
class Side:
    """One of the runs.

    Attributes:
        plan: What it was to do.
        cells: All that it was to do, and what came of it.
        target: The only target of it that is compared; None for all.
    """

    plan: Plan
    cells: Sequence[RanCell]
    target: int | None = None


def compare_runs(first: Side, second: Side, *, is_marked: bool = True) -> RunComparison:
    """Hold two runs against each other; with a target on each side only these.

    Args:
        first: One of them.
        second: The other.
        is_marked: Whether texts that differ are compared word by word, which may take long; else they are told whole.
    """
    pairs = _paired(first, second)
    changed = _changed_cases(first.plan, second.plan)
    cells = tuple(_by_place(side.cells) for side in (first, second))
    rows: list[CaseTurn] = []
    targets: list[TargetPair] = []
    for place, pair in enumerate(pairs):
        own = _turns(place, pair, (first, second), cells, changed)
        rows += own
        targets.append(_target_pair(pair, (first, second), own, is_marked=is_marked))
    order = {turn: place for place, turn in enumerate(Turn)}
    chosen = [[each for each in side.cells if side.target in (None, each.target)] for side in (first, second)]
    return RunComparison(
        (Figures.of(chosen[0]), Figures.of(chosen[1])),
        chance_of(_rates(rows)),
        tuple(targets),
        tuple(sorted(rows, key=lambda row: order[row.turn])),
        changed,
        differing([{name: side.plan.get(name) for name in _SETTINGS} for side in (first, second)]),
    )


def _paired(first: Side, second: Side) -> list[tuple[int | None, int | None]]:
    """Return the targets of both that are alike: the same agent on the same model, or else just the same agent."""
    if first.target is not None and second.target is not None:
        return [(first.target, second.target)]
    old, new = ([_identity(each) for each in side.plan["targets"]] for side in (first, second))
    found: dict[int, int] = {}
    # First by all three of agent, workflow and model, then without the model.
    for parts in (3, 2):
        for place, mine in enumerate(old):
            free = (each for each in range(len(new)) if each not in found.values())
            alike = (each for each in free if new[each][:parts] == mine[:parts])
            like = None if place in found else next(alike, None)
            if like is not None:
                found[place] = like
    only_new = [each for each in range(len(new)) if each not in found.values()]
    return [*((place, found.get(place)) for place in range(len(old))), *((None, each) for each in only_new)]


def _identity(target: Mapping[str, Any]) -> tuple[Any, ...]:
    return target["agent_id"], target["workflow_id"], target["definition"].get("model")


def _by_place(cells: Sequence[RanCell]) -> dict[tuple[int, int], list[RanCell]]:
    found: dict[tuple[int, int], list[RanCell]] = defaultdict(list)
    for cell in cells:
        found[cell.case, cell.target].append(cell)
    return found


def _turns(
    place: int,
    pair: tuple[int | None, int | None],
    sides: tuple[Side, Side],
    cells: Sequence[Mapping[tuple[int, int], list[RanCell]]],
    changed: Mapping[str, Any],
) -> list[CaseTurn]:
    places = [{case["name"]: place for place, case in enumerate(side.plan["cases"])} for side in sides]
    found = []
    for name in dict.fromkeys([*places[0], *places[1]]):
        ran = [
            []
            if target is None or name not in places[number]
            else cells[number].get((places[number][name], target), [])
            for number, target in enumerate(pair)
        ]
        if any(ran):
            before, after = (Figures.of(own) if own else None for own in ran)
            executions = executions_of(*ran)
            found.append(CaseTurn(name, place, turn_of(before, after), before, after, executions, name in changed))
    return found


def _target_pair(
    pair: tuple[int | None, int | None], sides: tuple[Side, Side], rows: Sequence[CaseTurn], *, is_marked: bool
) -> TargetPair:
    found = [None if place is None else side.plan["targets"][place] for side, place in zip(sides, pair, strict=True)]
    definitions = [each["definition"] if each else {} for each in found]
    figures = [
        Figures.of([cell for cell in side.cells if cell.target == place])
        for side, place in zip(sides, pair, strict=True)
    ]
    return TargetPair(
        *pair,
        (found[0]["name"] if found[0] else "", found[1]["name"] if found[1] else ""),
        (definitions[0].get("model"), definitions[1].get("model")),
        (_version(found[0]), _version(found[1])),
        (figures[0], figures[1]),
        chance_of(_rates(rows)) if all(found) else None,
        _changed(definitions, is_marked=is_marked) if all(found) else (),
    )


def _changed(definitions: Sequence[Mapping[str, Any]], *, is_marked: bool) -> tuple[Difference, ...]:
    found = []
    for name, values in differing(definitions).items():
        are_texts = all(isinstance(each, str) for each in values)
        pairs = texts_of(values) if are_texts else []
        diffs = pieces_of_each(pairs) if is_marked else [whole(*pair) for pair in pairs]
        found.append(Difference(name, values, compared(values, diffs) if are_texts else ()))
    return tuple(found)


def _version(target: Mapping[str, Any] | None) -> int | None:
    return None if target is None else target["agent_version"] or target["definition"].get("version")


def _rates(rows: Sequence[CaseTurn]) -> list[tuple[float, float]]:
    """Return the rates of the cases that have an outcome in both; on many targets a case is one."""
    sums: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in rows:
        if row.first and row.second and row.first.total and row.second.total:
            sums[row.case].append((row.first.passed / row.first.total, row.second.passed / row.second.total))
    return [(fmean(first for first, _ in own), fmean(second for _, second in own)) for own in sums.values()]


def _changed_cases(first: Plan, second: Plan) -> dict[str, tuple[str, ...]]:
    old = {case["name"]: case for case in first["cases"]}
    found = {
        case["name"]: tuple(part for part in _CASE_PARTS if case.get(part) != old[case["name"]].get(part))
        for case in second["cases"]
        if case["name"] in old
    }
    return {name: parts for name, parts in found.items() if parts}

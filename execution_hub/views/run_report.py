"""A suite's run as a page to send around: one file that holds all it shows, and runs nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from execution_hub.domain.formats import format_cost, format_duration
from execution_hub.domain.texts import unobeyed
from execution_hub.version import VERSION
from execution_hub.views.run_cells import ERROR, FAILED, NOT_RUN, PASSED, RunCell, cells_of_run, target_names
from execution_hub.words.say import say, say_n

# So many of the cells that did not pass are shown with what came of them.
SHOWN_MAX = 200
# Characters of each text there.
TEXT_MAX = 4_000
FLAKY = "flaky"
# What the page may do, wherever it is opened: nothing but look as it looks.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_SIGNS = {PASSED: "✓", FAILED: "✗", ERROR: "!", NOT_RUN: "–", FLAKY: "~"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A case on a target, in all its repeats.

    Attributes:
        kind: `passed`, `failed`, `error`, `not_run` or `flaky`.
        sign, words: What is seen, and said.
        anchor: Where more about it is; empty for nowhere.
    """

    kind: str
    sign: str
    words: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell that did not pass.

    Attributes:
        anchor: Its place on the page.
        kind, words: Its outcome, and how it is said.
        case, target, repeat: Which cell; the repeat in words, empty where there is one only.
        reasons: Why.
        input, output: What was asked and answered, or their beginnings.
        execution_id: The execution that ran it.
    """

    anchor: str
    kind: str
    words: str
    case: str
    target: str
    repeat: str
    reasons: Sequence[str]
    input: str
    output: str
    execution_id: int | None


def problem_ids(run: Mapping[str, Any]) -> list[int]:
    """Return the children of which a report of a run shows more: those that did not pass, so many as it shows."""
    found = [each["execution_id"] for each in run["results"] if each["outcome"] in (FAILED, ERROR)]
    return found[:SHOWN_MAX]


def write_report(run: Mapping[str, Any], children: Iterable[Mapping[str, Any]], language: str) -> str:
    """Return the page of a run.

    Args:
        run: The execution of the run as on the wire.
        children: Those of `problem_ids`.
        language: Of the words.
    """
    given = list(children)
    texts = {each["id"]: each for each in given}
    names = target_names(run["definition"])
    cells = cells_of_run(run, given, language)
    problems = [
        _problem(each, names, texts, language, run["definition"]["repeats"])
        for each in cells
        if each.outcome in (FAILED, ERROR)
    ]
    shown = problems[:SHOWN_MAX]
    anchors = {each.anchor for each in shown}
    return unobeyed(
        _template().render(
            language=language,
            title=run["name"],
            policy=POLICY,
            verdict=_verdict(run, language),
            figures=_figures(run, language),
            targets=names,
            rows=_rows(run["definition"]["cases"], cells, len(names), anchors, language),
            problems=shown,
            more=say_n(language, "{n} more did not pass.", "{n} more did not pass.", len(problems) - len(shown))
            if len(problems) > len(shown)
            else "",
            words=_words(language),
            run_id=run["id"],
            at=(run["finished_at"] or "")[:16].replace("T", " "),
        )
    )


@cache
def _template() -> Template:
    text = resources.files("execution_hub.views").joinpath("run_report.html").read_text()
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(text)


def _words(language: str) -> dict[str, str]:
    return {
        "case": say(language, "Case"),
        "cases": say(language, "Cases"),
        "problems": say(language, "What did not pass"),
        "reasons": say(language, "Why"),
        "input": say(language, "Input"),
        "output": say(language, "Output"),
        "execution": say(language, "Execution"),
        "all_passed": say(language, "All of them passed."),
        "made": say(language, "Made by Execution Hub {version}", version=VERSION),
    }


def _outcome(language: str, kind: str) -> str:
    return {
        PASSED: say(language, "passed"),
        FAILED: say(language, "failed"),
        ERROR: say(language, "error"),
        NOT_RUN: say(language, "not run"),
        FLAKY: say(language, "flaky"),
    }[kind]


def _verdict(run: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return what the run came to: its kind, in a word, and in a line."""
    verdict = run["verdict"]
    is_pass = verdict["is_pass"] if run["status"] == "succeeded" else None
    word = {
        True: say(language, "Passed"),
        False: say(language, "Not passed"),
        None: say(language, "No verdict"),
    }[is_pass]
    line = say(
        language,
        "{passed} of {total} passed; at least {needed} are needed.",
        passed=verdict["passed"],
        total=verdict["total"],
        needed=_percent(run["definition"]["pass_rate"]),
    )
    return {"kind": {True: PASSED, False: FAILED, None: NOT_RUN}[is_pass], "word": word, "line": line}


def _figures(run: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """Return figures, each with its name."""
    verdict, usage = run["verdict"], run["usage"]
    found = [(say(language, "Pass rate"), "–" if verdict["pass_rate"] is None else _percent(verdict["pass_rate"]))]
    # Of a run that was cut nobody can say how sure its rate is.
    if verdict["interval"] and sum(verdict[name] for name in ("passed", "failed", "errors")) == verdict["total"]:
        low, high = verdict["interval"]
        found.append((say(language, "Interval of 95 %"), f"{_percent(low)} – {_percent(high)}"))
    found += [
        (say(language, "Failed"), f"{verdict['failed']}"),
        (say(language, "Errors"), f"{verdict['errors']}"),
        (say(language, "Cost"), _cost(usage["cost_usd"], language)),
    ]
    if judged := run["meta"].get("judged"):
        cost = judged["cost_usd"]
        found.append(
            (say(language, "Cost of judging"), say(language, "unknown") if cost is None else format_cost(cost))
        )
    if run["flaky"]:
        found.append((say(language, "Flaky"), f"{len(run['flaky'])}"))
    if run["duration_ms"] is not None:
        found.append((say(language, "Time"), format_duration(run["duration_ms"])))
    return found


def _cost(cost_usd: float | None, language: str) -> str:
    return say(language, "unknown") if cost_usd is None else format_cost(cost_usd)


def _rows(
    cases: Sequence[Mapping[str, Any]], cells: Sequence[RunCell], targets: int, anchors: set[str], language: str
) -> list[tuple[str, list[Mark]]]:
    by_place: dict[tuple[str, int], list[RunCell]] = {}
    for each in cells:
        by_place.setdefault((each.case, each.target), []).append(each)
    return [
        (case["name"], [_mark(by_place[case["name"], place], anchors, language) for place in range(targets)])
        for case in cases
    ]


def _mark(cells: Sequence[RunCell], anchors: set[str], language: str) -> Mark:
    found = [each.outcome for each in cells]
    passed = found.count(PASSED)
    kind = next((each for each in (ERROR, FAILED, NOT_RUN) if each in found), PASSED)
    if passed and kind == FAILED:
        kind = FLAKY
    count = f" {passed}/{len(found)}" if len(found) > 1 else ""
    anchor = next((_anchor(each) for each in cells if _anchor(each) in anchors), "")
    return Mark(kind, f"{_SIGNS[kind]}{count}", f"{_outcome(language, kind)}{count}", anchor)


def _anchor(cell: RunCell) -> str:
    return f"cell-{cell.execution_id}"


def _problem(
    cell: RunCell, names: Sequence[str], texts: Mapping[int, Mapping[str, Any]], language: str, repeats: int
) -> Problem:
    child = texts.get(cell.execution_id or 0, {})
    return Problem(
        _anchor(cell),
        cell.outcome,
        _outcome(language, cell.outcome),
        cell.case,
        names[cell.target],
        f"#{cell.repeat + 1}" if repeats > 1 else "",
        cell.reasons,
        _cut(child.get("input")),
        _cut(child.get("output")),
        cell.execution_id,
    )


def _cut(text: str | None) -> str:
    return f"{text[:TEXT_MAX]}…" if text and len(text) > TEXT_MAX else text or ""


def _percent(rate: float) -> str:
    """Write a rate.

    >>> _percent(0.333333), _percent(1), _percent(0.9995)
    ('33.3%', '100%', '99.9%')
    """
    # Cut, not rounded: what is not all is not told as all.
    return f"{int(rate * 1000 + 1e-6) / 10:g}%"

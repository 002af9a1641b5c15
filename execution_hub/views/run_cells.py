"""The cells of a suite's run, as reports of it show them: from the execution and its children as on the wire. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from execution_hub.domain.result import CheckResult
from execution_hub.words.catalogue import SOURCE
from execution_hub.words.say import say_error_code, say_reason

PASSED, FAILED, ERROR = "passed", "failed", "error"
# A cell whose run ended before it began, or was judged.
NOT_RUN = "not_run"
_REASONS_MAX = 50


@dataclass(frozen=True, slots=True)
class RunCell:
    """One case on one target, in one repeat.

    Attributes:
        case: Its name.
        target, repeat: Their places, from 0.
        outcome: `passed`, `failed`, `error` or `not_run`.
        reasons: Why it has not passed, each with the type of its check.
        execution_id: The execution that ran it; None where none did.
        seconds, cost_usd: What it took; None where that is not known.
        output: The answer, or its beginning.
    """

    case: str
    target: int
    repeat: int
    outcome: str
    reasons: tuple[str, ...] = ()
    execution_id: int | None = None
    seconds: float | None = None
    cost_usd: float | None = None
    output: str = ""


def target_names(plan: Mapping[str, Any]) -> list[str]:
    """Return what the targets of a run are called: the name, with the model where two have the same name.

    Args:
        plan: What the run ran with.
    """
    targets = plan["targets"]
    names = [each["name"] for each in targets]
    models = [each["definition"].get("model") or "" for each in targets]
    return [
        f"{name} · {model}" if model and names.count(name) > 1 else name
        for name, model in zip(names, models, strict=True)
    ]


def cell_of(plan: Mapping[str, Any], number: int) -> tuple[str, int, int]:
    """Return which cell a number of the log is: the name of its case, its target and its repeat.

    >>> plan = {"cases": [{"name": "a"}, {"name": "b"}], "targets": [{}, {}, {}]}
    >>> cell_of(plan, 4), cell_of(plan, 6)
    (('b', 1, 0), ('a', 0, 1))
    """
    rest, target = divmod(number, len(plan["targets"]))
    repeat, case = divmod(rest, len(plan["cases"]))
    return plan["cases"][case]["name"], target, repeat


def cells_of_run(
    run: Mapping[str, Any], children: Iterable[Mapping[str, Any]] = (), language: str = SOURCE
) -> list[RunCell]:
    """Return the cells of a run in the order of targets, cases and repeats.

    Args:
        run: The execution of the run, with `results` and `definition`.
        children: Its children, for what they took and answered; those that are not given are known less of.
        language: Of the reasons.
    """
    plan, by_id = run["definition"], {each["id"]: each for each in children}
    results = {(each["target"], each["case"], each["repeat"]): each for each in run["results"]}
    return [
        _cell(case["name"], target, repeat, results.get((target, case["name"], repeat)), by_id, language)
        for target in range(len(plan["targets"]))
        for case in plan["cases"]
        for repeat in range(plan["repeats"])
    ]


def _cell(
    case: str,
    target: int,
    repeat: int,
    result: Mapping[str, Any] | None,
    by_id: Mapping[int, Mapping[str, Any]],
    language: str,
) -> RunCell:
    if result is None:
        return RunCell(case, target, repeat, NOT_RUN)
    child = by_id.get(result["execution_id"], {})
    took, usage = child.get("duration_ms"), child.get("usage") or {}
    outcome = result["outcome"] or NOT_RUN
    return RunCell(
        case,
        target,
        repeat,
        outcome,
        () if outcome in (PASSED, NOT_RUN) else _reasons(result, child, language),
        result["execution_id"],
        None if took is None else took / 1000,
        usage.get("cost_usd"),
        child.get("output") or "",
    )


def _reasons(result: Mapping[str, Any], child: Mapping[str, Any], language: str) -> tuple[str, ...]:
    told = [_reason(each, language) for each in result["checks"] if each["passed"] is not True]
    if not told and child.get("error"):
        told = [say_error_code(language, child.get("error_code") or "", child["error"])]
    return tuple(told[:_REASONS_MAX])


def _reason(check: Mapping[str, Any], language: str) -> str:
    return f"{check['type']}: {say_reason(language, CheckResult(**check))}"

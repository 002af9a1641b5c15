"""Holds an answer against the checks of its case. Pure, and done in another process: both are foreign text."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from execution_hub.domain.check import AS_CONDITION, DEFAULT_AT_LEAST, MEASURED, Check, read_checks
from execution_hub.domain.condition import NO_FIELD, NO_NUMBER, NOT_JSON
from execution_hub.domain.folding import fold
from execution_hub.domain.json_path import NotJson, read_json
from execution_hub.domain.result import CheckResult
from execution_hub.runners.output_check import output_problem

# Of what is compared for how similar it is, in characters: the time grows with the product of both.
SIMILAR_MAX = 20_000
_SHOWN_MAX = 120
JUDGE = "judge"
NOT_ASKED = "The judge was not asked: the other checks have decided."

Found = tuple[bool | None, str]


@dataclass(frozen=True, slots=True)
class Answered:
    """What is judged.

    Attributes:
        output: The answer.
        golden: What it is held against where a check needs one; None for nothing.
        stop_reason: Why the model stopped; None where nobody told.
        seconds: How long it took; None if that is not known.
        cost_usd: What it cost; None if that is not known.
        tokens: How many tokens it used, in and out; None if that is not known.
        calls: The tools that were called, as models name them, with what.
    """

    output: str
    golden: str | None = None
    stop_reason: str | None = None
    seconds: float | None = None
    cost_usd: float | None = None
    tokens: int | None = None
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()


def judge(checks: Sequence[Mapping[str, Any]], answered: Answered) -> list[CheckResult]:
    """Return what comes of each check, in their order; of one that asks a model, that it was not asked.

    Args:
        checks: As they are stored.
        answered: What is judged.
    """
    return [_judge_one(check, answered) for check in read_checks("checks", checks)]


def _judge_one(check: Check, answered: Answered) -> CheckResult:
    passed, reason = _LOOKS[check.type](check, answered)
    if passed is not None and check.is_not:
        passed = not passed
    return CheckResult(check.type, passed, reason, check.weight)


def _condition(check: Check, answered: Answered) -> Found:
    look = check.condition.look(answered.output)
    if look.problem:
        return False, _PROBLEMS[look.problem]
    return look.holds, f"It is {_shown(answered.output)}."


_PROBLEMS = {
    NOT_JSON: "The answer is no JSON.",
    NO_FIELD: "The answer has no such field.",
    NO_NUMBER: "What is compared is no number.",
}


def _any(check: Check, answered: Answered) -> Found:
    text = fold(answered.output)
    found = [each for each in check.value if fold(each) in text]
    return bool(found), f"It contains {_listed(found)}." if found else "It contains none of them."


def _all(check: Check, answered: Answered) -> Found:
    text = fold(answered.output)
    missing = [each for each in check.value if fold(each) not in text]
    return not missing, f"It does not contain {_listed(missing)}." if missing else "It contains all of them."


def _is_json(_check: Check, answered: Answered) -> Found:
    try:
        read_json(answered.output)
    except NotJson:
        return False, "The answer is no JSON."
    return True, "The answer is JSON."


def _schema(check: Check, answered: Answered) -> Found:
    problem = output_problem(check.value, answered.output)
    return problem is None, problem or "The answer fits the schema."


def _chars(check: Check, answered: Answered) -> Found:
    count = len(answered.output)
    passes = count <= check.value if check.type == "max_chars" else count >= check.value
    return passes, f"The answer has {count} characters."


def _measured(check: Check, answered: Answered) -> Found:
    found, unit = {
        "max_seconds": (answered.seconds, "s"),
        "max_cost_usd": (answered.cost_usd, "USD"),
        "max_tokens": (answered.tokens, "tokens"),
    }[check.type]
    if found is None:
        return None, "Nobody told how much it was."
    return found <= check.value, f"It took {found:g} {unit}."


def _stop_reason(check: Check, answered: Answered) -> Found:
    if answered.stop_reason is None:
        return None, "Nobody told why the model stopped."
    return answered.stop_reason == check.value, f"The model stopped: {answered.stop_reason}."


def _tool(check: Check, answered: Answered) -> Found:
    own = [arguments for name, arguments in answered.calls if name == check.tool]
    if not own:
        called = _listed(sorted({name for name, _ in answered.calls})) if answered.calls else "no tool"
        return False, f"It called {called}."
    if check.arguments is None or any(_holds(each, check.arguments) for each in own):
        return True, f"It called {check.tool}."
    return False, f"It called {check.tool} with {_shown(json.dumps(own[-1], ensure_ascii=False))}."


def _holds(found: Any, wanted: Any) -> bool:
    """Tell whether a JSON value holds at least another: of objects the members, all else as it is."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(
            name in found and _holds(found[name], each) for name, each in wanted.items()
        )
    return bool(found == wanted)


def _similar(check: Check, answered: Answered) -> Found:
    golden = check.value if check.value is not None else answered.golden
    if golden is None:
        return None, "There is no golden answer to hold it against. Give the case one."
    # Loads a compiled library: only the processes of the pool need it.
    from rapidfuzz.fuzz import ratio

    found = ratio(fold(answered.output)[:SIMILAR_MAX], fold(golden)[:SIMILAR_MAX]) / 100
    least = DEFAULT_AT_LEAST if check.at_least is None else check.at_least
    return found >= least, f"It is {found:.2f} like the golden answer, of {least:g} that are needed."


def _shown(text: str) -> str:
    text = " ".join(text[: 2 * _SHOWN_MAX].split())
    return f"“{text[:_SHOWN_MAX]}…”" if len(text) > _SHOWN_MAX else f"“{text}”"


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(_shown(each) for each in texts[:3]) + (" and more" if len(texts) > 3 else "")


_LOOKS: dict[str, Callable[[Check, Answered], Found]] = {
    **dict.fromkeys(AS_CONDITION, _condition),
    "contains_any": _any,
    "contains_all": _all,
    "is_json": _is_json,
    "json_schema": _schema,
    "max_chars": _chars,
    "min_chars": _chars,
    "max_tokens": _measured,
    **dict.fromkeys(MEASURED, _measured),
    "stop_reason": _stop_reason,
    "tool_called": _tool,
    "similar": _similar,
    JUDGE: lambda _check, _answered: (None, NOT_ASKED),
}

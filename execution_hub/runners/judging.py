"""Holds an answer against the checks of its case, in another process: both are foreign text."""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from execution_hub.domain.check import DEFAULT_AT_LEAST, Check, read_checks
from execution_hub.domain.condition import NO_NUMBER, NOT_JSON, Look
from execution_hub.domain.folding import fold
from execution_hub.domain.json_path import NotJson, TooMuch, as_text, find, read_json, read_path
from execution_hub.domain.result import CheckResult
from execution_hub.domain.texts import one_line, storable, unobeyed
from execution_hub.errors import TookTooLong
from execution_hub.pool import WorkPool
from execution_hub.runners.output_check import output_problem
from execution_hub.words.reasons import REASONS

# Of what is compared for how similar it is, in characters: the time grows with the product of both.
SIMILAR_MAX = 20_000
JUDGE = "judge"
_SHOWN_MAX = 120
_LISTED_MAX = 3
_TOLD_MAX = 1_000
JUDGE = "judge"


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
        is_partial: Whether cost and tokens are "at least".
    """

    output: str
    golden: str | None = None
    stop_reason: str | None = None
    seconds: float | None = None
    cost_usd: float | None = None
    tokens: int | None = None
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a look at an answer gave.

    Attributes:
        passed: Whether the check passes, were it not turned round; None where there was nothing to be seen.
        code: Why: a name of `REASONS`.
        values: What fills those words.
    """

    passed: bool | None
    code: str
    values: Mapping[str, str]


async def judged(pool: WorkPool, checks: Sequence[Mapping[str, Any]], answered: Answered) -> list[CheckResult]:
    """Return what comes of each check, in their order; one that takes too long takes none of the others with it.

    Args:
        pool: Where it is done.
        checks: As they are stored.
        answered: What is judged.
    """
    if not checks:
        return []
    try:
        return await pool.run(judge, checks, answered)
    except TookTooLong:
        if len(checks) == 1:
            return [told(checks[0]["type"], checks[0]["weight"], None, "took_too_long")]
        return [result for check in checks for result in await judged(pool, [check], answered)]


def judge(checks: Sequence[Mapping[str, Any]], answered: Answered) -> list[CheckResult]:
    """Return what comes of each check, in their order; of one that asks a model, that it was not asked.

    Args:
        checks: As they are stored.
        answered: What is judged.
    """
    seen = _Examined(answered)
    return [_look_one(check, seen) for check in read_checks("checks", checks)]


def told(type_: str, weight: float, passed: bool | None, code: str, **values: str) -> CheckResult:
    """Return what came of a check, with the reason in words.

    Args:
        type_: Of the check.
        weight: Its own.
        passed: Whether it passed; None where it could not be looked at.
        code: Why: a name of `REASONS`.
        **values: What fills those words; any text, which is cut and made fit to be stored and shown.
    """
    kept = {name: storable(unobeyed(each))[:_TOLD_MAX] for name, each in values.items()}
    return CheckResult(type_, passed, REASONS[code].format(**kept), weight, code=code, values=kept)


class _Examined:
    """An answer, with what several checks need of it, which is made once."""

    def __init__(self, answered: Answered) -> None:
        self.answered = answered

    @cached_property
    def folded(self) -> str:
        return fold(self.answered.output).strip()

    @cached_property
    def json(self) -> Any:
        """The answer as JSON, or why it is none."""
        try:
            return read_json(self.answered.output)
        except NotJson as error:
            return error


def _look_one(check: Check, seen: _Examined) -> CheckResult:
    found = _LOOKS[check.type](check, seen)
    passed = found.passed != check.is_not if found.passed is not None else None
    return told(check.type, check.weight, passed, found.code, **found.values)


def _found(passed: bool | None, code: str, **values: str) -> Found:
    return Found(passed, code, values)


def _equals(check: Check, seen: _Examined) -> Found:
    return _found(seen.folded == fold(check.value).strip(), "is", shown=_shown(seen.answered.output))


def _contains(check: Check, seen: _Examined) -> Found:
    return _found(fold(check.value).strip() in seen.folded, "is", shown=_shown(seen.answered.output))


def _matches(check: Check, seen: _Examined) -> Found:
    passed = check.condition.look(seen.answered.output).holds
    return _found(passed, "is", shown=_shown(seen.answered.output))


def _any(check: Check, seen: _Examined) -> Found:
    found = [each for each in check.value if fold(each).strip() in seen.folded]
    if found:
        return _found(True, "contains", texts=_listed(found))
    return _found(False, "contains_none", texts=_listed(check.value), shown=_shown(seen.answered.output))


def _all(check: Check, seen: _Examined) -> Found:
    missing = [each for each in check.value if fold(each).strip() not in seen.folded]
    if missing:
        return _found(False, "lacks", texts=_listed(missing), shown=_shown(seen.answered.output))
    return _found(True, "contains_all")


def _no_json(seen: _Examined) -> Found | None:
    """Return what comes of a check of JSON where there is none; None where there is."""
    if isinstance(seen.json, TooMuch):
        return _found(None, "json_too_much")
    is_none = isinstance(seen.json, NotJson)
    return _found(False, "no_json", shown=_shown(seen.answered.output)) if is_none else None


def _is_json(_check: Check, seen: _Examined) -> Found:
    return _no_json(seen) or _found(True, "json")


def _schema(check: Check, seen: _Examined) -> Found:
    if none := _no_json(seen):
        return none
    problem = output_problem(check.value, seen.answered.output)
    return _found(True, "schema") if problem is None else _found(False, "no_schema", problem=problem)


def _json_field(check: Check, seen: _Examined) -> Found:
    if none := _no_json(seen):
        return none
    field = check.field or ""
    try:
        value = find(seen.json, read_path(field))
        shown = _shown(as_text(value))
    except LookupError:
        return _found(False, "no_field", field=field)
    except NotJson:
        return _found(None, "json_too_much")
    compared: Look = check.condition.compare(value)
    if compared.problem == NO_NUMBER:
        return _found(False, "no_number", field=field, shown=shown)
    return _found(None if compared.problem == NOT_JSON else compared.holds, "field_is", field=field, shown=shown)


def _chars(check: Check, seen: _Examined) -> Found:
    count = len(seen.answered.output)
    passes = count <= check.value if check.type == "max_chars" else count >= check.value
    return _found(passes, check.type, found=str(count), limit=str(check.value))


def _seconds(check: Check, seen: _Examined) -> Found:
    return _at_most(check, seen.answered.seconds, "no_seconds")


def _cost(check: Check, seen: _Examined) -> Found:
    return _at_most(check, seen.answered.cost_usd, "no_cost", is_partial=seen.answered.is_partial)


def _tokens(check: Check, seen: _Examined) -> Found:
    return _at_most(check, seen.answered.tokens, "no_tokens", is_partial=seen.answered.is_partial)


def _at_most(check: Check, found: float | None, unknown: str, *, is_partial: bool = False) -> Found:
    if found is None:
        return _found(None, unknown)
    if is_partial and found <= check.value:
        # It was more, nobody knows how much.
        return _found(None, "partly_known")
    return _found(found <= check.value, check.type, found=_plain(found), limit=_plain(check.value))


def _stop_reason(check: Check, seen: _Examined) -> Found:
    reason = seen.answered.stop_reason
    if reason is None:
        return _found(None, "no_stop_reason")
    return _found(reason == check.value.strip(), "stopped", reason=reason)


def _tool(check: Check, seen: _Examined) -> Found:
    tool, calls = check.tool or "", seen.answered.calls
    own = [arguments for name, arguments in calls if name == tool]
    if not calls:
        return _found(False, "called_none")
    if not own:
        return _found(False, "called_others", tool=tool, tools=_listed(dict.fromkeys(name for name, _ in calls)))
    if check.arguments is None:
        return _found(True, "called", tool=tool)
    fitting = [each for each in own if _holds(each, check.arguments)]
    shown = _shown(json.dumps((fitting or own)[-1], ensure_ascii=False))
    return _found(bool(fitting), "called_with", tool=tool, shown=shown)


def _holds(found: Any, wanted: Any) -> bool:
    """Tell whether a JSON value holds at least another: of objects the members, of lists each place, all else as it is.

    >>> _holds({"a": {"b": 1.0, "c": 2}}, {"a": {"b": 1}}), _holds({"a": True}, {"a": 1})
    (True, False)
    """
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(
            name in found and _holds(found[name], each) for name, each in wanted.items()
        )
    if isinstance(wanted, list):
        is_like = isinstance(found, list) and len(found) == len(wanted)
        return is_like and all(_holds(one, other) for one, other in zip(found, wanted, strict=True))
    # To Python, true is 1.
    return isinstance(found, bool) == isinstance(wanted, bool) and bool(found == wanted)


def _similar(check: Check, seen: _Examined) -> Found:
    golden = check.value if check.value is not None else seen.answered.golden
    if golden is None:
        return _found(None, "no_golden")
    # Loads a compiled library: only the processes of the pool need it.
    from rapidfuzz.fuzz import ratio

    found = ratio(seen.folded[:SIMILAR_MAX], fold(golden).strip()[:SIMILAR_MAX]) / 100
    least = DEFAULT_AT_LEAST if check.at_least is None else check.at_least
    # Never rounded up to what it fails to reach.
    shown = f"{math.floor(found * 1000) / 1000:g}"
    return _found(found >= least, "similar", found=shown, least=f"{least:g}")


def _not_asked(_check: Check, _seen: _Examined) -> Found:
    return _found(None, "not_asked")


def _plain(number: float) -> str:
    """Return a number for people, whatever its size.

    >>> _plain(1234567), _plain(0.00001234), _plain(3.0)
    ('1234567', '0.00001234', '3')
    """
    if isinstance(number, int):
        return str(number)
    whole, _, part = f"{number:.9f}".partition(".")
    return f"{whole}.{part.rstrip('0')}".rstrip(".")


def _shown(text: str) -> str:
    # Of a long text only the beginning is looked at.
    beginning = one_line(text[: 10 * _SHOWN_MAX])
    is_cut = len(text) > 10 * _SHOWN_MAX or len(beginning) > _SHOWN_MAX
    return f"“{beginning[:_SHOWN_MAX]}…”" if is_cut else f"“{beginning}”"


def _listed(texts: Iterable[str]) -> str:
    every = list(texts)
    return ", ".join(map(_shown, every[:_LISTED_MAX])) + ("…" if len(every) > _LISTED_MAX else "")


_LOOKS: dict[str, Callable[[Check, _Examined], Found]] = {
    "equals": _equals,
    "contains": _contains,
    "contains_any": _any,
    "contains_all": _all,
    "matches": _matches,
    "is_json": _is_json,
    "json_schema": _schema,
    "json_field": _json_field,
    "max_chars": _chars,
    "min_chars": _chars,
    "max_seconds": _seconds,
    "max_cost_usd": _cost,
    "max_tokens": _tokens,
    "stop_reason": _stop_reason,
    "tool_called": _tool,
    "similar": _similar,
    JUDGE: _not_asked,
}

"""A cell of a suite's run as its panel shows it: what was checked, on what, and what came of it. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from execution_hub.domain.difference import Piece
from execution_hub.domain.execution import Execution
from execution_hub.domain.formats import format_cost, format_duration
from execution_hub.domain.result import CheckResult, Result
from execution_hub.domain.texts import one_line
from execution_hub.views.marks import mark_of, note_of
from execution_hub.views.matrix import MatrixPlan
from execution_hub.words.say import say_reason

# Of an answer and of a golden one, in characters; the whole is on the page of its execution.
TEXT_MAX = 20_000
INPUT_MAX = 2_000
# Of what a check holds an answer against.
WANTED_MAX = 160


@dataclass(frozen=True, slots=True)
class CheckView:
    """What came of a check.

    Attributes:
        type: What it looks at.
        is_not: Whether it passes where that is not so.
        wanted: What it is held against, cut; empty where its type says all.
        outcome: `passed`, `failed`, or `error` where it could not be looked at.
        reason: Why.
        weight_text: How much it counts; empty for 1.
        judge_id: The execution of the model that judged; 0 for none.
    """

    type: str = ""
    is_not: bool = False
    wanted: str = ""
    outcome: str = ""
    reason: str = ""
    weight_text: str = ""
    judge_id: int = 0


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell, read when it was opened.

    Attributes:
        number: Its place in the run; -1 for none.
        case, target, model: What was run on what.
        repeat: Which repeat, from 1; 0 where there is only one.
        outcome: What came of it: `passed`, `failed`, `error`, or empty as long as it runs.
        checks: What came of each check.
        execution_id: The execution that ran it; 0 before it has begun.
        status, error: Of the execution.
        took_text, cost_text: How long it took, and what it cost; empty where nobody knows.
        input, output, golden: The texts, cut.
        is_input_cut, is_output_cut: Whether more of them is on the page of the execution.
        pieces: How the output differs from the golden answer; none where there is none, or they are alike.
        has_golden: Whether there is one.
        mark, note: What a person said of it.
    """

    number: int = -1
    case: str = ""
    target: str = ""
    model: str = ""
    repeat: int = 0
    outcome: str = ""
    checks: list[CheckView] = field(default_factory=list)
    execution_id: int = 0
    status: str = ""
    error: str = ""
    took_text: str = ""
    cost_text: str = ""
    input: str = ""
    output: str = ""
    golden: str = ""
    is_input_cut: bool = False
    is_output_cut: bool = False
    pieces: list[Piece] = field(default_factory=list)
    has_golden: bool = False
    mark: str = ""
    note: str = ""

    @classmethod
    def of(
        cls,
        plan: MatrixPlan,
        case: Mapping[str, Any],
        number: int,
        result: Result | None,
        child: Execution | None,
        pieces: Sequence[Piece] = (),
        *,
        language: str,
    ) -> "CellView":
        """Take a cell from what is stored.

        Args:
            plan: What the run is made of.
            case: The case, as the run has it.
            number: The cell.
            result: What came of it; None where it has not begun.
            child: The execution that ran it, its texts cut after `TEXT_MAX`; None where there is none, or it has gone.
            pieces: How its output differs from the golden answer.
            language: In which reasons are told.
        """
        _, target, repeat = plan.place(number)
        head, given = plan.targets[target], case.get("checks") or ()
        text, golden = str(case.get("input") or ""), case.get("golden")
        took = None if child is None or not child.is_finished else child.duration_ms()
        output = "" if child is None else child.output or ""
        return cls(
            number,
            str(case.get("name") or ""),
            head.name,
            head.model,
            repeat + 1 if plan.repeats > 1 else 0,
            "" if result is None or result.outcome is None else result.outcome.value,
            [] if result is None else _checks(result.checks, given, language),
            0 if child is None else child.id,
            "" if child is None else child.status.value,
            "" if child is None else child.error or "",
            "" if took is None else format_duration(took),
            "" if child is None or child.usage.cost_usd is None else format_cost(child.usage.cost_usd),
            text[:INPUT_MAX],
            output[:TEXT_MAX],
            "" if golden is None else str(golden)[:TEXT_MAX],
            len(text) > INPUT_MAX,
            len(output) > TEXT_MAX,
            list(pieces),
            golden is not None,
            "" if child is None else mark_of(child),
            "" if child is None else note_of(child),
        )


def _checks(found: Sequence[CheckResult], given: Sequence[Mapping[str, Any]], language: str) -> list[CheckView]:
    """Return the checks as they are shown; what each was asked stands in the case at the same place."""
    return [_check(each, asked_of(each, place, given), language) for place, each in enumerate(found)]


def asked_of(found: CheckResult, place: int, given: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return what a check was asked: it stands in the case at the same place; nothing where another stands there."""
    asked = given[place] if place < len(given) else {}
    return asked if asked.get("type") == found.type else {}


def _check(found: CheckResult, asked: Mapping[str, Any], language: str) -> CheckView:
    outcome = "error" if found.passed is None else "passed" if found.passed else "failed"
    weight = "" if found.weight == 1 else f"{found.weight:g}"
    is_not = asked.get("not") is True
    reason = say_reason(language, found)
    return CheckView(found.type, is_not, wanted_of(asked), outcome, reason, weight, found.execution_id or 0)


def wanted_of(check: Mapping[str, Any]) -> str:
    """Return what a check holds an answer against: the beginning, on one line."""
    if check.get("type") == "json_schema":
        # As long as its writer liked, and read by nobody on one line.
        return ""
    names = ("field", "op", "tool", "rubric", "value", "arguments", "at_least")
    given = [check[name] for name in names if check.get(name) is not None]
    parts = [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in given]
    words = one_line(" ".join(each[: 2 * WANTED_MAX] for each in parts))
    return words if len(words) <= WANTED_MAX else f"{words[:WANTED_MAX]}…"

"""What came of the checks of a case in two runs of a suite, as a page shows it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from execution_hub.domain.result import CheckResult, Result
from execution_hub.views.cell import asked_of, wanted_of
from execution_hub.words.say import say_reason


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a cell, and what it was asked.

    Attributes:
        result: What came of it; None where nothing did.
        checks: Its checks as its run had them.
    """

    result: Result | None = None
    checks: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class ComparedCheck:
    """What came of a check in both runs.

    Attributes:
        type: What it looks at.
        is_not: Whether it passes where that is not so.
        wanted: What the answer is held against, cut; of the second run where both have it.
        first, second: `passed`, `failed` or `error`; empty where it was not made.
        first_reason, second_reason: Why.
        is_changed: Whether it came out differently.
    """

    type: str = ""
    is_not: bool = False
    wanted: str = ""
    first: str = ""
    second: str = ""
    first_reason: str = ""
    second_reason: str = ""
    is_changed: bool = False


def compared_checks(language: str, first: Looked, second: Looked) -> list[ComparedCheck]:
    """Return what came of the checks of a cell in both runs, by their places and types, in a language."""
    sides = [_asked(each) for each in (first, second)]
    rows: list[ComparedCheck] = []
    for place in range(max(len(each) for each in sides)):
        before, after = (each[place] if place < len(each) else None for each in sides)
        if before and after and _kind(before) != _kind(after):
            rows += [_check(language, before, None), _check(language, None, after)]
        else:
            rows.append(_check(language, before, after))
    return rows


_Asked = tuple[CheckResult, Mapping[str, Any]]


def _asked(looked: Looked) -> list[_Asked]:
    found = () if looked.result is None else looked.result.checks
    return [(each, asked_of(each, place, looked.checks)) for place, each in enumerate(found)]


def _kind(check: _Asked) -> tuple[str, bool]:
    return check[0].type, check[1].get("not") is True


def _check(language: str, before: _Asked | None, after: _Asked | None) -> ComparedCheck:
    was, now = _outcome(before), _outcome(after)
    found, asked = next(each for each in (after, before) if each is not None)
    return ComparedCheck(
        found.type,
        asked.get("not") is True,
        wanted_of(asked),
        was,
        now,
        say_reason(language, before[0]) if before else "",
        say_reason(language, after[0]) if after else "",
        bool(was and now and was != now),
    )


def _outcome(check: _Asked | None) -> str:
    return "" if check is None else {True: "passed", False: "failed", None: "error"}[check[0].passed]

"""What people send as suites is read and checked here: elsewhere, if that takes long."""

from collections.abc import Mapping, Sequence
from typing import Any

from execution_hub.domain.json_schema import first_problem
from execution_hub.domain.output_schema import refusal
from execution_hub.domain.suite import Case, SuiteDraft, checked_cases
from execution_hub.errors import InvalidInput, TookTooLong
from execution_hub.pool import WorkPool

# What is read within some tens of milliseconds: so many cases, and as much work in their checks.
_LIGHT_CASES = 50
_LIGHT_WORK = 100
# Of a check with a regular expression, which is compiled, or a schema; any other is one.
_HEAVY_WORK = 10
_CHEAP = ("equals", "contains", "max_chars", "min_chars", "max_seconds", "max_cost_usd", "max_tokens", "judge")
_TOO_LONG = (
    "cases take too long to be read. Have fewer checks with regular expressions and schemas, or make two suites."
)


async def read_draft(pool: WorkPool, values: Mapping[str, Any]) -> SuiteDraft:
    """Return the draft of a suite.

    Args:
        pool: Where it is read if that takes long.
        values: What it is made of, by name, as on the wire.

    Raises:
        InvalidInput: See `SuiteDraft`.
    """
    if _is_light(values.get("cases", ())):
        return SuiteDraft(**values)
    try:
        return await pool.run(SuiteDraft, **values)
    except TookTooLong:
        raise InvalidInput("cases", _TOO_LONG) from None


async def read_cases(pool: WorkPool, values: object) -> tuple[Case, ...]:
    """Return the cases of a suite, checked each and together: see `checked_cases`."""
    if _is_light(values):
        return checked_cases(values)
    try:
        return await pool.run(checked_cases, values)
    except TookTooLong:
        raise InvalidInput("cases", _TOO_LONG) from None


async def check_schemas(pool: WorkPool, cases: Sequence[Case]) -> None:
    """Refuse a check of cases whose schema is none.

    Args:
        pool: Where they are looked at, with a deadline.
        cases: The cases, read.

    Raises:
        InvalidInput: One is none; says where.
    """
    schemas = {
        f"cases[{place}].checks[{number}].value": check.value
        for place, case in enumerate(cases)
        for number, check in enumerate(case.checks)
        if check.type == "json_schema"
    }
    if not schemas:
        return
    try:
        found = await pool.run(first_problem, list(schemas.values()))
    except TookTooLong:
        raise InvalidInput("cases", _TOO_LONG) from None
    if found is not None:
        place, problem = found
        raise refusal(list(schemas)[place], problem)


def _is_light(cases: object) -> bool:
    if not isinstance(cases, list | tuple):
        return True
    unread = [each for each in cases if not isinstance(each, Case)]
    return len(unread) <= _LIGHT_CASES and sum(_work(each) for each in unread) <= _LIGHT_WORK


def _work(case: object) -> int:
    checks = case.get("checks") if isinstance(case, Mapping) else None
    return sum(_work_of(each) for each in checks) if isinstance(checks, list | tuple) else 0


def _work_of(check: object) -> int:
    return 1 if isinstance(check, Mapping) and check.get("type") in _CHEAP else _HEAVY_WORK

"""Looking through the history where no index helps: for a text, and for what is rare among what an index holds.

A text is compared folded (domain/folding.py): on SQLite by a function of this process, on PostgreSQL by its own
`normalize` and the upper case of ICU, which folds what `lower` would not (ß, a final sigma). Texts of nothing but ASCII
are most of them, and need neither.
"""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    case,
    cast,
    collate,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
)

from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.folding import fold
from execution_hub.store import walk
from execution_hub.store.executions import executions

_SEARCHED = ("name", "test_input", "test_output", "error_message")
Read = Callable[[Callable[[Connection], Any]], Any]
# How many executions are looked at before the clock is.
PIECE_MIN, PIECE_MAX = 50, 2_000
PIECE_SECONDS = 0.1
_ICU = "und-x-icu"
_HAS_ICU = text(
    "SELECT getdatabaseencoding() = 'UTF8' AND EXISTS (SELECT 1 FROM pg_collation WHERE collname = :collation)"
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to.

    Attributes:
        ids: What was found, newest first.
        next_id: Where to go on: only what comes after this one in the list has yet to be looked at; None at the end.
        is_partial: Whether the time was over before there were enough.
    """

    ids: list[int]
    next_id: int | None
    is_partial: bool = False


def find(read: Read, where: ExecutionFilter, limit: int, before: int | None, seconds: float) -> Found:
    """Look through the history from the newest on, piece by piece, until there is enough or the time is over.

    Args:
        read: Runs a reading transaction; one for each piece.
        where: What is looked for.
        limit: How many at most.
        before: Only what comes after this id in the list; None from the newest.
        seconds: How long it may take; at least one piece is looked at.
    """
    deadline = time.monotonic() + seconds
    found: list[int] = []
    # Where most of it fits, one piece is enough.
    size = min(max(PIECE_MIN, limit + 1), PIECE_MAX)
    while True:
        began = time.monotonic()
        seen, fits = read(lambda connection: _piece(connection, where, size, before))  # noqa: B023 - called here
        found += fits
        if len(found) > limit:
            return Found(found[:limit], found[limit - 1])
        if len(seen) < size:
            return Found(found, None)
        before = seen[-1]
        now = time.monotonic()
        if now >= deadline:
            return Found(found, before, is_partial=True)
        # Outputs may be long: what takes a while is taken in smaller pieces.
        size = min(size * 2, PIECE_MAX) if now - began < PIECE_SECONDS else max(size // 2, PIECE_MIN)


def _piece(
    connection: Connection, where: ExecutionFilter, size: int, before: int | None
) -> tuple[list[int], list[int]]:
    seen = walk.newest(connection, where, size, before)
    return seen, look_through(connection, where, seen)


def look_through(connection: Connection, where: ExecutionFilter, ids: list[int]) -> list[int]:
    """Return those of some executions that pass a filter, in the order given.

    Args:
        connection: A reading transaction.
        where: What they must pass, apart from what `walk.newest` has seen to.
        ids: Which ones.
    """
    statement = select(executions.c.id).where(executions.c.id.in_(ids), *walk.rest(where), *_asked(connection, where))
    found = set(connection.execute(statement).scalars()) if ids else set()
    return [each for each in ids if each in found]


def among(connection: Connection, where: ExecutionFilter, ids: Collection[int]) -> list[int]:
    """Return those of some executions that pass a whole filter, newest first."""
    if not ids:
        return []
    conditions = [executions.c.id.in_(ids), executions.c.deleted_at.is_(None), *walk.every_condition(where)]
    conditions += _asked(connection, where)
    statement = select(executions.c.id).where(*conditions).order_by(*walk.NEWEST_FIRST)
    return list(connection.execute(statement).scalars())


def _asked(connection: Connection, where: ExecutionFilter) -> list[ColumnElement[bool]]:
    """Return the condition that `q` is: a number, a text, or either."""
    if not where.q:
        return []
    if where.number is None:
        return [holds(connection, where.q)]
    is_it = executions.c.id == literal(where.number, BigInteger)
    return [is_it if where.is_number else or_(is_it, holds(connection, where.q.strip()))]


def holds(connection: Connection, q: str) -> ColumnElement[bool]:
    """Return the condition that one of an execution's texts holds another, whatever its case."""
    return or_(*(_holds(connection, executions.c[name], q) for name in _SEARCHED))


def _holds(connection: Connection, column: Column[str], q: str) -> ColumnElement[bool]:
    wanted = fold(q)
    if connection.dialect.name == "sqlite":
        # It has octet_length only since 3.43.
        size, lower = func.length(cast(column, LargeBinary)), func.lower(column)
        place, in_any = func.instr, func.instr(func.fold(column), wanted) > 0
    else:
        size, lower = func.octet_length(column), func.lower(collate(column, "C"))
        place, in_any = func.strpos, func.strpos(_upper(connection, column), _upper(connection, literal(q))) > 0
    # Of a text that is ASCII the folded one is too.
    in_ascii = place(lower, wanted) > 0 if wanted.isascii() else false()
    return case((size == func.length(column), in_ascii), else_=in_any)


def _upper(connection: Connection, value: ColumnElement[str]) -> ColumnElement[str]:
    """Fold on PostgreSQL; one without Unicode or ICU knows what its own locale knows."""
    if "has_icu" not in connection.info:
        connection.info["has_icu"] = connection.execute(_HAS_ICU, {"collation": _ICU}).scalar_one()
    if not connection.info["has_icu"]:
        return func.upper(value)
    return func.upper(collate(func.normalize(value, literal_column("NFKC")), _ICU))

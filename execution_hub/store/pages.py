"""Pages of lists: where each begins and ends, found without reading what is long."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Table, Text, cast, func, select

from execution_hub.domain.folding import fold, sort_key
from execution_hub.domain.stored import Stored

T = TypeVar("T", bound=Stored)
# About: characters, of which each has one byte and more. One item may be larger, and is a page by itself.
PAGE_SIZE_MAX = 4_000_000


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """A page of a list, and where the next one begins.

    Attributes:
        items: In the order of the list.
        next_cursor: Where the next page begins; None at the end.
    """

    items: list[T]
    next_cursor: str | None

    def as_json(self) -> dict[str, Any]:
        """Return the page as on the wire."""
        return {"items": [each.as_json() for each in self.items], "next_cursor": self.next_cursor}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object stands in its list."""

    id: int
    name: str


def places(
    connection: Connection,
    table: Table,
    q: str = "",
    *,
    is_by_name: bool,
    is_by_words: bool = False,
    where: ColumnElement[bool] | None = None,
) -> list[Place]:
    """Return the places of a whole list, in its order.

    Args:
        connection: A reading transaction.
        table: One with `id` and `name`.
        q: Only names that hold this text, whatever its case.
        is_by_name: Whether the list goes by name; else the newest comes first.
        is_by_words: Whether a name may hold the words of the text in any order.
        where: Only these rows; None for all.
    """
    statement = select(table.c.id, table.c.name).order_by(table.c.id.desc())
    rows = connection.execute(statement if where is None else statement.where(where)).all()
    wanted = fold(q).split() if is_by_words else [fold(q)] if q else []
    found = [Place(row.id, row.name) for row in rows if not wanted or _holds(fold(row.name), wanted)]
    # Here and not in the database: each of them knows another order, and SQLite only ASCII's.
    return sorted(found, key=lambda each: (sort_key(each.name), each.id)) if is_by_name else found


def _holds(name: str, wanted: Sequence[str]) -> bool:
    return all(each in name for each in wanted)


def by_name(
    connection: Connection,
    table: Table,
    texts: Sequence[str],
    limit: int,
    after: tuple[str, int] | None,
    q: str = "",
    where: ColumnElement[bool] | None = None,
) -> tuple[list[int], bool]:
    """Return which rows a page of a list by name holds, and whether more follow.

    Args:
        connection: A reading transaction.
        table: One with `id` and `name`.
        texts: Its columns that may be long.
        limit: How many rows at most.
        after: Name and id of the last row of the page before; None from the first.
        q: Only names that hold this text, whatever its case.
        where: Only these rows; None for all.
    """
    found = places(connection, table, q, is_by_name=True, where=where)
    if after is not None:
        start = (sort_key(after[0]), after[1])
        found = [each for each in found if (sort_key(each.name), each.id) > start]
    ids = [each.id for each in found[: limit + 1]]
    return cut(_sizes(connection, table, texts, ids), limit)


def newest(
    connection: Connection, table: Table, texts: Sequence[str], limit: int, before: int | None, q: str = ""
) -> tuple[list[int], bool]:
    """Return which rows a page of a list holds that begins with the newest, and whether more follow.

    Args:
        connection: A reading transaction.
        table: One with `id`, and with `name` for `q`.
        texts: Its columns that may be long.
        limit: How many rows at most.
        before: Id of the last row of the page before; None from the newest.
        q: Only names that hold this text, whatever its case.
    """
    if q:
        found = places(connection, table, q, is_by_name=False)
        ids = [each.id for each in found if before is None or each.id < before][: limit + 1]
        return cut(_sizes(connection, table, texts, ids), limit)
    statement = select(table.c.id, _size(table, texts)).order_by(table.c.id.desc()).limit(limit + 1)
    if before is not None:
        statement = statement.where(table.c.id < before)
    return cut([(row_id, size) for row_id, size in connection.execute(statement)], limit)


def fitting(connection: Connection, table: Table, texts: Sequence[str], ids: Sequence[int]) -> list[int]:
    """Return as many of some rows, from the first, as a page may hold."""
    found, _ = cut(_sizes(connection, table, texts, ids), len(ids))
    return found


def _sizes(connection: Connection, table: Table, texts: Sequence[str], ids: Sequence[int]) -> list[tuple[int, int]]:
    if not ids:
        return []
    statement = select(table.c.id, _size(table, texts)).where(table.c.id.in_(ids))
    sizes: dict[int, int] = dict(connection.execute(statement).tuples().all())
    return [(each, sizes.get(each, 0)) for each in ids]


def _size(table: Table, texts: Sequence[str]) -> ColumnElement[int]:
    size: ColumnElement[int] = func.coalesce(func.length(cast(table.c[texts[0]], Text)), 0)
    for name in texts[1:]:
        size += func.coalesce(func.length(cast(table.c[name], Text)), 0)
    return size


def cut(rows: Sequence[tuple[int, int]], limit: int) -> tuple[list[int], bool]:
    """Return which of some rows, each a number and a size, a page holds, one at least; and whether more follow."""
    found: list[int] = []
    room = PAGE_SIZE_MAX
    for row_id, size in rows[:limit]:
        room -= size
        if room < 0 and found:
            break
        found.append(row_id)
    return found, len(found) < len(rows)

"""Pages of lists: where each begins and ends, found without reading what is long."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Table, Text, cast, func, select

from execution_hub.domain.folding import sort_key

# About: characters, of which each has one byte and more. One item may be larger, and is a page by itself.
PAGE_SIZE_MAX = 4_000_000


def by_name(
    connection: Connection, table: Table, texts: Sequence[str], limit: int, after: tuple[str, int] | None
) -> tuple[list[int], bool]:
    """Return which rows a page of a list by name holds, and whether more follow.

    Args:
        connection: A reading transaction.
        table: One with `id` and `name`.
        texts: Its columns that may be long.
        limit: How many rows at most.
        after: Name and id of the last row of the page before; None from the first.
    """
    # Here and not in the database: each of them knows another order, and SQLite only ASCII's.
    rows = connection.execute(select(table.c.id, table.c.name, _size(table, texts))).all()
    start = ("", 0) if after is None else (sort_key(after[0]), after[1])
    places = sorted((sort_key(name), row_id, size) for row_id, name, size in rows)
    following = [(row_id, size) for key, row_id, size in places if after is None or (key, row_id) > start]
    return cut(following, limit)


def newest(
    connection: Connection, table: Table, texts: Sequence[str], limit: int, before: int | None
) -> tuple[list[int], bool]:
    """Return which rows a page of a list holds that begins with the newest, and whether more follow.

    Args:
        connection: A reading transaction.
        table: One with `id`.
        texts: Its columns that may be long.
        limit: How many rows at most.
        before: Id of the last row of the page before; None from the newest.
    """
    statement = select(table.c.id, _size(table, texts)).order_by(table.c.id.desc()).limit(limit + 1)
    if before is not None:
        statement = statement.where(table.c.id < before)
    return cut([(row_id, size) for row_id, size in connection.execute(statement)], limit)


def fitting(connection: Connection, table: Table, texts: Sequence[str], ids: Sequence[int]) -> list[int]:
    """Return as many of some rows, from the first, as a page may hold."""
    if not ids:
        return []
    statement = select(table.c.id, _size(table, texts)).where(table.c.id.in_(ids))
    sizes: dict[int, int] = dict(connection.execute(statement).tuples().all())
    found, _ = cut([(each, sizes.get(each, 0)) for each in ids], len(ids))
    return found


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

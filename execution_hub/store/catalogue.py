"""One kind of stored object: agents, workflows or tasks, each with its versions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, bindparam, delete, insert, select, update

from execution_hub.domain.cursor import read_cursor, read_name_cursor, write_cursor, write_name_cursor
from execution_hub.domain.kinds import ID_MAX
from execution_hub.domain.stored import Stored
from execution_hub.domain.version import Version
from execution_hub.errors import NotFound
from execution_hub.store import pages, versions
from execution_hub.store.pages import Listing

T = TypeVar("T", bound=Stored)
D = TypeVar("D")
# Fewer than the fewest variables that a statement may have: 32,766 on SQLite.
_IDS_AT_ONCE = 10_000


class Catalogue(Generic[T, D]):
    """The queries of one kind; T is what is stored, D the draft that a person writes."""

    def __init__(
        self,
        kind: versions.Kind,
        table: Table,
        *,
        read: Callable[[RowMapping], T],
        content: Callable[[T | D], dict[str, Any]],
        texts: Sequence[str],
        columns: Callable[[dict[str, Any]], dict[str, Any]] = dict,
        changes: Callable[[Mapping[str, Any]], dict[str, Any]] = dict,
        is_by_name: bool = True,
    ) -> None:
        """Describe the kind.

        Args:
            kind: What one is called.
            table: Its table, with `id`, `name`, `version`, `created_at` and `updated_at`.
            read: Makes an object from a row.
            content: Returns all that a person says of one, as JSON values. It does not check: what was stored by an
                older version need not pass today's checks.
            texts: The columns that may be long.
            columns: Returns the values of the columns for a content.
            changes: Returns the values of a draft for a content: what `draft` takes.
            is_by_name: Whether its list goes by name; else the newest comes first.
        """
        self.kind = kind
        self.table = table
        self._read = read
        self._content = content
        self._texts = texts
        self._columns = columns
        self.changes = changes
        self._is_by_name = is_by_name
        # Made once: it is asked at every start.
        self._find = select(table).where(table.c.id == bindparam("the_id"))

    # Lists

    def every(self, connection: Connection) -> list[T]:
        """Return all of them, in the order of the list."""
        places = pages.places(connection, self.table, is_by_name=self._is_by_name)
        found = self.some(connection, [each.id for each in places])
        return [found[each.id] for each in places if each.id in found]

    def page(
        self,
        connection: Connection,
        limit: int,
        cursor: str | None = None,
        q: str = "",
        *,
        where: ColumnElement[bool] | None = None,
    ) -> Listing[T]:
        """Return a page of the list.

        Args:
            connection: A reading transaction.
            limit: How many at most; fewer where they are long.
            cursor: The `next_cursor` of the page before; None from the first.
            q: Only those whose name holds this text, whatever its case.
            where: Only these rows of a list by name; None for all.

        Raises:
            InvalidInput: The cursor is none of this list's.
        """
        if self._is_by_name:
            after = None if cursor is None else read_name_cursor(cursor)
            ids, is_more = pages.by_name(connection, self.table, self._texts, limit, after, q, where)
        else:
            before = None if cursor is None else read_cursor(cursor)
            ids, is_more = pages.newest(connection, self.table, self._texts, limit, before, q)
        found = self.some(connection, ids)
        items = [found[each] for each in ids if each in found]
        return Listing(items, self._cursor(items[-1]) if is_more and items else None)

    def names(
        self, connection: Connection, limit: int, q: str = "", *, is_by_words: bool = False
    ) -> tuple[list[tuple[int, str]], bool]:
        """Return ids and names from the top of the list, and whether there are more.

        Args:
            connection: A reading transaction.
            limit: How many at most.
            q: Only those whose name holds this text, whatever its case.
            is_by_words: Whether the words of the text may stand in any order.
        """
        found = pages.places(connection, self.table, q, is_by_name=self._is_by_name, is_by_words=is_by_words)
        return [(each.id, each.name) for each in found[:limit]], len(found) > limit

    def _cursor(self, last: T) -> str:
        return write_name_cursor(last.name, last.id) if self._is_by_name else write_cursor(last.id)

    # One, or some

    def find(self, connection: Connection, object_id: int) -> T | None:
        """Return one, or None."""
        row = connection.execute(self._find, {"the_id": object_id}).mappings().one_or_none()
        return None if row is None else self._read(row)

    def some(self, connection: Connection, ids: Iterable[int]) -> dict[int, T]:
        """Return those of some ids that there are, by id."""
        wanted = sorted({each for each in ids if 0 < each <= ID_MAX})
        found: dict[int, T] = {}
        for start in range(0, len(wanted), _IDS_AT_ONCE):
            piece = wanted[start : start + _IDS_AT_ONCE]
            rows = connection.execute(select(self.table).where(self.table.c.id.in_(piece))).mappings()
            found |= {row["id"]: self._read(row) for row in rows}
        return found

    def get(self, connection: Connection, object_id: int, *, is_locked: bool = False) -> T:
        """Return one.

        Args:
            connection: A transaction; a writing one to lock it.
            object_id: Which one.
            is_locked: Whether nobody else may change it before this transaction ends.

        Raises:
            NotFound: There is none with this id.
        """
        found = (self.lock if is_locked else self.find)(connection, object_id)
        if found is None:
            raise self._none(object_id)
        return found

    def check_is_there(self, connection: Connection, object_id: int) -> None:
        """Refuse an id that none has.

        Raises:
            NotFound: There is none with this id.
        """
        asked = select(self.table.c.id).where(self.table.c.id == object_id)
        if connection.execute(asked).scalar_one_or_none() is None:
            raise self._none(object_id)

    def lock(self, connection: Connection, object_id: int) -> T | None:
        """Return one that nobody else changes before this transaction ends, or None."""
        statement = select(self.table).where(self.table.c.id == object_id).with_for_update()
        row = connection.execute(statement).mappings().one_or_none()
        return None if row is None else self._read(row)

    # Changes

    def add(self, connection: Connection, draft: D, at: datetime) -> T:
        """Store a new one, with its first version, and return it."""
        content = self._content(draft)
        values = {**self._columns(content), "created_at": at, "updated_at": at}
        made = self._read(
            connection.execute(insert(self.table).values(**values).returning(*self.table.c)).mappings().one()
        )
        self._keep(connection, made, content)
        return made

    def change(self, connection: Connection, current: T, draft: D, at: datetime) -> T:
        """Store new values of one as its next version and return it; equal values change nothing.

        Args:
            connection: A writing transaction.
            current: As `lock` returned it.
            draft: The new values.
            at: When, UTC.
        """
        before, after = self._content(current), self._content(draft)
        if before == after:
            return current
        # What was stored before there were versions has none yet.
        self._keep(connection, current, before)
        statement = (
            update(self.table)
            .where(self.table.c.id == current.id, self.table.c.version == current.version)
            .values(**self._columns(after), version=current.version + 1, updated_at=at)
            .returning(*self.table.c)
        )
        changed = self._read(connection.execute(statement).mappings().one())
        self._keep(connection, changed, after)
        return changed

    def remove(self, connection: Connection, object_id: int) -> bool:
        """Delete one; its executions and its versions stay. Tells whether it was there."""
        return connection.execute(delete(self.table).where(self.table.c.id == object_id)).rowcount > 0

    # Versions

    def versions(
        self, connection: Connection, object_id: int, limit: int, before: int | None = None
    ) -> tuple[list[Version], bool]:
        """Return versions of one, newest first, and whether there are more.

        Args:
            connection: A reading transaction.
            object_id: Which one.
            limit: How many at most; fewer where they are long.
            before: Only those before this version; None from the newest.

        Raises:
            NotFound: There is none with this id.
        """
        current = self.get(connection, object_id)
        found, is_more = versions.page(connection, self.kind, object_id, limit, before)
        if not found and before is None:
            found = [self._as_it_is(current)]
        return [replace(each, is_current=each.version == current.version) for each in found], is_more

    def version(self, connection: Connection, object_id: int, number: int) -> Version:
        """Return a version of one.

        Raises:
            NotFound: There is none with this id, or no such version of it.
        """
        current = self.get(connection, object_id)
        found = versions.find(connection, self.kind, object_id, number)
        if found is None and number == current.version:
            found = self._as_it_is(current)
        if found is None:
            raise self._no_version(object_id, number)
        return replace(found, is_current=number == current.version)

    def version_as_of(self, connection: Connection, object_id: int, at: datetime) -> Version | None:
        """Return what one was at a time; None if nothing is kept from then."""
        found = versions.as_of(connection, self.kind, object_id, at)
        current = self.find(connection, object_id) if found is None else None
        return self._as_it_is(current) if current is not None and current.updated_at <= at else found

    def label_version(self, connection: Connection, object_id: int, number: int, label: str) -> Version:
        """Call a version something, or nothing any more, and return it.

        Raises:
            NotFound: There is none with this id, or no such version of it.
        """
        current = self.get(connection, object_id, is_locked=True)
        if number == current.version:
            self._keep(connection, current, self._content(current))
        if not versions.set_label(connection, self.kind, object_id, number, label):
            raise self._no_version(object_id, number)
        return self.version(connection, object_id, number)

    def _as_it_is(self, current: T) -> Version:
        # What was stored before there were versions, and not changed since, has none yet.
        return Version(current.version, self._content(current), current.updated_at)

    def _none(self, object_id: int) -> NotFound:
        return NotFound(f"There is no {self.kind} {object_id}.", field=f"{self.kind}_id", id=object_id)

    def _no_version(self, object_id: int, number: int) -> NotFound:
        return NotFound(f"There is no version {number} of {self.kind} {object_id}.", field="version", id=object_id)

    def _keep(self, connection: Connection, found: T, content: Mapping[str, Any]) -> None:
        versions.keep(connection, self.kind, found.id, found.version, content, found.updated_at)

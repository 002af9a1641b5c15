"""What a team has defined of one kind: agents, workflows, tasks or suites."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Generic, TypeVar

from execution_hub.domain.clock import now
from execution_hub.domain.cursor import read_cursor, write_cursor
from execution_hub.domain.filters import LIMIT_MAX
from execution_hub.domain.kinds import ID_MAX
from execution_hub.domain.naming import copy_name
from execution_hub.domain.stored import Stored
from execution_hub.domain.texts import as_name
from execution_hub.domain.version import Version, check_label
from execution_hub.hub.actor import ActedUpon
from execution_hub.hub.versions import check_version
from execution_hub.store.catalogue import Catalogue as Table
from execution_hub.store.database import Connection, Database
from execution_hub.store.pages import Listing

T = TypeVar("T", bound=Stored)
D = TypeVar("D")


def nobody() -> None:
    """Tell nobody of a change."""


class Catalogue(ActedUpon, Generic[T, D]):
    """One kind of object: T is what is stored, D the draft that a person writes."""

    def __init__(self, database: Database, table: Table[T, D], on_change: Callable[[], None] = nobody) -> None:
        """Keep them in a database.

        Args:
            database: Where.
            table: The queries of the kind.
            on_change: Called after one was changed or deleted, or a new one stored.
        """
        self._database = database
        self._table = table
        self._on_change = on_change

    async def every(self) -> list[T]:
        """Return all of them, in the order of the list; pages of the hub take `page` and `names`."""
        return await self._database.aread(self._table.every)

    async def page(self, *, limit: int = LIMIT_MAX, cursor: str | None = None, q: str = "") -> Listing[T]:
        """Return a page of the list.

        Args:
            limit: How many at most, 1 to 200; fewer where they are long.
            cursor: The `next_cursor` of the page before.
            q: Only those whose name holds this text, whatever its case.

        Raises:
            InvalidInput: The cursor is none of this list's.
        """
        return await self._database.aread(lambda connection: self._table.page(connection, limit, cursor, q))

    async def names(
        self, *, limit: int = LIMIT_MAX, q: str = "", is_by_words: bool = False
    ) -> tuple[list[tuple[int, str]], bool]:
        """Return ids and names from the top of the list, and whether there are more.

        Args:
            limit: How many at most.
            q: Only those whose name holds this text, whatever its case.
            is_by_words: Whether the words of the text may stand in any order.
        """
        return await self._database.aread(
            lambda connection: self._table.names(connection, limit, q, is_by_words=is_by_words)
        )

    async def some(self, ids: Iterable[int]) -> dict[int, T]:
        """Return those of some ids that there are, by id."""
        wanted = set(ids)
        return await self._database.aread(lambda connection: self._table.some(connection, wanted))

    async def get(self, object_id: int) -> T:
        """Return one.

        Raises:
            NotFound: There is none with this id.
        """
        return await self._database.aread(lambda connection: self._table.get(connection, object_id))

    async def create(self, draft: D) -> T:
        """Store a new one and return it.

        Raises:
            InvalidInput: It is not valid.
        """

        def work(connection: Connection) -> T:
            self._check(connection, draft, None)
            return self._table.add(connection, draft, now())

        return self._told("created", await self._database.awrite(work))

    async def duplicate(self, object_id: int, *, word: str = "copy") -> T:
        """Store a second one with the same values and return it, under a name such as "X copy" or "X copy 2".

        Args:
            object_id: Which one.
            word: What its name says after the first one's, in the language of who asks.

        Raises:
            NotFound: There is none with this id.
        """

        def work(connection: Connection) -> T:
            source = self._table.get(connection, object_id)
            names, _ = self._table.names(connection, ID_MAX)
            name = copy_name(as_name(source.name), [name for _, name in names], word)
            draft = source.draft(name=name, **self._copy_changes)
            # What is stored fits what else is: it is not checked anew.
            copy = self._table.add(connection, draft, now())
            self._copy_rest(connection, object_id, copy.id)
            return copy

        return self._told("created", await self._database.awrite(work))

    async def update(self, object_id: int, changes: dict[str, Any], *, version: int | None = None) -> T:
        """Change some values of one and return it; executions keep what they ran with.

        Args:
            object_id: Which one.
            changes: Fields of its draft; what is left out stays.
            version: The version the changes are made to; None to make them to any.

        Raises:
            NotFound: There is none with this id.
            InvalidInput: A value does not fit; the field is named.
            Stale: It has another version.
        """

        def work(connection: Connection) -> T:
            current = self._table.get(connection, object_id, is_locked=True)
            check_version(connection, self._table.kind, current, version)
            draft = current.draft(**changes)
            self._check(connection, draft, current)
            saved = self._table.change(connection, current, draft, now())
            if saved.version != current.version:
                self._note_save(connection, saved)
            return saved

        return self._told("updated", await self._database.awrite(work))

    async def delete(self, object_id: int, *, version: int | None = None) -> None:
        """Delete one; its executions stay in the history.

        Args:
            object_id: Which one.
            version: The version that is to go; None for any.

        Raises:
            NotFound: There is none with this id.
            Conflict: Something else needs it.
            Stale: It has another version.
        """

        def work(connection: Connection) -> None:
            current = self._table.get(connection, object_id, is_locked=True)
            check_version(connection, self._table.kind, current, version)
            self._check_unused(connection, object_id)
            self._table.remove(connection, object_id)

        await self._database.awrite(work)
        self._note_action("deleted", object_id)

    # Versions

    async def versions(
        self, object_id: int, *, limit: int = LIMIT_MAX, cursor: str | None = None
    ) -> tuple[list[Version], str | None]:
        """Return a page of what one was after each save, newest first, and the cursor of the next page.

        Args:
            object_id: Which one.
            limit: How many at most, 1 to 200; fewer where they are long.
            cursor: The cursor that the page before came with.

        Raises:
            NotFound: There is none with this id.
            InvalidInput: The cursor is none of this list's.
        """
        before = None if cursor is None else read_cursor(cursor)
        found, is_more = await self._database.aread(
            lambda connection: self._table.versions(connection, object_id, limit, before)
        )
        return found, write_cursor(found[-1].version) if is_more else None

    async def version(self, object_id: int, number: int) -> Version:
        """Return what one was as of a version.

        Raises:
            NotFound: There is none with this id, or no such version of it.
        """
        return await self._database.aread(lambda connection: self._table.version(connection, object_id, number))

    async def version_as_of(self, object_id: int, at: datetime) -> Version | None:
        """Return what one was at a time; None if nothing is kept from then."""
        return await self._database.aread(lambda connection: self._table.version_as_of(connection, object_id, at))

    async def label_version(self, object_id: int, number: int, label: str) -> Version:
        """Call a version something, or nothing any more, and return it.

        Args:
            object_id: Which one.
            number: Which version of it.
            label: At most 60 characters; empty takes it away.

        Raises:
            NotFound: There is none with this id, or no such version of it.
            InvalidInput: The label does not fit.
        """
        name = check_label(label)
        found = await self._database.awrite(
            lambda connection: self._table.label_version(connection, object_id, number, name)
        )
        self._note_action("labelled", object_id)
        return found

    async def restore(self, object_id: int, number: int, *, version: int | None = None) -> T:
        """Save what one was as of a version again, as its newest, and return it.

        Args:
            object_id: Which one.
            number: Which version of it.
            version: The version the person saw as the newest; None to restore over any.

        Raises:
            NotFound: There is none with this id, or no such version of it.
            InvalidInput: It would not be valid today; the field is named.
            Stale: Somebody has saved it since.
        """
        kept = await self.version(object_id, number)
        return await self.update(object_id, self._table.changes(kept.content), version=version)

    def _told(self, action: str, stored: T) -> T:
        self._note_action(action, stored.id)
        return stored

    def _note_action(self, action: str, object_id: int) -> None:
        self._on_change()
        self._note(f"{self._table.kind}.{action}", **{f"{self._table.kind}_id": object_id})

    def _check(self, connection: Connection, draft: D, current: T | None) -> None:
        """Refuse a draft that does not fit what else is stored.

        Args:
            connection: A writing transaction.
            draft: What is to be stored.
            current: What it is to replace; None for a new one.
        """

    def _note_save(self, connection: Connection, saved: T) -> None:
        """Do what belongs to a save that has changed something, in its transaction."""

    @property
    def _copy_changes(self) -> dict[str, Any]:
        """What a duplicate has otherwise."""
        return {}

    def _copy_rest(self, connection: Connection, source_id: int, copy_id: int) -> None:
        """Give a duplicate what is kept beside the object itself."""

    def _check_unused(self, connection: Connection, object_id: int) -> None:
        """Refuse to delete what something else needs."""

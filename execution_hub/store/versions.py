"""Queries of versions: what an agent, a workflow or a task held after each save, whole."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, Table, Text, cast, exists, func, insert, select, update

from execution_hub.domain.agent import with_acting
from execution_hub.domain.version import Version, changed_fields
from execution_hub.store.catalogue_tables import VersionColumns
from execution_hub.store.pages import cut

Kind = Literal["agent", "workflow", "task", "suite"]

versions: Table = VersionColumns.__table__  # type: ignore[attr-defined]


def keep(
    connection: Connection, kind: Kind, object_id: int, version: int, content: Mapping[str, Any], at: datetime
) -> None:
    """Keep what an object holds as of a version; one that is kept already stays as it is.

    Args:
        connection: A writing transaction.
        kind: What it is.
        object_id: Which one.
        version: The number of the version.
        content: All that a person says of it, as JSON values.
        at: When it was saved, UTC.
    """
    if connection.execute(select(exists().where(*_is(kind, object_id, version)))).scalar():
        return
    values = {"kind": kind, "object_id": object_id, "version": version, "content": dict(content), "created_at": at}
    connection.execute(insert(versions).values(**values))


def content(connection: Connection, kind: Kind, object_id: int, version: int) -> dict[str, Any] | None:
    """Return what an object held as of a version; None if that is not kept."""
    found = connection.execute(select(versions.c.content).where(*_is(kind, object_id, version))).scalar_one_or_none()
    return None if found is None else _whole(kind, found)


def page(
    connection: Connection, kind: Kind, object_id: int, limit: int, before: int | None = None
) -> tuple[list[Version], bool]:
    """Return versions of an object, newest first, and whether there are more.

    Args:
        connection: A reading transaction.
        kind: What it is.
        object_id: Which one.
        limit: How many at most; fewer where they are long.
        before: Only those before this version; None from the newest.
    """
    size = func.length(cast(versions.c.content, Text))
    sizes = select(versions.c.version, size).where(*_of(kind, object_id)).order_by(versions.c.version.desc())
    if before is not None:
        sizes = sizes.where(versions.c.version < before)
    numbers, is_more = cut(connection.execute(sizes.limit(limit + 1)).tuples().all(), limit)
    if not numbers:
        return [], False
    # With the one before the last: what differs is seen by comparing.
    return _told(connection, kind, object_id, numbers[0], len(numbers)), is_more


def find(connection: Connection, kind: Kind, object_id: int, version: int) -> Version | None:
    """Return a version of an object; None if it is not kept."""
    found = _told(connection, kind, object_id, version, 1)
    return found[0] if found and found[0].version == version else None


def as_of(connection: Connection, kind: Kind, object_id: int, at: datetime) -> Version | None:
    """Return what an object was at a time; None if nothing is kept from then."""
    statement = _newest_first(kind, object_id).where(versions.c.created_at <= at).limit(1)
    row = connection.execute(statement).one_or_none()
    return None if row is None else _read(kind, row)


def set_label(connection: Connection, kind: Kind, object_id: int, version: int, label: str) -> bool:
    """Call a version something, or nothing any more. Tells whether it is kept."""
    statement = update(versions).where(*_is(kind, object_id, version)).values(label=label)
    return connection.execute(statement).rowcount > 0


def _told(connection: Connection, kind: Kind, object_id: int, first: int, count: int) -> list[Version]:
    statement = _newest_first(kind, object_id).where(versions.c.version <= first).limit(count + 1)
    found = [_read(kind, row) for row in connection.execute(statement)]
    before = [each.content for each in found[1:]]
    # The last has none before it, or is only here to be compared with.
    changes = [tuple(changed_fields(was, each.content)) for was, each in zip(before, found, strict=False)]
    told = [replace(each, changed=change) for each, change in zip(found, [*changes, ()], strict=False)]
    return told[:count]


def _newest_first(kind: Kind, object_id: int) -> Select[Any]:
    columns = (versions.c.version, versions.c.content, versions.c.created_at, versions.c.label)
    return select(*columns).where(*_of(kind, object_id)).order_by(versions.c.version.desc())


def _read(kind: Kind, row: Row[Any]) -> Version:
    return Version(row.version, _whole(kind, row.content), row.created_at, row.label)


def _whole(kind: Kind, content: dict[str, Any]) -> dict[str, Any]:
    # To give an agent its first tool is a change.
    return with_acting(content) if kind == "agent" else content


def _of(kind: Kind, object_id: int) -> tuple[Any, ...]:
    return versions.c.kind == kind, versions.c.object_id == object_id


def _is(kind: Kind, object_id: int, version: int) -> tuple[Any, ...]:
    return *_of(kind, object_id), versions.c.version == version

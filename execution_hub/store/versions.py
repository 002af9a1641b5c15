"""Queries of versions: what an agent, a workflow or a task held after each save, whole."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Table, exists, insert, select

from execution_hub.store.tables import VersionRow

Kind = Literal["agent", "workflow", "task"]

versions: Table = VersionRow.__table__  # type: ignore[attr-defined]


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
    return connection.execute(select(versions.c.content).where(*_is(kind, object_id, version))).scalar_one_or_none()


def _is(kind: Kind, object_id: int, version: int) -> tuple[Any, ...]:
    return versions.c.kind == kind, versions.c.object_id == object_id, versions.c.version == version

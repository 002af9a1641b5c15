"""The servers of tools that each process runs, for those that run none."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from execution_hub.store.tables import WorkerToolsColumns

worker_tools: Table = WorkerToolsColumns.__table__  # type: ignore[attr-defined]


def put(connection: Connection, worker_id: str, digest: str, servers: list[dict[str, Any]]) -> None:
    """Store the servers of a process in the place of what it had.

    Args:
        connection: A writing transaction.
        worker_id: Which process; it has joined.
        digest: Of its servers: what changes when they do.
        servers: See `tools.merging.to_json`.
    """
    connection.execute(delete(worker_tools).where(worker_tools.c.worker_id == worker_id))
    connection.execute(insert(worker_tools).values(worker_id=worker_id, digest=digest, servers=servers))


def of(connection: Connection, worker_ids: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the servers of processes, by the ids of those."""
    wanted = worker_tools.c.worker_id.in_(worker_ids)
    rows = connection.execute(select(worker_tools.c.worker_id, worker_tools.c.servers).where(wanted))
    return {row.worker_id: row.servers for row in rows}

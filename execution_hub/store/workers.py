"""The processes that have joined the hub. Each renews its own row: see store/lease.py."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, func, select, text, update

from execution_hub.domain.worker import Worker, WorkerStatus
from execution_hub.role import Role
from execution_hub.store.tables import WorkerColumns
from execution_hub.store.worker_tools import worker_tools

workers: Table = WorkerColumns.__table__  # type: ignore[attr-defined]

# More are never shown, nor read: they are processes, not rows of a history.
READ_MAX = 1_000


def all_of(connection: Connection) -> list[Worker]:
    """Return the processes that have joined, those that joined first before the others; at most 1 000.

    With the digest of the tools of each: every process asks this every second, and asks nothing else for those.
    """
    tools = func.coalesce(worker_tools.c.digest, "").label("tools")
    found = select(workers, tools).outerjoin(worker_tools, worker_tools.c.worker_id == workers.c.id)
    rows = connection.execute(found.order_by(workers.c.started_at, workers.c.id).limit(READ_MAX))
    return [_to_value(row) for row in rows.mappings()]


def server_started_at(connection: Connection) -> datetime:
    """Return when the server of a PostgreSQL database was started, by its own clock, as the beats are."""
    started: datetime = connection.execute(text("SELECT pg_postmaster_start_time()")).scalar_one()
    return started.astimezone(UTC)


def remove(connection: Connection, worker_id: str, beat: int) -> bool:
    """Take the lease away from a process, unless it has renewed it since.

    Args:
        connection: A writing transaction.
        worker_id: Whose.
        beat: Its beat as it was when it fell silent.

    Returns:
        Whether it was taken away now.
    """
    silent = delete(workers).where(workers.c.id == worker_id, workers.c.beat == beat)
    return connection.execute(silent).rowcount > 0


def remove_all(connection: Connection) -> None:
    """Take every lease away: whoever calls this has the database alone."""
    connection.execute(delete(workers))


def ask_to_drain(connection: Connection, worker_id: str) -> Worker | None:
    """Ask a process to take no new work; it learns of it with its next beat.

    Returns:
        The process afterwards, None if there is none with this id.
    """
    return _ask(connection, worker_id, status=WorkerStatus.DRAINING.value)


def ask_to_stop(connection: Connection, worker_id: str) -> Worker | None:
    """Ask a process to hand over what runs in it, and to end; it learns of it with its next beat.

    Returns:
        The process afterwards, None if there is none with this id.
    """
    return _ask(connection, worker_id, status=WorkerStatus.DRAINING.value, is_stopping=True)


def _ask(connection: Connection, worker_id: str, **values: Any) -> Worker | None:
    asked = update(workers).where(workers.c.id == worker_id).values(**values)
    row = connection.execute(asked.returning(workers)).mappings().one_or_none()
    return None if row is None else _to_value(row)


def _to_value(row: RowMapping) -> Worker:
    values: dict[str, Any] = dict(row)
    return Worker(**{**values, "role": Role(row["role"]), "status": WorkerStatus(row["status"])})

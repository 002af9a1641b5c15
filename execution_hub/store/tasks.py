"""Queries of tasks."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, RowMapping, Table, delete, insert, select, update

from execution_hub.domain.task import Task, TaskDraft
from execution_hub.store.tables import TaskRow

tasks: Table = TaskRow.__table__  # type: ignore[attr-defined]


def every(connection: Connection) -> list[Task]:
    """Return all tasks, newest first."""
    return [_task(row) for row in connection.execute(select(tasks).order_by(tasks.c.id.desc())).mappings()]


def find(connection: Connection, task_id: int) -> Task | None:
    """Return a task, or None."""
    row = connection.execute(select(tasks).where(tasks.c.id == task_id)).mappings().one_or_none()
    return None if row is None else _task(row)


def add(connection: Connection, draft: TaskDraft, at: datetime) -> Task:
    """Store a new task and return it."""
    values = {**asdict(draft), "created_at": at, "updated_at": at}
    return _task(connection.execute(insert(tasks).values(**values).returning(*tasks.c)).mappings().one())


def change(connection: Connection, task_id: int, draft: TaskDraft, at: datetime) -> Task:
    """Store new values of a task and return it."""
    statement = update(tasks).where(tasks.c.id == task_id).values(**asdict(draft), updated_at=at).returning(*tasks.c)
    return _task(connection.execute(statement).mappings().one())


def remove(connection: Connection, task_id: int) -> bool:
    """Delete a task; its executions stay. Tells whether it was there."""
    return connection.execute(delete(tasks).where(tasks.c.id == task_id)).rowcount > 0


def _task(row: RowMapping) -> Task:
    return Task(**{name: row[name] for name in Task.__dataclass_fields__})

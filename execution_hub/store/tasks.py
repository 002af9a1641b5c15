"""Queries of tasks."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, RowMapping, Table, delete, insert, select, update

from execution_hub.domain.task import Task, TaskDraft
from execution_hub.errors import NotFound
from execution_hub.store import pages, versions
from execution_hub.store.tables import TaskRow

tasks: Table = TaskRow.__table__  # type: ignore[attr-defined]
_TEXTS = ("description", "input")


def every(connection: Connection) -> list[Task]:
    """Return all tasks, newest first."""
    return [_task(row) for row in connection.execute(select(tasks).order_by(tasks.c.id.desc())).mappings()]


def page(connection: Connection, limit: int, before: int | None = None) -> tuple[list[Task], bool]:
    """Return a page of the list, newest first, and whether more follow: see `pages.newest`."""
    ids, is_more = pages.newest(connection, tasks, _TEXTS, limit, before)
    rows = connection.execute(select(tasks).where(tasks.c.id.in_(ids)).order_by(tasks.c.id.desc())).mappings()
    return [_task(row) for row in rows], is_more


def find(connection: Connection, task_id: int) -> Task | None:
    """Return a task, or None."""
    row = connection.execute(select(tasks).where(tasks.c.id == task_id)).mappings().one_or_none()
    return None if row is None else _task(row)


def get(connection: Connection, task_id: int) -> Task:
    """Return a task.

    Raises:
        NotFound: There is none with this id.
    """
    return needed(find(connection, task_id), task_id)


def needed(task: Task | None, task_id: int) -> Task:
    """Return what was found.

    Raises:
        NotFound: It was not.
    """
    if task is None:
        raise NotFound(f"There is no task {task_id}.", field="task_id", id=task_id)
    return task


def lock(connection: Connection, task_id: int) -> Task | None:
    """Return a task that nobody else changes before this transaction ends, or None."""
    row = connection.execute(select(tasks).where(tasks.c.id == task_id).with_for_update()).mappings().one_or_none()
    return None if row is None else _task(row)


def add(connection: Connection, draft: TaskDraft, at: datetime) -> Task:
    """Store a new task, with its first version, and return it."""
    values = {**asdict(draft), "created_at": at, "updated_at": at}
    task = _task(connection.execute(insert(tasks).values(**values).returning(*tasks.c)).mappings().one())
    versions.keep(connection, "task", task.id, task.version, asdict(draft), at)
    return task


def change(connection: Connection, task: Task, draft: TaskDraft, at: datetime) -> Task:
    """Store new values of a task as its next version and return it; equal values change nothing.

    Args:
        connection: A writing transaction.
        task: As `lock` returned it.
        draft: The new values.
        at: When, UTC.
    """
    # Not as a draft: what was stored by an older version need not pass today's checks.
    before = {name: getattr(task, name) for name in TaskDraft.__dataclass_fields__}
    if asdict(draft) == before:
        return task
    # What was stored before there were versions has none yet.
    versions.keep(connection, "task", task.id, task.version, before, task.updated_at)
    statement = (
        update(tasks)
        .where(tasks.c.id == task.id, tasks.c.version == task.version)
        .values(**asdict(draft), version=task.version + 1, updated_at=at)
        .returning(*tasks.c)
    )
    changed = _task(connection.execute(statement).mappings().one())
    versions.keep(connection, "task", task.id, changed.version, asdict(draft), at)
    return changed


def remove(connection: Connection, task_id: int) -> bool:
    """Delete a task; its executions and its versions stay. Tells whether it was there."""
    return connection.execute(delete(tasks).where(tasks.c.id == task_id)).rowcount > 0


def _task(row: RowMapping) -> Task:
    return Task(**{name: row[name] for name in Task.__dataclass_fields__})

"""The tasks of the hub."""

from typing import Any

from execution_hub.domain.clock import now
from execution_hub.domain.cursor import read_cursor, write_cursor
from execution_hub.domain.filters import LIMIT_MAX
from execution_hub.domain.task import Task, TaskDraft
from execution_hub.hub.actor import ActedUpon
from execution_hub.hub.listing import Listing
from execution_hub.hub.versions import check_version
from execution_hub.store import tasks
from execution_hub.store.database import Connection, Database


class Tasks(ActedUpon):
    """Named pieces of work for workflows."""

    def __init__(self, database: Database) -> None:
        """Keep them in a database."""
        self._database = database

    async def every(self) -> list[Task]:
        """Return all tasks, newest first."""
        return await self._database.aread(tasks.every)

    async def page(self, *, limit: int = LIMIT_MAX, cursor: str | None = None) -> Listing[Task]:
        """Return a page of the tasks, newest first.

        Args:
            limit: How many at most, 1 to 200; fewer where they are long.
            cursor: The `next_cursor` of the page before.

        Raises:
            InvalidInput: The cursor is none of this list's.
        """
        before = None if cursor is None else read_cursor(cursor)
        found, is_more = await self._database.aread(lambda connection: tasks.page(connection, limit, before))
        return Listing(found, write_cursor(found[-1].id) if is_more and found else None)

    async def get(self, task_id: int) -> Task:
        """Return a task.

        Raises:
            NotFound: There is none with this id.
        """
        return await self._database.aread(lambda connection: tasks.get(connection, task_id))

    async def create(self, draft: TaskDraft) -> Task:
        """Store a new task and return it."""
        task = await self._database.awrite(lambda connection: tasks.add(connection, draft, now()))
        self._note("task.created", task_id=task.id)
        return task

    async def update(self, task_id: int, changes: dict[str, Any], *, version: int | None = None) -> Task:
        """Change some values of a task and return it; executions keep what they ran on.

        Args:
            task_id: Which one.
            changes: Fields of TaskDraft; what is left out stays.
            version: The version the changes are made to; None to make them to any.

        Raises:
            NotFound: There is none with this id.
            InvalidInput: A value does not fit; the field is named.
            Stale: It has another version.
        """

        def work(connection: Connection) -> Task:
            task = _lock(connection, task_id)
            check_version(connection, "task", task, version)
            return tasks.change(connection, task, task.draft(**changes), now())

        task = await self._database.awrite(work)
        self._note("task.updated", task_id=task.id)
        return task

    async def delete(self, task_id: int, *, version: int | None = None) -> None:
        """Delete a task; its executions stay in the history.

        Args:
            task_id: Which one.
            version: The version that is to go; None for any.

        Raises:
            NotFound: There is none with this id.
            Stale: It has another version.
        """

        def work(connection: Connection) -> None:
            check_version(connection, "task", _lock(connection, task_id), version)
            tasks.remove(connection, task_id)

        await self._database.awrite(work)
        self._note("task.deleted", task_id=task_id)


def _lock(connection: Connection, task_id: int) -> Task:
    return tasks.needed(tasks.lock(connection, task_id), task_id)

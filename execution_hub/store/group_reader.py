"""Many small reads in one transaction: what the event log's writer does for changes, for those who only look."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from execution_hub.errors import HubError, Unavailable
from execution_hub.store.database import Connection, Database

T = TypeVar("T")

_Asked = list[tuple[Callable[[Connection], Any], asyncio.Future[Any]]]


class GroupReader:
    """Reads what is asked for at one time in one transaction. Used on one event loop.

    A transaction, and the way to a thread and back, cost more than what most of them read.
    """

    def __init__(self, database: Database) -> None:
        """Read nothing yet."""
        self._database = database
        self._asked: _Asked = []
        self._task: asyncio.Task[None] | None = None

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` returns, from a transaction that begins after this was asked.

        Raises:
            Exception: What `work` raises, which fails no other.
            Unavailable: The database is away, locked or broken.
        """
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._asked.append((work, answer))
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="hub-group-reader")
        return await answer

    async def _run(self) -> None:
        while self._asked:
            asked, self._asked = self._asked, []
            found = await self._read([work for work, _ in asked])
            for (_, answer), each in zip(asked, found, strict=True):
                if answer.done():
                    continue  # who asked has gone
                if isinstance(each, Exception):
                    answer.set_exception(each)
                else:
                    answer.set_result(each)
        self._task = None

    async def _read(self, works: Sequence[Callable[[Connection], object]]) -> list[object]:
        """Return what each found, or the exception it raised."""

        def read(connection: Connection) -> list[object]:
            return [_found(work, connection) for work in works]

        try:
            return await self._database.aread(read)
        except Unavailable as error:
            return [error] * len(works)
        except Exception as error:
            if len(works) == 1:
                return [error]
            # It may have broken the transaction for those after it.
            return [each for work in works for each in await self._read([work])]


def _found(work: Callable[[Connection], object], connection: Connection) -> object:
    try:
        return work(connection)
    except HubError as error:
        return error

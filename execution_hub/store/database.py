"""The app database: SQLite beside the engine's own file, or PostgreSQL."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any, TypeVar

from sqlalchemy import URL, create_engine, event
from sqlalchemy import Connection as Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from execution_hub import metrics
from execution_hub.domain.folding import fold
from execution_hub.errors import Unavailable
from execution_hub.role import Role
from execution_hub.store.away import away
from execution_hub.store.database_lock import DatabaseLock, fence
from execution_hub.store.notify import first_line
from execution_hub.store.pools import pools_of
from execution_hub.store.postgres import is_postgres, ping_after_idle, with_timeouts

T = TypeVar("T")
BUSY_TIMEOUT_MS = 5_000
# What others than the threads may take of the pool: the log's writer, the engine's workflows.
BESIDE_THREADS = 4


class Database:
    """Transactions on the app database, from any thread or event loop.

    It is synchronous inside: an async engine would belong to one event loop, and two live in this
    process (the web's and the engine's).
    """

    def __init__(self, url: str | URL, lock: DatabaseLock | None = None, role: Role = Role.ALONE) -> None:
        """Prepare connections; none is opened yet.

        Args:
            url: An SQLAlchemy URL with its driver.
            lock: The lock on the database, without which nothing is written; None where nobody else can be.
            role: What this process does, which says how many connections it may have.
        """
        size = pools_of(role).app
        threads = max(size - BESIDE_THREADS, size // 2)
        self.is_sqlite = not is_postgres(url)
        self._engine = create_engine(
            with_timeouts(url),
            pool_size=threads,
            max_overflow=size - threads,
            # What people and models wrote does not belong into errors and logs.
            hide_parameters=True,
        )
        if lock is not None:
            fence(self._engine, lock, lambda connection: lock.check() if _writes(connection) else None)
        event.listen(self._engine, "begin", lambda _: metrics.count_transaction("app"))
        # SQLite has one writer. Waiting here is fair and instant; its own busy handler sleeps and retries.
        self._writing = threading.Lock() if self.is_sqlite else nullcontext()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="hub-database")
        if self.is_sqlite:
            event.listen(self._engine, "connect", _prepare_sqlite)
            event.listen(self._engine, "begin", _begin_sqlite)
        else:
            ping_after_idle(self._engine)

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run a reading transaction and return what `work` returns.

        Raises:
            Unavailable: The database is away, locked or broken.
        """
        try:
            with self._engine.connect() as connection, connection.begin():
                return work(connection)
        except DBAPIError as error:
            if _is_passing(error):
                raise _unavailable(error) from error
            raise

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run a writing transaction and return what `work` returns; an error rolls all of it back.

        Raises:
            Unavailable: The database is away, locked, full or read-only, or not ours; nothing was stored.
        """
        try:
            with self._writing, self._engine.connect() as opened:
                connection = opened.execution_options(hub_writes=True)
                with connection.begin():
                    return work(connection)
        except DBAPIError as error:
            if _is_passing(error):
                raise _unavailable(error) from error
            raise

    async def aread(self, work: Callable[[Connection], T]) -> T:
        """Run `read` in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.read, work)

    async def awrite(self, work: Callable[[Connection], T]) -> T:
        """Run `write` in a thread; it completes even if the caller is cancelled."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.write, work)

    def shrink(self, pages: int) -> bool:
        """Give free pages of an SQLite file back to the disk.

        Args:
            pages: How many at most: it holds up writers for as long as it takes.

        Returns:
            Whether there are more; never on another database, which looks after itself.
        """
        if not self.is_sqlite:
            return False
        connection = self._engine.raw_connection()
        try:
            # As a script: that alone runs the pragma to its end, it gives back one page a step.
            driver = connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            with self._writing:
                driver.executescript(f"PRAGMA incremental_vacuum({int(pages)})")
            if int(driver.execute("PRAGMA freelist_count").fetchone()[0]) > 0:
                return True
            # Only then the file itself gets shorter. One that is busy is left to SQLite's next time.
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            connection.close()
        return False

    def close(self) -> None:
        """Finish what runs and close every connection."""
        self._threads.shutdown(wait=True)
        self._engine.dispose()


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own BEGIN comes too late and is never IMMEDIATE: see _begin_sqlite.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys=ON")
    # Its own `lower` knows ASCII only.
    connection.create_function("fold", 1, _fold, deterministic=True)


def _fold(text: Any) -> str | None:
    return None if text is None else fold(str(text))


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads before it writes must take the write lock at once, or it can fail in the middle.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("hub_writes", False))


def _is_passing(error: DBAPIError) -> bool:
    # A server that has ended a session for standing still in its transaction calls that an internal error.
    return isinstance(error, OperationalError) or error.connection_invalidated


def _unavailable(error: DBAPIError) -> Unavailable:
    cause = first_line(error.orig or error)
    known = {
        "locked": "The database is locked by another program. Try again in a moment.",
        "full": "The disk is full. Free some space; nothing was stored.",
        "No space left": "The disk of the database is full. Free some space; nothing was stored.",
        "readonly": "The database cannot be written. Check the rights of HUB_DATA_DIR.",
        "unable to open": "The database cannot be opened. Check HUB_DATA_DIR and its rights.",
    }
    for word, message in known.items():
        if word in cause:
            return Unavailable(message)
    return away(cause)

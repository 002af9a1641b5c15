"""The engine's database: its own SQLite file, tuned, with the clock functions that old versions lack, or PostgreSQL.

The one place outside store/ that touches SQLAlchemy: DBOS takes its database as an SQLAlchemy engine.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL as URL
from sqlalchemy import Connection as Connection
from sqlalchemy import Dialect as Dialect
from sqlalchemy import Engine as Engine
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DBAPIError as DBAPIError
from sqlalchemy.exc import OperationalError

from execution_hub import metrics
from execution_hub.engine.pace import Pace
from execution_hub.errors import Unavailable
from execution_hub.role import Role
from execution_hub.store.counters import is_queue_paused
from execution_hub.store.database_lock import DatabaseLock, fence
from execution_hub.store.pools import pools_of
from execution_hub.store.postgres import ping_after_idle, with_timeouts

BUSY_TIMEOUT_MS = 30_000
RECONNECT_SECONDS = 0.1
# After conflicts DBOS's thread rests for up to two minutes; a round that is away for longer than that is stuck.
STUCK_SECONDS = 300.0
# Conflicts with itself, and with nothing that reads or writes rows.
_TURN = "LOCK TABLE dbos.queues IN SHARE UPDATE EXCLUSIVE MODE"
# DBOS's table. Each status as it stands in the condition of its index.
_TABLES = {"postgresql": "dbos.workflow_status", "sqlite": "workflow_status"}
_WAITING = {
    dialect: text(f"SELECT 1 FROM {table} WHERE queue_name = :queue AND status = 'ENQUEUED' LIMIT 1")  # noqa: S608
    for dialect, table in _TABLES.items()
}
_CLAIMANTS = {
    dialect: text(f"SELECT DISTINCT executor_id FROM {table} WHERE status = 'PENDING' AND executor_id IS NOT NULL")  # noqa: S608
    for dialect, table in _TABLES.items()
}


def postgres_engine(url: URL, lock: DatabaseLock | None, role: Role = Role.ALONE) -> Engine:
    """Return an engine for DBOS's schema in the app's PostgreSQL: one pool for all that DBOS does in this process.

    Args:
        url: An SQLAlchemy URL with its driver.
        lock: The lock on the database, without which nothing begins or commits; None where nobody else can be.
        role: What this process does: how many connections it may have, and whether it claims in turns with others.
    """
    size = pools_of(role).engine
    engine = create_engine(with_timeouts(url), pool_size=size, max_overflow=0, hide_parameters=True)
    ping_after_idle(engine)
    event.listen(engine, "begin", _count)

    def check(_connection: Connection) -> None:
        assert lock is not None
        try:
            lock.check()
        except Unavailable as error:
            # In the shape that DBOS takes for a passing fault: it waits and tries again.
            raise OperationalError(None, None, error, connection_invalidated=True) from error

    if lock is not None:
        fence(engine, lock, check)
    if role.is_joined:
        event.listen(engine, "begin", _take_turns)
    return engine


class QueuePaused(Exception):
    """Nothing is claimed: the queue is paused."""


class _Claiming(threading.local):
    is_it = False


_claiming = _Claiming()


@contextmanager
def claiming() -> Iterator[None]:
    """Let what this thread begins meanwhile be a claim.

    Where several processes claim, only one does at a time, and none once a pause is answered, whatever it has heard of
    that (`wait_for_claims`): then it ends with QueuePaused.
    """
    _claiming.is_it = True
    try:
        yield
    finally:
        _claiming.is_it = False


def _take_turns(connection: Connection) -> None:
    # Of two that claim at once from a queue with a limit one fails, and looks less often from then on (measured: 19
    # executions a second with two workers).
    if _claiming.is_it:
        connection.exec_driver_sql(_TURN)
        # A lock is no query: what is seen is what was there once it was taken.
        if is_queue_paused(connection):
            raise QueuePaused


def wait_for_claims(engine: Engine) -> None:
    """Return once no process is claiming: what was stored before is known to all that claim afterwards.

    Args:
        engine: Of a PostgreSQL that several processes may share.
    """
    with engine.begin() as connection:
        connection.exec_driver_sql(_TURN)


def sqlite_engine(url: URL) -> Engine:
    """Return an engine for DBOS's own SQLite file.

    WAL and synchronous NORMAL: a commit survives the death of the process. BEGIN IMMEDIATE: two
    writers queue instead of failing in the middle.

    Args:
        url: An SQLite file.
    """
    engine = create_engine(url, pool_size=20, max_overflow=10, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _count)
    return engine


class QueueRounds:
    """Paces and counts the rounds of DBOS's thread for a queue, which by itself asks at fixed intervals.

    A round begins with a read of the queue's row; by then the thread has handed over all it had claimed.

    Attributes:
        count: How many have begun.
    """

    def __init__(self, engine: Engine, queue: str, pace: Pace) -> None:
        """Know a round by what that thread asks of the database first, until `lighten` takes over."""
        self.count = 0
        self._made_at = time.monotonic()
        self._engine = engine
        self._queue = queue
        self._pace = pace
        self._thread = f"queue-worker-{queue}"
        self._is_light = False
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "do_connect", self._before_connect)

    @property
    def is_here(self) -> bool:
        """Whether this is called from that thread."""
        return threading.current_thread().name == self._thread

    def begin(self) -> None:
        """Wait until a round is due, and count it."""
        self.count += 1
        self._pace.wait()

    @property
    def is_over(self) -> bool:
        """Whether the engine has stopped: the thread was let go to end, and not to claim anything."""
        return self._pace.is_over

    def end(self, count: int) -> None:
        """Know how many were taken in the round."""
        self._pace.note_taken(count)

    def wake(self) -> None:
        """Let one round begin soon."""
        self._pace.wake()

    @property
    def is_alive(self) -> bool:
        """Whether that thread is there, and is not stuck in a round."""
        is_there = any(each.name == self._thread for each in threading.enumerate())
        if self._pace.is_waiting:
            return is_there
        # Asked after that: who no longer waits has begun a round, and the pace knows when.
        began_at = max(self._made_at, self._pace.round_at)
        return is_there and time.monotonic() < began_at + STUCK_SECONDS

    @property
    def is_under_way(self) -> bool:
        """Whether a round has begun and has not ended, as far as one can tell while rounds are held."""
        return not self._pace.is_waiting and any(each.name == self._thread for each in threading.enumerate())

    def is_standing_since(self, count: int) -> bool:
        """Tell whether no round has begun since there were so many, and the thread does not wait for one."""
        return self.count == count and not self._pace.is_waiting

    def lighten(self) -> None:
        """Count no round by its read of the queue's row: whoever calls `begin` knows that row."""
        self._is_light = True

    @property
    def may_have_work(self) -> bool:
        """Whether anything waits in the queue: to ask costs a tenth of what it costs to claim nothing."""
        with self._engine.connect() as connection:
            return connection.execute(_WAITING[connection.dialect.name], {"queue": self._queue}).first() is not None

    def _before(self, _connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if not self._is_light and self.is_here and "queues.queue_id" in statement:
            # Before the statement that begins the transaction: nothing is locked meanwhile.
            self.begin()

    def _before_connect(self, *_: Any) -> None:
        if self.is_here:
            # A database that is away is asked for again a few times a second, not as fast as it refuses.
            time.sleep(RECONNECT_SECONDS)


def claimants(engine: Engine) -> set[str]:
    """Return the names of the processes that have claimed what has not ended."""
    with engine.connect() as connection:
        return set(connection.execute(_CLAIMANTS[connection.dialect.name]).scalars())


def give_back_space(engine: Engine) -> None:
    """Give the free pages of the file back to the disk."""
    connection = engine.raw_connection()
    try:
        # As a script: that alone runs the pragma to its end, it gives back one page a step.
        driver = connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.executescript("PRAGMA incremental_vacuum")
    finally:
        connection.close()


def _count(_connection: Connection) -> None:
    metrics.count_transaction("engine")


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    # As DBOS sets it: the driver opens its transactions so, and DBOS writes its own BEGIN when migrating.
    connection.isolation_level = "IMMEDIATE"
    # Only before the first table; an older file keeps its ways.
    connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys=ON")
    # DBOS asks unixepoch('subsec') on Python >= 3.12, which SQLite has only since 3.42, and
    # strftime('%s', 'now') on 3.11, which has whole seconds only: too coarse to order a queue.
    connection.create_function("unixepoch", -1, _unixepoch)
    connection.create_function("strftime", -1, _strftime)


def _unixepoch(*arguments: Any) -> float | int | None:
    if arguments in (("subsec",), ("now", "subsec")):
        return round(time.time(), 3)
    if arguments in ((), ("now",)):
        return int(time.time())
    value = _plain("strftime", "%s", *arguments)
    return None if value is None else int(value)


def _strftime(*arguments: Any) -> Any:
    if arguments == ("%s", "now"):
        return round(time.time(), 3)
    return _plain("strftime", *arguments)


def _plain(function: str, *arguments: Any) -> Any:
    # SQLite's own function, asked of a connection that has no shims.
    marks = ", ".join("?" * len(arguments))
    connection = sqlite3.connect(":memory:")
    try:
        return connection.execute(f"SELECT {function}({marks})", arguments).fetchone()[0]
    finally:
        connection.close()

"""The lock on a database: one hub at a time, wherever its data folder is. Taken before anything is written.

The processes of one hub share it, those that have joined it with a role: see store/lease.py.
"""

import re
import select
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, Protocol, Self

import psycopg
import structlog
from sqlalchemy import URL, Connection, Engine, event

from execution_hub.errors import StartError, Unavailable
from execution_hub.store.away import away
from execution_hub.store.lock import LOCK_WAIT_SECONDS, FileLock, file_holder, shown
from execution_hub.store.notify import connect, first_line
from execution_hub.store.postgres import is_postgres
from execution_hub.store.urls import shown as without_password
from execution_hub.store.urls import sqlite_file

logger = structlog.get_logger(__name__)

# Advisory locks are per database, and the engine's tables are one set per database: one key for all hubs.
KEY = 0x4855_424C
OTHERWISE = "Use that one, stop it, or set another HUB_DATABASE_URL."
JOINED_INSTEAD = "Join it with --role, stop it, or set another HUB_DATABASE_URL."
NOT_JOINED = "It runs alone: start it with --role all, and this one can join it; or set another HUB_DATABASE_URL."
BEAT_SECONDS = 1.0
# So long after a beat was sent that came back, the lock is taken for ours without asking. Much shorter than what a
# server waits for a client that has gone silent: it cannot have given the lock to somebody else meanwhile.
SURE_SECONDS = 4.0
# So long it is not asked again whether the server has ended the session. To ask lets another thread have its turn, and
# each transaction would do so twice; whoever gets the lock then takes longer until it writes.
QUIET_SECONDS = 0.005
# A session of ours that was cut off may take so long to die on the server.
RETAKE_SECONDS = 5.0
PAUSE_SECONDS = 0.05
_HALVES = {"high": KEY >> 32, "low": KEY & 0xFFFF_FFFF}
_FIND_HOLDER = """
    SELECT pg_stat_activity.pid, pg_stat_activity.query, pg_locks.mode = 'ShareLock' AS is_shared
    FROM pg_locks LEFT JOIN pg_stat_activity USING (pid)
    WHERE pg_locks.locktype = 'advisory' AND pg_locks.granted AND pg_locks.objsubid = 1
      AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND pg_locks.classid = %(high)s AND pg_locks.objid = %(low)s
"""

Lost = Callable[[StartError], None]


class DatabaseLock(Protocol):
    """A lock on a database, exclusive or shared with those that have joined."""

    def check(self) -> None:
        """Return if the lock is ours; call it right before something is written.

        Raises:
            Unavailable: It is not, or nobody can tell: nothing may be written.
        """
        ...

    def suspect(self) -> None:
        """Ask the database itself at the next check."""
        ...

    def release(self) -> None:
        """Let go of it."""
        ...


def lock_database(url: str | URL, told: str, on_lost: Lost) -> DatabaseLock:
    """Take the lock on a database.

    Args:
        url: An SQLAlchemy URL with its driver.
        told: Who takes it, for others to read; see `store.lock.holder`.
        on_lost: Called, from any thread, when another hub has it later on: nothing may be written any more.

    Raises:
        StartError: Another hub has it, or the database does not answer.
    """
    if is_postgres(url):
        return SessionLock(url, told, on_lost).acquire()
    return _File(_database_file(url)).acquire(told)


def database_holder(url: str | URL) -> str | None:
    """Return who holds the lock on a database, in its own words; None if nobody does. Takes and changes nothing.

    Args:
        url: An SQLAlchemy URL with its driver.

    Raises:
        StartError: The database does not answer.
    """
    if not is_postgres(url):
        return file_holder(_lock_file(_database_file(url)))
    try:
        with connect(url) as session:
            found = session.execute(_FIND_HOLDER, _HALVES).fetchone()
    except psycopg.Error as error:
        raise StartError(f"The database {without_password(url)} cannot be opened: {first_line(error)}.") from None
    return _told_by(found[1]) if found else None


def fence(engine: Engine, lock: DatabaseLock, check: Callable[[Connection], None]) -> None:
    """Let no transaction of an engine begin, and none commit, without the lock.

    Args:
        engine: Whose.
        lock: The lock on its database.
        check: Asks the lock, where the transaction is one that writes; raises if it is not ours.
    """
    event.listen(engine, "begin", check)
    # Again: it may have been lost in the middle, while this process stood still.
    event.listen(engine, "commit", check)
    # The old ones may have gone the way of the lock's own.
    event.listen(engine, "connect", lambda *_: lock.suspect())


class _File(FileLock):
    """The lock on an SQLite file: the kernel's, which cannot be lost."""

    def __init__(self, path: Path) -> None:
        super().__init__(_lock_file(path), f"The database {path}", OTHERWISE)

    def check(self) -> None:
        """See DatabaseLock."""

    def suspect(self) -> None:
        """See DatabaseLock."""


class SessionLock:
    """The lock on a PostgreSQL database: an advisory one, of a session that does nothing else.

    The server lets go of it when the session ends: at once when the process dies, after some seconds when the
    network does. Whoever writes asks first, and a session that was lost is made anew before anything is written.
    Its beats carry who has it, as a comment, so that others find it in `pg_stat_activity`.
    """

    # The function of the database that takes it.
    _lock = "pg_try_advisory_lock"
    _unlock = "pg_advisory_unlock"
    _is_shared = False

    def __init__(self, url: str | URL, told: str, on_lost: Lost) -> None:
        """See `lock_database`; nothing is locked yet."""
        self._url = url
        self._used = f"The database {without_password(url)}"
        self._told = shown(told)
        self._on_lost = on_lost
        self._mutex = threading.Lock()
        self._session: psycopg.Connection[Any] | None = None
        self._sure_until = self._quiet_until = 0.0
        self._end: StartError | None = None
        self._is_released = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="hub-database-lock", daemon=True)

    def acquire(self) -> Self:
        """Take it and keep it.

        Raises:
            StartError: Another hub has it, or the database does not answer.
        """
        try:
            self._take(LOCK_WAIT_SECONDS)
        except psycopg.Error as error:
            raise StartError(f"{self._used} cannot be opened: {first_line(error)}.") from None
        self._keeper.start()
        return self

    def check(self) -> None:
        """See DatabaseLock."""
        # Without the mutex, which a beat holds for as long as the database takes.
        if self._end is None and self._is_sure():
            return
        with self._mutex:
            if self._end is not None:
                raise Unavailable(self._end.message)
            if not self._is_sure():
                self._renew()

    def suspect(self) -> None:
        """See DatabaseLock."""
        self._sure_until = 0.0

    def release(self) -> None:
        """See DatabaseLock."""
        self._is_released.set()
        if self._keeper.is_alive():
            self._keeper.join()
        with self._mutex:
            self._end = self._end or StartError("The hub is stopping.")
            if self._session is not None:
                with suppress(psycopg.Error):
                    # Said, not left to the end of the session: the next hub may be waiting.
                    self._session.execute(self._say(f"SELECT {self._unlock}({KEY})"))
            self._close()

    def _keep(self) -> None:
        is_away = False
        while not self._is_released.wait(BEAT_SECONDS):
            try:
                with self._mutex:
                    if self._end is None:
                        self._renew()
                is_away = False
            except Unavailable as error:
                if not is_away:
                    logger.warning("lock.away", error=error.message)
                is_away = True

    def _is_sure(self) -> bool:
        """Tell whether the lock is certainly ours, without asking: a server that ends a session says so first."""
        moment, session = now(), self._session
        if session is None or session.closed or moment >= self._sure_until:
            return False
        if moment < self._quiet_until:
            return True
        heard = select.poll()
        try:
            heard.register(session.fileno(), select.POLLIN)
        except psycopg.Error:
            return False  # closed at this moment
        if heard.poll(0):
            return False
        self._quiet_until = moment + QUIET_SECONDS
        return True

    def _renew(self) -> None:
        """Ask, and take the lock again if its session is gone."""
        try:
            if self._session is not None:
                self._beat(self._session)
                return
        except psycopg.Error as error:
            logger.warning("lock.lost", error=first_line(error))
        except StartError as error:
            self._lose(error)
        self._close()
        try:
            self._take(RETAKE_SECONDS)
        except psycopg.Error as error:
            raise away(first_line(error)) from None
        except StartError as error:
            self._lose(error)
        logger.info("lock.retaken")

    def _lose(self, error: StartError) -> NoReturn:
        self._end = error
        self._on_lost(error)
        raise Unavailable(error.message) from None

    def _beat(self, session: psycopg.Connection[Any]) -> None:
        """Ask the database, which shows that the session lives.

        Raises:
            StartError: This process may not go on.
        """
        sent_at = now()
        session.execute(self._say("SELECT 1"))
        self._sure_until = sent_at + SURE_SECONDS

    def _take(self, wait_seconds: float) -> None:
        """Make a session and take the lock in it.

        Raises:
            StartError: Another hub has it.
            psycopg.Error: The database does not answer.
        """
        session = connect(self._url)
        try:
            deadline = time.monotonic() + wait_seconds
            while session.execute(self._say(f"SELECT {self._lock}({KEY})")).fetchone() != (True,):
                self._wait_for_holder(session, is_last=time.monotonic() >= deadline)
            self._beat(session)
        except BaseException:
            session.close()
            raise
        self._session = session

    def _wait_for_holder(self, session: psycopg.Connection[Any], *, is_last: bool) -> None:
        found = session.execute(_FIND_HOLDER, _HALVES).fetchone()
        told = _told_by(found[1] if found else None)
        if found and told == self._told:
            # A session of this very process, which lost it: the server has not noticed yet.
            session.execute("SELECT pg_terminate_backend(%s)", found[:1])
        elif is_last:
            has_joined = bool(found and found[2])
            otherwise = NOT_JOINED if self._is_shared else JOINED_INSTEAD if has_joined else OTHERWISE
            raise StartError(f"{self._used} is in use by another hub{f': {told}' if told else ''}. {otherwise}")
        time.sleep(PAUSE_SECONDS)

    def _say(self, statement: str) -> bytes:
        return f"-- {self._told}\n{statement}".encode()

    def _close(self) -> None:
        if self._session is not None:
            with suppress(psycopg.Error):
                self._session.close()
            self._session = None


def _database_file(url: str | URL) -> Path:
    path = sqlite_file(url)
    assert path is not None, "SQLite, or PostgreSQL"
    return path.resolve()


def _lock_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.lock")


def _told_by(query: str | None) -> str:
    """Return who a session says it is; nothing for one that is not a hub's, or that the database does not show."""
    found = re.match(r"-- (.+)\n", query or "")
    return shown(found[1]) if found else ""


def now() -> float:
    """Return a time in seconds that no clock that is set can change."""
    # Where there is one, a clock that goes on while the machine sleeps: the server's did.
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))

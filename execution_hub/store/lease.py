"""The lease of a process that has joined a hub: a shared lock on the database, and a row that it renews.

A process whose database has not answered for 4 s ends itself; the others take its lease away after 6 s of silence
(live/workers.py), and only then go on with what it ran. Neither compares clocks of two machines.
"""

import json
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg
import structlog
from sqlalchemy import URL

from execution_hub import metrics
from execution_hub.domain import clock
from execution_hub.domain.worker import WorkerStatus
from execution_hub.errors import StartError, Unavailable
from execution_hub.process import process_number
from execution_hub.role import Role
from execution_hub.store.alone import KEY as PREPARING
from execution_hub.store.alone import PREPARING_MAX_SECONDS
from execution_hub.store.database_lock import PAUSE_SECONDS, SURE_SECONDS, Lost, SessionLock, now
from execution_hub.store.revisions import COMPATIBLE_FROM, Stored

logger = structlog.get_logger(__name__)

WATCH_SECONDS = 0.2
_JOIN = """
    INSERT INTO workers (id, host, pid, role, version, revision, status, running, slots, beat, provider_limits,
                         started_at, last_beat_at, beating_since)
    VALUES (%(id)s, %(host)s, %(pid)s, %(role)s, %(version)s, %(revision)s, 'running', 0, %(slots)s, 0, %(limits)s,
            COALESCE(%(joined_at)s, timezone('UTC', clock_timestamp())), timezone('UTC', clock_timestamp()),
            timezone('UTC', clock_timestamp()))
    RETURNING started_at
"""
# A gap is what a process without a database for so long cannot live through: see SURE_SECONDS; a little less, for one
# whose database was away a little less long does.
_GAP_SECONDS = 3
_RENEW = """
    UPDATE workers SET beat = beat + 1, running = %(running)s, last_beat_at = timezone('UTC', clock_timestamp()),
        beating_since = CASE WHEN timezone('UTC', clock_timestamp()) > last_beat_at + %(gap)s * interval '1 second'
                        THEN timezone('UTC', clock_timestamp()) ELSE beating_since END,
        status = CASE WHEN %(is_draining)s THEN 'draining' ELSE status END
    WHERE id = %(id)s RETURNING status, is_stopping, clock_timestamp()
"""
_FIND_REVISION = "SELECT version_num, (SELECT value FROM hub WHERE name = %(name)s) FROM alembic_version"
_LEAVE = "DELETE FROM workers WHERE id = %(id)s"
# A process that stood still, and not its database, may be on time by its next beat: so long before it gives up, while
# the others still wait.
STOOD_STILL_SECONDS = 1.0
TAKEN_FOR_DEAD = "The other processes of this hub took this one for dead: its database had not heard of it for 6 s."
TOO_OLD = "this one is too old for it. Update it."
SILENT = f"The database has not answered for {SURE_SECONDS:.0f} s: others may go on with what runs here."


@dataclass(frozen=True, slots=True)
class Membership:
    """What a process says of itself when it joins.

    Attributes:
        id: Its name: the engine's executor id.
        role: What it does.
        version: Of its programs.
        slots: How many executions may run in it.
        running: How many do.
        on_drain: Called once, from any thread, when somebody asks it to take no new work.
        revision: The newest of the database that its programs know; without one it is older than all.
        on_stop: Called once, from any thread, when somebody asks it to hand over what runs in it, and to end.
        provider_limits: See `Worker`.
    """

    id: str
    role: Role
    version: str
    slots: int
    running: Callable[[], int]
    on_drain: Callable[[], None]
    revision: str = ""
    on_stop: Callable[[], None] = lambda: None
    provider_limits: Mapping[str, Sequence[int | None]] = field(default_factory=dict)


class Lease(SessionLock):
    """A shared lock on a PostgreSQL database; once joined, each of its beats renews the row of this process."""

    _lock = "pg_try_advisory_lock_shared"
    _unlock = "pg_advisory_unlock_shared"
    _is_shared = True

    def __init__(self, url: str | URL, told: str, on_lost: Lost) -> None:
        """See `lock_database`."""
        super().__init__(url, told, on_lost)
        self._membership: Membership | None = None
        self._is_draining = self._is_stopping = False
        # By the database's clock.
        self._joined_at: datetime | None = None
        self._beaten_at = now()

    def join(self, membership: Membership) -> None:
        """Appear among the workers; call it once the tables are there.

        Raises:
            Unavailable: The database does not answer.
            StartError: A newer version has migrated it since this process looked, and this one cannot go on with it.
        """
        with self._mutex:
            if self._session is None:
                self._renew()
            assert self._session is not None
            deadline = now() + PREPARING_MAX_SECONDS
            while not self._appear(self._session, membership):
                if now() > deadline:
                    raise StartError(f"{self._used} is still being prepared by another process.")
                time.sleep(PAUSE_SECONDS)
            self._membership = membership
            self._renew()
        if membership.role.executes:
            threading.Thread(target=self._watch, name="hub-lease-watchdog", daemon=True).start()

    def drain(self) -> None:
        """Say from now on that this process takes no new work."""
        self._is_draining = True

    def leave(self) -> None:
        """Disappear from the workers: what was claimed here may be taken over at once."""
        with self._mutex:
            if self._session is not None and self._membership is not None:
                with suppress(psycopg.Error):
                    self._session.execute(_LEAVE, {"id": self._membership.id})
            self._membership = None

    def release(self) -> None:
        """See DatabaseLock."""
        self.leave()
        super().release()
        # It belongs to no hub any more: its own clock counts.
        clock.set_offset(0.0)

    def _beat(self, session: psycopg.Connection[Any]) -> None:
        if self._membership is None:
            super()._beat(session)
            self._beaten_at = now()
            return
        sent_at, began = now(), time.time()
        values = {
            "id": self._membership.id,
            "running": self._membership.running(),
            "is_draining": self._is_draining,
            "gap": _GAP_SECONDS,
        }
        metrics.count_transaction("lease")
        row = session.execute(self._say_with(_RENEW), values).fetchone()
        if row is None and not self._membership.role.executes:
            # Nothing was taken over from it: it was asleep, and is back.
            if not self._appear(session, self._membership):
                raise Unavailable("Another process prepares the database. Try again in a moment.")
            row = session.execute(self._say_with(_RENEW), values).fetchone()
        if row is None:
            raise StartError(TAKEN_FOR_DEAD)
        self._sure_until, self._beaten_at = sent_at + SURE_SECONDS, sent_at
        status, is_stopping, database_time = row
        _compare_clocks(database_time, began, time.time())
        if status == WorkerStatus.DRAINING.value and not self._is_draining:
            self._is_draining = True
            self._membership.on_drain()
        if is_stopping and not self._is_stopping:
            self._is_stopping = True
            self._membership.on_stop()

    def _say_with(self, statement: str) -> bytes:
        """Return a statement with parameters, behind who says it."""
        return self._say(statement).replace(self._told.encode(), self._told.replace("%", "%%").encode(), 1)

    def _appear(self, session: psycopg.Connection[Any], membership: Membership) -> bool:
        """Add the row of this process; again, if it was taken away, with when it joined. See `_appear`."""
        joined_at = _appear(session, membership, self._joined_at)
        self._joined_at = joined_at or self._joined_at
        return joined_at is not None

    def _watch(self) -> None:
        watched_at = now()
        while not self._is_released.wait(WATCH_SECONDS):
            moment = now()
            has_stood_still, watched_at = moment - watched_at > STOOD_STILL_SECONDS, moment
            patience = SURE_SECONDS + (STOOD_STILL_SECONDS if has_stood_still else 0.0)
            if moment > self._beaten_at + patience:
                self._on_lost(StartError(SILENT))
                return


def _appear(session: psycopg.Connection[Any], membership: Membership, joined_at: datetime | None) -> datetime | None:
    """Add the row of a process, unless a migration is at work: that has asked already who goes on with it.

    Returns:
        When it joined, by the database's clock; None if it was not added.

    Raises:
        StartError: A newer version has migrated the database, and these programs cannot go on with it.
    """
    values = {
        "id": membership.id,
        "host": socket.gethostname()[:255],
        "pid": process_number(),
        "role": membership.role.value,
        "version": membership.version,
        "revision": membership.revision,
        "slots": membership.slots,
        "limits": json.dumps(dict(membership.provider_limits)),
        "joined_at": joined_at,
    }
    with session.transaction():
        # Not waited for: who waits has a snapshot, and the building of an index waits for all of those to end.
        if session.execute(f"SELECT pg_try_advisory_xact_lock_shared({PREPARING})").fetchone() != (True,):
            return None
        found = session.execute(_FIND_REVISION, {"name": COMPATIBLE_FROM}).fetchone()
        if found is not None and not Stored(*found).goes_with_this():
            raise StartError(f"A newer version has migrated the database to revision {found[0]}: {TOO_OLD}")
        row = session.execute(_JOIN, values).fetchone()
    assert row is not None, "it returns what it has added"
    appeared_at: datetime = row[0]
    return appeared_at


def _compare_clocks(database_time: datetime, sent_at: float, heard_at: float) -> None:
    """Take the database's time for that of the hub: all its processes tell the same.

    Args:
        database_time: What it told.
        sent_at: When it was asked, by this machine's clock.
        heard_at: When it had answered, by the same.
    """
    offset = clock.offset_by(database_time.astimezone(UTC).timestamp(), sent_at, heard_at)
    if offset != clock.offset():
        clock.set_offset(offset)
        logger.info("clock.set", offset_seconds=round(offset, 3))

"""The processes of a hub as one that is about to migrate its database, or only looks, sees them."""

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import URL, Connection, create_engine, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from execution_hub.errors import StartError
from execution_hub.store import workers
from execution_hub.store.postgres import is_postgres, with_timeouts
from execution_hub.store.revisions import cause_of, oldest_beside
from execution_hub.store.urls import shown

# As live/workers.py: a process that lives has said so within this time.
SILENT_SECONDS = 6.0
PAUSE_SECONDS = 0.2


def joined(url: str | URL) -> Sequence[Any]:
    """Return the processes that have joined, at most 1 000; each with what the first table of them had.

    Args:
        url: An SQLAlchemy URL with its driver.

    Raises:
        StartError: The database does not answer.
    """
    if not is_postgres(url):
        return []
    engine = create_engine(with_timeouts(url), poolclass=NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            return _joined(connection)
    except SQLAlchemyError as error:
        raise StartError(f"The database {shown(url)} cannot be opened: {cause_of(error)}.") from error


def check_older(url: str | URL, revision: str) -> None:
    """Find out whether all processes that are alive go on with a database once it is at a revision.

    Whoever calls this keeps others from joining: see store/alone.py. A process that is too old and says nothing for
    6 s loses its lease, and ends itself if it comes back.

    Args:
        url: An SQLAlchemy URL with its driver.
        revision: Where the database is to be brought.

    Raises:
        StartError: Some do not; it names them. Or the database does not answer.
    """
    oldest = oldest_beside(revision)
    first = found = _older(url, oldest)
    beats = {each.id: each.beat for each in first}
    deadline = time.monotonic() + SILENT_SECONDS
    while found and time.monotonic() < deadline:
        living = [each for each in found if each.beat != beats.get(each.id)]
        if living:
            names = ", ".join(f"{each.host}:{each.pid} (version {each.version})" for each in living)
            raise StartError(
                f"Revision {revision} does not go together with programs older than {oldest}, which still run: "
                f"{names}. Stop them first.",
                revision=revision,
            )
        time.sleep(PAUSE_SECONDS)
        found = _older(url, oldest)
    if not found:
        return
    engine = create_engine(with_timeouts(url), poolclass=NullPool, hide_parameters=True)
    with engine.begin() as connection:
        for each in found:
            workers.remove(connection, each.id, each.beat)


def _older(url: str | URL, oldest: str) -> list[Any]:
    return [each for each in joined(url) if each.revision < oldest]


def _joined(connection: Connection) -> Sequence[Any]:
    rows = workers.workers.c
    if not inspect(connection).has_table(workers.workers.name):
        return []
    # Named one by one: what is added to the table may come with this very migration.
    few = select(rows.id, rows.host, rows.pid, rows.role, rows.version, rows.status, rows.revision, rows.beat)
    return connection.execute(few.order_by(rows.started_at, rows.id).limit(workers.READ_MAX)).all()

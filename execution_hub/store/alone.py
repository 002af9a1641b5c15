"""What one process of a hub does while the others wait: migrations, and what a new database begins with."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from sqlalchemy import URL

from execution_hub.errors import StartError
from execution_hub.store.notify import connect, first_line
from execution_hub.store.postgres import is_postgres
from execution_hub.store.urls import shown

# Beside that of store/database_lock.py.
KEY = 0x4855_424D
PAUSE_SECONDS = 0.05
# A migration of a large history takes minutes.
PREPARING_MAX_SECONDS = 600.0


@contextmanager
def alone_in(url: str | URL) -> Iterator[None]:
    """Be the only process that prepares a database, for as long as the block lasts.

    An SQLite database has one process anyway.

    Args:
        url: An SQLAlchemy URL with its driver.

    Raises:
        StartError: The database does not answer, or another process has been preparing it for ten minutes.
    """
    if not is_postgres(url):
        yield
        return
    try:
        session = connect(url)
    except psycopg.Error as error:
        raise StartError(f"The database {shown(url)} cannot be opened: {first_line(error)}.") from None
    try:
        deadline = time.monotonic() + PREPARING_MAX_SECONDS
        # Not waited for in the database, where sessions give up soon.
        while session.execute(f"SELECT pg_try_advisory_lock({KEY})").fetchone() != (True,):
            if time.monotonic() > deadline:
                raise StartError(f"Another process has been preparing the database {shown(url)} for ten minutes.")
            time.sleep(PAUSE_SECONDS)
        yield
    finally:
        # The lock ends with the session.
        with suppress(psycopg.Error):
            session.close()

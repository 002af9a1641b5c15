"""Sessions of PostgreSQL for what is not SQL: LISTEN and NOTIFY."""

from typing import Any

import psycopg
from sqlalchemy import URL as URL

from execution_hub import metrics
from execution_hub.store.postgres import with_timeouts

FAULTS = (psycopg.Error, OSError)
Session = psycopg.Connection[Any]


def connect(url: str | URL) -> Session:
    """Return a session in which each statement is a transaction.

    Args:
        url: An SQLAlchemy URL with its driver.

    Raises:
        psycopg.Error: The database does not answer.
    """
    parts = with_timeouts(url)
    # As the pools connect: a URL means to SQLAlchemy what it does not always mean to libpq.
    _, where = parts.get_dialect()().create_connect_args(parts)
    return psycopg.connect(**where, autocommit=True)


def notify(session: Session, channel: str, payload: str) -> None:
    """Tell all who listen on a channel.

    Raises:
        psycopg.Error: The database does not answer.
    """
    metrics.count_transaction("bus")
    session.execute("SELECT pg_notify(%s, %s)", (channel, payload))


def first_line(error: BaseException) -> str:
    """Return what an error says first: PostgreSQL adds hints and places to it."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")

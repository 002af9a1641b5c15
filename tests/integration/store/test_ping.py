"""A connection that PostgreSQL has ended is replaced before it is used, if it has rested."""

import pytest
from sqlalchemy import text

from execution_hub.errors import Unavailable
from execution_hub.store import postgres
from execution_hub.store.database import Connection, Database


def _ask(connection: Connection) -> int:
    return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


def _end(other: Database, pid: int) -> None:
    other.read(lambda connection: connection.execute(text(f"SELECT pg_terminate_backend({pid}, 5000)")))


@pytest.fixture
def ended(postgres_url: str) -> Database:
    """Return a database whose only pooled connection was ended by the server."""
    database, other = Database(postgres_url), Database(postgres_url)
    _end(other, database.read(_ask))
    other.close()
    return database


def test_what_rested_is_asked_first(ended: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody sees that the connection was ended."""
    monkeypatch.setattr(postgres, "FRESH_SECONDS", 0)
    assert ended.read(_ask) > 0
    ended.close()


def test_what_was_just_used_is_not_asked(ended: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """It fails in words, as if the server had gone a moment later, and the next one works."""
    monkeypatch.setattr(postgres, "FRESH_SECONDS", 3600)
    with pytest.raises(Unavailable):
        ended.read(_ask)
    assert ended.read(_ask) > 0
    ended.close()

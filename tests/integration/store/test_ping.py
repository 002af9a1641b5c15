"""A connection that PostgreSQL has ended is replaced before it is used; one that lives is not asked for it."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

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


@pytest.fixture
def pings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows with each ping."""
    made: list[str] = []
    ping = PGDialect_psycopg.do_ping

    def count(self: PGDialect_psycopg, connection: Any) -> bool:
        made.append("ping")
        return bool(ping(self, connection))

    monkeypatch.setattr(PGDialect_psycopg, "do_ping", count)
    return made


def test_what_the_server_has_ended_is_replaced(ended: Database, pings: list[str]) -> None:
    """Nobody sees that the connection was ended, however short ago it was used: the server has said so."""
    assert ended.read(_ask) > 0
    assert pings
    ended.close()


def test_what_lives_is_not_asked(postgres_url: str, pings: list[str]) -> None:
    """A connection that nothing was heard of is used as it is, without a round trip."""
    database = Database(postgres_url)
    assert len({database.read(_ask) for _ in range(5)}) == 1
    assert not pings
    database.close()


def test_what_rested_is_asked_first(postgres_url: str, pings: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies between may have forgotten it without telling anybody."""
    database = Database(postgres_url)
    before = database.read(_ask)
    monkeypatch.setattr(postgres, "RESTED_SECONDS", 0)
    assert database.read(_ask) == before
    assert pings
    database.close()

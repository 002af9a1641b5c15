"""How processes take turns when they claim."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from dbos import run_dbos_database_migrations
from sqlalchemy import Connection, make_url, text

from execution_hub.engine.database import Engine, QueuePaused, claiming, postgres_engine, wait_for_claims
from execution_hub.role import Role
from execution_hub.store import counters
from tests.support.migrations import connected, move
from tests.support.server import poll

_CLAIM = {"isolation_level": "REPEATABLE READ"}
_COUNT = text("SELECT count(*) FROM dbos.queues WHERE name = 'theirs'")
_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'dbos.queues'::regclass")


@pytest.fixture
def engines(postgres_url: str) -> Iterator[tuple[Engine, Engine]]:
    """Yield the engines of two processes on one database."""
    url = make_url(postgres_url)
    move(url, "head")
    run_dbos_database_migrations(url.set(drivername="postgresql").render_as_string(hide_password=False))
    # The server would end a claim that waits for the test for as long as that takes on a busy machine.
    patient = url.update_query_dict({"options": "-c idle_in_transaction_session_timeout=120s -c lock_timeout=120s"})
    first, second = (postgres_engine(patient, None, Role.ALL) for _ in range(2))
    yield first, second
    for each in (first, second):
        each.dispose()


@contextmanager
def claim(engine: Engine) -> Iterator[Connection]:
    """Be in a transaction that claims, as DBOS does from a queue with a limit."""
    with engine.connect().execution_options(**_CLAIM) as connection:
        with claiming():
            transaction = connection.begin()
        with transaction:
            yield connection


def test_who_claims_waits_for_the_other_and_sees_what_it_did(engines: tuple[Engine, Engine]) -> None:
    """Two transactions that claim are never at it at once, so that neither fails."""
    first, second = engines
    seen: list[int] = []

    def look() -> None:
        with claim(second) as connection:
            seen.append(connection.execute(_COUNT).scalar_one())

    other = threading.Thread(target=look)
    with claim(first) as connection:
        other.start()
        poll(lambda: _waiting(first) == 1)
        connection.execute(text("INSERT INTO dbos.queues (queue_id, name) VALUES ('1', 'theirs')"))
    other.join(60)
    assert seen == [1]


def test_a_pause_waits_for_who_claims_and_who_claims_then_knows_of_it(
    engines: tuple[Engine, Engine], postgres_url: str
) -> None:
    """However late the news of it come."""
    first, second = engines
    with claim(first):
        with connected(postgres_url) as connection:
            counters.pause_queue(connection, True)
        pause = threading.Thread(target=wait_for_claims, args=(second,))
        pause.start()
        poll(lambda: _waiting(second) == 1)
        assert pause.is_alive()
    pause.join(60)
    assert not pause.is_alive()
    with pytest.raises(QueuePaused), claim(first):
        pass


def _waiting(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(_WAITING).scalar_one())

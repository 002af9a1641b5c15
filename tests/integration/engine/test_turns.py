"""How processes take turns when they claim."""

import threading

from dbos import run_dbos_database_migrations
from sqlalchemy import make_url, text

from execution_hub.engine.database import Engine, postgres_engine
from execution_hub.role import Role
from tests.support.server import poll

_CLAIM = {"isolation_level": "REPEATABLE READ"}
_COUNT = text("SELECT count(*) FROM dbos.queues WHERE name = 'theirs'")
_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'dbos.queues'::regclass")


def test_who_claims_waits_for_the_other_and_sees_what_it_did(postgres_url: str) -> None:
    """Two transactions that claim are never at it at once, so that neither fails."""
    url = make_url(postgres_url)
    run_dbos_database_migrations(url.set(drivername="postgresql").render_as_string(hide_password=False))
    first, second = (postgres_engine(url, None, Role.ALL) for _ in range(2))
    seen: list[int] = []

    def claim() -> None:
        with second.connect().execution_options(**_CLAIM) as connection, connection.begin():
            seen.append(connection.execute(_COUNT).scalar_one())

    other = threading.Thread(target=claim)
    with first.connect().execution_options(**_CLAIM) as connection, connection.begin():
        connection.execute(text("SELECT 1"))
        other.start()
        poll(lambda: _waiting(first) == 1)
        connection.execute(text("INSERT INTO dbos.queues (queue_id, name) VALUES ('1', 'theirs')"))
    other.join(10)
    assert seen == [1]
    for each in (first, second):
        each.dispose()


def _waiting(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(_WAITING).scalar_one())

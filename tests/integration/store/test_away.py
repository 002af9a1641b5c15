"""What people and the log are told of a database that is away."""

import socket

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from execution_hub.errors import Unavailable
from execution_hub.store import away
from execution_hub.store.database import Connection, Database
from tests.support.postgres import OwnPostgres


def _nobody() -> str:
    """Return the URL of a PostgreSQL at a port where nobody listens."""
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        return f"postgresql+psycopg://hub@127.0.0.1:{port.getsockname()[1]}/hub"


def test_people_are_told_what_to_do_and_the_log_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody who asks learns where the server is; the log says it once for all who ask in the same moment."""
    monkeypatch.setattr(away._Noted, "at", float("-inf"))
    database = Database(_nobody())
    with capture_logs() as logged:
        for _ in range(3):
            with pytest.raises(Unavailable) as caught:
                database.read(lambda connection: connection.execute(text("SELECT 1")))
            assert caught.value.message == "The database does not answer. Try again in a moment."
    assert [each["event"] for each in logged] == ["database.away"]
    assert "refused" in logged[0]["error"]
    database.close()


def test_a_full_disk_of_postgresql_is_called_that() -> None:
    server = OwnPostgres(disk_megabytes=128)
    if not server.has_disk:
        pytest.skip("no disk of its own may be mounted here")
    database = Database(server.server.url("postgres"))

    def fill(connection: Connection) -> None:
        connection.execute(text("INSERT INTO filler SELECT repeat(md5(n::text), 60) FROM generate_series(1, 20000) n"))

    try:
        database.write(lambda connection: connection.execute(text("CREATE TABLE filler (words text)")))
        with server.full_disk(), pytest.raises(Unavailable, match="The disk of the database is full"):
            database.write(fill)
    finally:
        database.close()
        server.close()

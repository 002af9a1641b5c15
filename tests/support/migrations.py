"""What the tests of migrations share: a database moved to a revision, and its whole content."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.pool import NullPool

from alembic import command
from execution_hub.settings import ROOT
from tests.support.preloaded import Preloaded

TIMES = {"created_at": "2026-01-02 03:04:05.678900", "updated_at": "2026-01-02 03:04:06.000000"}


def alembic_config(**attributes: Any) -> Config:
    """Return Alembic's configuration as code uses it, with these attributes."""
    config = Config(str(ROOT / "alembic.ini"))
    config.attributes.update(configure_logging=False, **attributes)
    return config


def move(url: str | URL, revision: str) -> None:
    """Upgrade or downgrade a database to a revision."""
    config = alembic_config(url=url)
    with connected(url) as connection:
        has_table = inspect(connection).has_table("alembic_version")
        now = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if has_table else None
    go = command.upgrade if revision == "head" or (now or "") < revision else command.downgrade
    known = revisions()
    # Reading them all anew is a third of a move.
    with patch.object(ScriptDirectory, "from_config", lambda _config: known):
        go(config, revision)


@cache
def revisions() -> ScriptDirectory:
    """Return the revisions there are."""
    return ScriptDirectory.from_config(alembic_config())


def copied(fill: Callable[[str], None]) -> Callable[[str], None]:
    """Let what fills an empty database do so once of each kind: further ones are copies, not migrated again."""
    files: list[bytes] = []
    templates: list[str] = []

    def filled(url: str) -> None:
        name = make_url(url).database
        assert name
        if url.startswith("sqlite"):
            if files:
                Path(name).write_bytes(files[0])
            else:
                fill(url)
                files.append(Path(name).read_bytes())
        elif templates:
            _copy(url, templates[0], name)
        else:
            fill(url)
            # It goes with the server.
            templates.append("filled")
            _copy(url, name, templates[0])

    return filled


def _copy(url: str, old: str, new: str) -> None:
    """Make one database of a PostgreSQL server the copy of another that nobody uses."""
    server = create_engine(make_url(url).set(database="postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {new}"))
        connection.execute(text(f"CREATE DATABASE {new} TEMPLATE {old}"))


@contextmanager
def connected(url: str | URL) -> Iterator[Connection]:
    """Open a transaction that is committed at the end, with foreign keys enforced on SQLite as in the hub."""
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda driver, _: driver.execute("PRAGMA foreign_keys=ON"))
    with engine.begin() as connection:
        yield connection


def insert(connection: Connection, table: str, **values: Any) -> int:
    """Insert a row and return its first column's value, the id where there is one."""
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    first = "id" if table in ("agents", "tasks", "workflows", "executions") else next(iter(values))
    statement = text(f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING {first}")
    return connection.execute(statement, values).scalar_one()  # type: ignore[no-any-return]


def execution(connection: Connection, **values: Any) -> int:
    """Insert an execution, of workflow 1 and task 1 unless said otherwise, and return its id."""
    defaults: dict[str, Any] = {"status": "succeeded", "meta": '{"a": [1, 2.50]}', **TIMES}
    if values.get("execution_type") != "agent_test":
        defaults |= {"task_id": 1, "workflow_id": 1}
    return insert(connection, "executions", **{**defaults, **values})


def content(url: str, *tables: str) -> dict[str, list[dict[str, Any]]]:
    """Return every row of the tables as text, by table; all tables if none is named."""
    with connected(url) as connection:
        names = tables or sorted(set(inspect(connection).get_table_names()) - {"alembic_version"})
        return {name: _rows(connection, name) for name in names}


def _rows(connection: Connection, table: str) -> list[dict[str, Any]]:
    # Raw rows: what the drivers make of a time or of JSON must not hide a difference.
    columns = [column["name"] for column in inspect(connection).get_columns(table)]
    casts = ", ".join(f"CAST({name} AS TEXT) AS {name}" for name in columns)
    # By the columns themselves: as text, 10 would come before 9.
    order = ", ".join(f"t.{name}" for name in columns[:2])
    rows = connection.execute(text(f"SELECT {casts} FROM {table} AS t ORDER BY {order}"))
    return [dict(row) for row in rows.mappings()]


def killed_midway(url: str, direction: str, statement: str, target: str) -> int:
    """Migrate in a process that is killed with -9 right after a statement, and return its exit code."""
    with Path(os.devnull).open("r+") as nothing:
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), nothing.fileno())
        words = (url, direction, statement, target)
        return Preloaded(f"{__name__}:be_killed_midway", words, cwd=ROOT, env=os.environ, **streams).wait(60)


def be_killed_midway() -> None:
    """Be that process."""
    url, direction, midway, target = sys.argv[1:]

    def kill(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if midway in statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", kill)
    getattr(command, direction)(alembic_config(url=url), target)

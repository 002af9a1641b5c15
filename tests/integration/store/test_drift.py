"""The schema the migrations make is the schema the code expects."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, make_url, text
from sqlmodel import SQLModel

from execution_hub.store import execution_tables
from tests.support.migrations import connected, move

PATHS = [
    ["head"],
    ["head", "0007", "head"],
    ["head", "0006", "head"],
    ["head", "0005", "head"],
    ["head", "0003", "head"],
    ["head", "0002", "head"],
    ["head", "0001", "head"],
]


def _sorted(items: list[Any]) -> list[Any]:
    return sorted(items, key=repr)


def _column(column: dict[str, Any]) -> tuple[Any, ...]:
    # Two ways to write the same default: DEFAULT '0' and DEFAULT 0 differ, blanks and outer brackets do not.
    default = None if column["default"] is None else column["default"].strip("() ")
    return (column["name"], str(column["type"]), column["nullable"], default)


def _index(index: dict[str, Any]) -> tuple[Any, ...]:
    # Of which rows: each database writes the condition in its own way, the same for both schemas.
    rows = {name: str(value) for name, value in index["dialect_options"].items() if name.endswith("_where")}
    return (index["name"], index["column_names"], bool(index["unique"]), rows)


def _check(check: dict[str, Any]) -> tuple[Any, ...]:
    return (check["name"], " ".join(check["sqltext"].split()))


def _schema(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return all that makes up each table, as the database tells it."""
    found = inspect(connection)
    return {
        name: {
            "columns": _sorted([_column(dict(column)) for column in found.get_columns(name)]),
            "primary key": found.get_pk_constraint(name)["constrained_columns"],
            "indexes": _sorted([_index(dict(index)) for index in found.get_indexes(name)]),
            "unique": _sorted([dict(constraint) for constraint in found.get_unique_constraints(name)]),
            "checks": _sorted([_check(dict(check)) for check in found.get_check_constraints(name)]),
            "foreign keys": _sorted(
                [
                    (key["constrained_columns"], key["referred_table"], key["referred_columns"], key["options"])
                    for key in found.get_foreign_keys(name)
                ]
            ),
        }
        for name in found.get_table_names()
        if name != "alembic_version"
    }


@pytest.fixture(scope="module")
def looked_at() -> dict[str, Any]:
    """Return the tables of the code by the kind of database that has told of them: each is asked once."""
    return {}


@pytest.fixture
def created(make_database: Callable[[], str], database_url: str, looked_at: dict[str, Any]) -> dict[str, Any]:
    """Return the tables of the code, as a database of this kind tells of them."""
    kind = make_url(database_url).get_backend_name()
    if kind not in looked_at:
        with connected(make_database()) as connection:
            SQLModel.metadata.create_all(connection)
            looked_at[kind] = _schema(connection)
    return dict(looked_at[kind])


@pytest.mark.parametrize("path", PATHS, ids="-".join)
def test_migrations_make_the_tables_of_the_code(database_url: str, created: dict[str, Any], path: list[str]) -> None:
    """Columns, types, nullability, defaults, keys, indexes and CHECKs are the same, however the schema came about."""
    for step in path:
        move(database_url, step)
    with connected(database_url) as connection:
        migrated = _schema(connection)
    assert migrated.keys() == created.keys()
    for name, table in created.items():
        assert migrated[name] == table, name


def test_the_comparison_sees_checks_and_references(make_database: Callable[[], str]) -> None:
    """What the comparison reads is not empty: CHECKs, partial indexes and references are in it."""
    url = make_database()
    move(url, "head")
    with connected(url) as connection:
        schema = _schema(connection)
    expected = {c.name for c in execution_tables.ExecutionColumns.__table__.constraints if c.name}
    assert {name for name, _ in schema["executions"]["checks"]} == expected
    assert len(expected) == 2
    partial = {name: rows for name, _, _, rows in schema["executions"]["indexes"] if rows}
    assert "deleted_at IS NOT NULL" in str(partial["ix_executions_deleted"])
    assert len(partial) == 14
    for table in ("events", "steps"):
        assert schema[table]["foreign keys"] == [(["execution_id"], "executions", ["id"], {"ondelete": "CASCADE"})]
    assert schema["steps"]["primary key"] == ["execution_id", "name"]


def test_alembic_finds_nothing_to_add(make_database: Callable[[], str]) -> None:
    """Alembic's own comparison agrees."""
    url = make_database()
    move(url, "head")
    with connected(url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


@pytest.mark.parametrize(
    "path", [*PATHS, ["0001"], ["0002"], ["0003"], ["head", "0001"], ["head", "0002"], ["head", "0003"]], ids="-".join
)
def test_sqlite_never_gives_an_id_twice(tmp_path: Path, path: list[str]) -> None:
    """At every revision, each table with ids of its own has AUTOINCREMENT, like the tables of the code."""
    url = f"sqlite:///{tmp_path}/hub.sqlite3"
    for step in path:
        move(url, step)
    with connected(url) as connection:
        there: dict[str, str] = dict(
            connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).tuples().all()
        )
    found = {name for name, sql in there.items() if re.search(r"PRIMARY KEY AUTOINCREMENT", sql)}
    kwargs = {name: table.kwargs for name, table in SQLModel.metadata.tables.items()}
    assert found == {name for name, values in kwargs.items() if values.get("sqlite_autoincrement")} & set(there)
    assert found >= {"agents", "tasks", "workflows", "executions"}

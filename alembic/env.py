"""How Alembic reaches the database: all of a migration in one transaction, or none of it.

On PostgreSQL a migration may end that transaction to build indexes while others write (`autocommit_block`); what came
before it is then done for good, and what it builds must be such that it can be tried again.

`config.attributes` may hold `connection` (not in a transaction) or `url`, and `configure_logging=False`;
otherwise the database is the one of the settings.
"""

import re
import sqlite3
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from logging.config import fileConfig

from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import URL, Connection, create_engine, inspect, text
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from alembic import context
from execution_hub.errors import HubError, StartError
from execution_hub.settings import load_settings
from execution_hub.store import tables  # noqa: F401 - fills SQLModel.metadata
from execution_hub.store.database_lock import lock_database
from execution_hub.store.folder import make_folder
from execution_hub.store.lock import holder
from execution_hub.store.revisions import COMPATIBLE_FROM, oldest_beside
from execution_hub.store.urls import app_url, sqlite_file

# Any number will do, as long as everybody who migrates a hub takes the same.
_POSTGRES_LOCK = 0x4855_4244
_LOCK_SECONDS = 0.1
_CACHE_KIB = 128 * 1024


def _defaults_differ(
    _migrations: MigrationContext,
    _column: object,
    _wanted_column: object,
    found: str | None,
    _wanted_default: object,
    wanted: str | None,
) -> bool:
    """Compare defaults by their text.

    Alembic's own comparison takes an empty text on SQLite for a change, and fails on JSON on PostgreSQL.
    """
    if found is None or wanted is None:
        # Of a wanted default that is no text (PostgreSQL's sequence of ids) nothing is known.
        return wanted is not None or not (found or "nextval").startswith("nextval")
    value = re.sub(r"::[\w ]+(\[\])?$", "", found)
    return value.strip("'\"()") != wanted.strip("'\"()")


def _say_compatible(*, ctx: MigrationContext, heads: Collection[str], **_: object) -> None:
    """Say in the database, with each step, which older programs go on with it: they do not know its revision."""
    connection = ctx.connection
    if connection is None or not inspect(connection).has_table("hub"):
        return
    values = {"name": COMPATIBLE_FROM, "value": max(map(oldest_beside, heads), default="")}
    connection.execute(text("DELETE FROM hub WHERE name = :name"), values)
    if values["value"] and values["value"] not in heads:
        connection.execute(text("INSERT INTO hub (name, value) VALUES (:name, :value)"), values)


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        compare_type=True,
        compare_server_default=_defaults_differ,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        on_version_apply=_say_compatible,
    )
    with context.begin_transaction():
        context.run_migrations()


@contextmanager
def _sqlite_transaction(connection: Connection) -> Iterator[None]:
    """Hold a write transaction in which tables can be rebuilt."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    # The driver's own BEGIN comes only before the first INSERT: what creates or drops would not be undone.
    isolation_level, driver.isolation_level = driver.isolation_level, None
    # A rebuild drops the old table, which would delete the rows that refer to it. Has no effect in a transaction.
    (foreign_keys,) = driver.execute("PRAGMA foreign_keys").fetchone()
    driver.execute("PRAGMA foreign_keys=OFF")
    # An index of a million rows is sorted in memory of this size.
    (cache_size,) = driver.execute("PRAGMA cache_size").fetchone()
    driver.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    try:
        with connection.begin():
            if not driver.in_transaction:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            highest_ids = _highest_ids(connection)
            yield
            _keep_highest_ids(connection, highest_ids)
            _check_foreign_keys(connection)
    finally:
        driver.execute(f"PRAGMA foreign_keys={foreign_keys}")
        driver.execute(f"PRAGMA cache_size={cache_size}")
        driver.isolation_level = isolation_level


def _table_names(connection: Connection) -> set[str]:
    return set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars())


def _highest_ids(connection: Connection) -> dict[str, int]:
    if "sqlite_sequence" not in _table_names(connection):
        return {}
    return dict(connection.execute(text("SELECT name, seq FROM sqlite_sequence")).tuples().all())


def _keep_highest_ids(connection: Connection, before: dict[str, int]) -> None:
    """Keep ids from being used again: a rebuilt table remembers only the highest id among the rows copied."""
    now = _highest_ids(connection)
    for name in before.keys() & _table_names(connection):
        if name not in now:
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, 0)"), {"name": name})
        if before[name] > now.get(name, 0):
            values = {"name": name, "seq": before[name]}
            connection.execute(text("UPDATE sqlite_sequence SET seq = :seq WHERE name = :name"), values)


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        table, row, parent = broken[0][:3]
        raise CommandError(
            f"{len(broken)} broken reference(s), first: row {row} of {table} refers to a missing row of {parent}. "
            "Nothing was changed."
        )


def _migrate(connection: Connection) -> None:
    if connection.in_transaction():
        raise CommandError("The connection to migrate must not be in a transaction.")
    if connection.dialect.name == "sqlite":
        with _sqlite_transaction(connection):
            _run(connection)
        return
    with _postgres_lock(connection):
        _run(connection)


@contextmanager
def _postgres_lock(connection: Connection) -> Iterator[None]:
    """Let only one migrate: of two that start at once, the second waits, then finds nothing to do.

    A lock of the session, since a migration may have more than one transaction. It is asked for again and again, not
    waited for: who waits has a snapshot, and the building of an index waits for all of those to end.
    """
    driver = connection.connection.driver_connection
    assert driver is not None
    while not _ask(connection, "SELECT pg_try_advisory_lock(:key)"):
        time.sleep(_LOCK_SECONDS)
    try:
        yield
    finally:
        # A connection that was lost has lost the lock too.
        if not driver.closed:
            connection.rollback()
            _ask(connection, "SELECT pg_advisory_unlock(:key)")


def _ask(connection: Connection, question: str) -> bool:
    with connection.begin():
        return bool(connection.execute(text(question), {"key": _POSTGRES_LOCK}).scalar())


def _url_of_settings() -> URL:
    try:
        url = app_url(load_settings())
        file = sqlite_file(url)
        if file is not None:
            make_folder(file.parent, f"The database folder {file.parent}")
    except HubError as error:
        raise CommandError(error.message) from None
    return url


def _only_reads() -> bool:
    """Tell whether the command line was asked for something that a hub at work need not mind."""
    command = getattr(context.config.cmd_opts, "cmd", None)
    return command is not None and command[0].__name__ in ("current", "check")


@contextmanager
def _locked() -> Iterator[None]:
    """Keep hubs away from the settings' database: the tables of one at work do not change under it."""
    try:
        lock = lock_database(_url_of_settings(), holder(load_settings().data_dir), lambda _error: None)
    except StartError as error:
        raise CommandError(error.message) from None
    try:
        yield
    finally:
        lock.release()


def main() -> None:
    """Run what Alembic was asked for on the connection, the URL or the settings' database."""
    config = context.config
    if context.is_offline_mode():
        raise CommandError("SQL scripts cannot be written: the migrations look at the data they move.")
    if config.config_file_name and config.attributes.get("configure_logging", True):
        fileConfig(config.config_file_name, disable_existing_loggers=False)
    connection = config.attributes.get("connection")
    if connection is not None:
        _migrate(connection)
        return
    url = config.attributes.get("url")
    # Who gives a URL has the lock already, as a hub that starts does.
    with nullcontext() if url or _only_reads() else _locked():
        engine = create_engine(url or _url_of_settings(), poolclass=NullPool, hide_parameters=True)
        with engine.connect() as connection:
            _migrate(connection)


main()

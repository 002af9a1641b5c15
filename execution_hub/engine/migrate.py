"""Bringing the engine's own tables to its newest version, before a process needs them."""

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer

from execution_hub.engine.database import URL, DBAPIError, Engine, postgres_engine, sqlite_engine
from execution_hub.engine.expected_ends import quieten
from execution_hub.errors import StartError
from execution_hub.store.urls import shown

_VERSION = "SELECT version FROM dbos.dbos_migrations"


def plain_url(url: URL) -> str:
    """Return a URL as DBOS takes it: without a driver, with its password."""
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False)


def migrate_engine(url: URL) -> tuple[int, int]:
    """Bring the engine's tables to the newest version. DBOS's own only ever add to what is there.

    Args:
        url: The engine's database; on PostgreSQL the caller keeps other processes from doing the same.

    Returns:
        The version found, 0 for an empty database, and the version now.

    Raises:
        StartError: The database cannot be written.
    """
    quieten()
    is_sqlite = url.get_backend_name() == "sqlite"
    database = sqlite_engine(url) if is_sqlite else postgres_engine(url, None)
    try:
        before = _version(database, is_sqlite=is_sqlite)
        if is_sqlite:
            client = DBOSClient(
                system_database_url=plain_url(url),
                system_database_engine=database,
                serializer=DBOSPortableJSONSerializer(),
                retry_connection_errors=False,
            )
            # Private, pinned and tested: DBOS's own way makes a connection that lacks the clock functions.
            client._sys_db.run_migrations()  # noqa: SLF001
            client.destroy()
        else:
            DBOS.migrate(plain_url(url))
        return before, _version(database, is_sqlite=is_sqlite)
    except DBAPIError as error:
        said = (str(error.orig).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise StartError(f"The engine's tables in {shown(url)} could not be migrated: {said}.") from error
    finally:
        database.dispose()


def _version(database: Engine, *, is_sqlite: bool) -> int:
    statement = _VERSION.replace("dbos.", "") if is_sqlite else _VERSION
    with database.connect() as connection:
        try:
            return int(connection.exec_driver_sql(statement).scalar() or 0)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            # No such table: an empty database.
            return 0

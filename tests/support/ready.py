"""Databases that are ready from the start: made once for all tests, then copied.

A copy takes a fifth of the time that migrating takes, which most tests are not about.
"""

import asyncio
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from execution_hub.hub.hub import Hub
from execution_hub.store.database import Database
from execution_hub.store.migrate import migrate
from tests.support.hub import make_settings
from tests.support.postgres import PostgresServer


def use(folder: Path, **values: Any) -> None:
    """Open a hub once: it makes its samples and its engine's tables."""

    async def open_and_close() -> None:
        await (await Hub.open(make_settings(folder, **values))).close()

    # In a thread of its own: in this one Playwright's loop may be running.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(open_and_close())).result()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated SQLite database that nobody uses, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "hub.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_template(postgres_server: PostgresServer) -> str:
    """Return the name of a migrated PostgreSQL database that nobody uses, to be copied."""
    postgres_server.execute("CREATE DATABASE migrated")
    migrate(postgres_server.url("migrated"))
    return "migrated"


@pytest.fixture(scope="session")
def used_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data folder of a hub that was opened once: a copy of it opens in a tenth of the time."""
    folder = tmp_path_factory.mktemp("used") / "data"
    use(folder)
    return folder


@pytest.fixture(scope="session")
def used_template(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the name of a PostgreSQL database that a hub of several processes was opened on once, to be copied."""
    postgres_server.execute("CREATE DATABASE used")
    use(tmp_path_factory.mktemp("used"), HUB_DATABASE_URL=postgres_server.url("used"), HUB_ROLE="all")
    return "used"


@pytest.fixture
def database(tmp_path: Path, migrated_file: Path) -> Any:
    """Yield a migrated SQLite database."""
    found = Database(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'hub.sqlite3')}")
    yield found
    found.close()


@pytest.fixture
def migrated_postgres(make_postgres: Callable[..., str], migrated_template: str) -> str:
    """Return the URL of a migrated PostgreSQL database of this test's own."""
    return make_postgres(migrated_template)


@pytest.fixture
def used_postgres(make_postgres: Callable[..., str], used_template: str) -> str:
    """Return the URL of a PostgreSQL database of this test's own that hubs have used."""
    return make_postgres(used_template)


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a migrated database of this test's own; the test runs once on each kind."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("migrated_postgres"))
    return f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_file'), tmp_path / 'hub.sqlite3')}"

"""What tests of the store share."""

from collections.abc import Iterator

import pytest

from execution_hub.store.database import Database
from execution_hub.store.migrate import migrate


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Yield a migrated database, SQLite and PostgreSQL."""
    migrate(database_url)
    found = Database(database_url)
    yield found
    found.close()

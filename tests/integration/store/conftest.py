"""What tests of the store share."""

from collections.abc import Iterator

import pytest

from execution_hub.store.database import Database


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    """Yield a migrated database, SQLite and PostgreSQL."""
    found = Database(migrated_url)
    yield found
    found.close()

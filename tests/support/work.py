"""How much work a database does for a function: counted, not timed, so that a busy machine changes nothing."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import StaticPool

from execution_hub.store import database

# So many steps of SQLite's machine between two looks.
STEPS_COUNTED = 10


@dataclass
class Work:
    """What was done.

    Attributes:
        amount: Steps of SQLite's machine; on PostgreSQL rows looked at and pages read.
        statements: What was asked, with the amount each took, on PostgreSQL alone.
    """

    amount: int = 0
    statements: list[tuple[str, int]] = field(default_factory=list)


class Counter:
    """Counts the work on one database; everything is rolled back."""

    def __init__(self, url: str) -> None:
        """Open a database."""
        # Each new connection to PostgreSQL is a process of the server, which reads its catalogue first.
        self._engine = create_engine(url, poolclass=StaticPool)
        self._is_sqlite = self._engine.dialect.name == "sqlite"
        if self._is_sqlite:
            event.listen(self._engine, "connect", database._prepare_sqlite)
            event.listen(self._engine, "begin", database._begin_sqlite)

    def of(self, ask: Callable[[Connection], object]) -> Work:
        """Return the work a function makes the database do."""
        with self._engine.connect() as connection, connection.begin() as transaction:
            counting = _sqlite_steps if self._is_sqlite else _postgres_rows
            with counting(connection) as work:
                ask(connection)
            transaction.rollback()
        return work


@contextmanager
def _sqlite_steps(connection: Connection) -> Iterator[Work]:
    work, driver = Work(), connection.connection.driver_connection
    assert driver is not None

    def count() -> int:
        work.amount += STEPS_COUNTED
        return 0

    driver.set_progress_handler(count, STEPS_COUNTED)
    try:
        yield work
    finally:
        driver.set_progress_handler(None, 0)


@contextmanager
def _postgres_rows(connection: Connection) -> Iterator[Work]:
    work = Work()

    def explain(conn: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if many or statement.split(None, 1)[0].upper() not in ("SELECT", "UPDATE", "DELETE", "INSERT", "WITH"):
            return
        driver = conn.connection.driver_connection
        assert driver is not None
        with driver.cursor() as cursor:
            cursor.execute("SAVEPOINT counted")
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) " + statement, parameters)
            plan = cursor.fetchone()[0]
            cursor.execute("ROLLBACK TO SAVEPOINT counted")
        root = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
        amount = _rows(root) + root.get("Shared Hit Blocks", 0) + root.get("Shared Read Blocks", 0)
        work.amount += amount
        work.statements.append((statement, amount))

    event.listen(connection, "before_cursor_execute", explain)
    try:
        yield work
    finally:
        event.remove(connection, "before_cursor_execute", explain)


def _rows(node: dict[str, Any]) -> int:
    """Return how many rows a plan looked at, those it dropped among them."""
    dropped = ("Rows Removed by Filter", "Rows Removed by Index Recheck", "Rows Removed by Join Filter")
    seen = node["Actual Rows"] + sum(node.get(name, 0) for name in dropped)
    return int(seen * node["Actual Loops"]) + sum(_rows(child) for child in node.get("Plans", []))

"""Sends what DBOS does again and again in one transaction as few statements, each for many rows."""

from collections.abc import Mapping
from typing import Any

from execution_hub.engine.database import Connection, Dialect


class GatheringConnection:
    """Stands for a connection to PostgreSQL where DBOS enqueues: gathers its statements instead of sending them.

    DBOS inserts a job's two rows one after the other and waits for each: of many jobs, that is most of what enqueuing
    them costs. The driver sends one statement for many rows without waiting between them.
    """

    def __init__(self, connection: Connection) -> None:
        """Gather for a connection within a transaction."""
        self._connection = connection
        self._gathered: dict[str, list[Mapping[str, Any]]] = {}

    @property
    def dialect(self) -> Dialect:
        """DBOS compiles its statements itself where this is its own engine's."""
        return self._connection.dialect

    def get_execution_options(self) -> Mapping[str, Any]:
        """Return the connection's options."""
        return self._connection.get_execution_options()

    def execution_options(self, **options: Any) -> None:
        """Set options of the connection."""
        self._connection.execution_options(**options)

    def exec_driver_sql(self, statement: str, parameters: Mapping[str, Any]) -> "NoResult":
        """Gather a statement; those alike are sent together, in the order in which each came first."""
        self._gathered.setdefault(statement, []).append(parameters)
        return NoResult()

    def send(self) -> None:
        """Send what was gathered; it is there once this returns, and what was there before stays as it is."""
        for statement, rows in self._gathered.items():
            self._connection.exec_driver_sql(statement, rows)
        self._gathered.clear()


class NoResult:
    """What a gathered statement returns: DBOS takes it that nothing is known of an earlier row."""

    def fetchone(self) -> None:
        """Return no row."""

"""Many rows in one parameter, for a database behind a network: there each statement takes a way there and back.

PostgreSQL's `json_to_recordset`: https://www.postgresql.org/docs/current/functions-json.html
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Connection, TableValuedAlias, Text, bindparam, cast, column, func

from execution_hub.domain.clock import as_utc

ROWS = "rows"


def is_worth_it(connection: Connection, count: int) -> bool:
    """Tell whether so many rows are better written together: SQLite is in this process, and has no such function."""
    return count > 1 and connection.dialect.name == "postgresql"


def recordset(columns: Mapping[str, ColumnElement[Any]]) -> TableValuedAlias:
    """Return the rows of the parameter `rows` as a table.

    Args:
        columns: The columns of the table by name, each with one that has its type.
    """
    stated = [column(name, of.type) for name, of in columns.items()]
    rows = func.json_to_recordset(cast(bindparam(ROWS, type_=Text), JSON))
    return rows.table_valued(*stated).render_derived(name="given", with_types=True)


def parameter(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the parameter that holds these rows: JSON values, and times."""
    return {ROWS: json.dumps(rows, default=_as_text)}


def _as_text(value: object) -> str:
    # As the columns hold it: in UTC, without a zone.
    assert isinstance(value, datetime), f"{type(value).__name__} is no JSON value"
    return as_utc(value).replace(tzinfo=None).isoformat()

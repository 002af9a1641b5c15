"""The hub-wide numbers of changes (`changed`), drawn last: writers wait for nothing of each other but the commits."""

from typing import Any

import psycopg
from sqlalchemy import Connection, bindparam, update
from sqlalchemy.exc import OperationalError

from execution_hub.store import counters
from execution_hub.store.executions import executions

# In one statement: between two, the counter would stay locked for a way to the database and back.
_ON_POSTGRES = """
WITH drawn AS (
    UPDATE counters SET value = value + %(count)s WHERE name = 'changed' RETURNING value - %(count)s AS before
)
UPDATE executions SET changed = drawn.before + given.place
FROM drawn, unnest(%(ids)s::bigint[]) WITH ORDINALITY AS given (id, place)
WHERE executions.id = given.id
RETURNING executions.id, executions.changed
"""
_SET = (
    update(executions)
    .where(executions.c.id == bindparam("the_id"))
    .values(changed=bindparam("new_changed", type_=executions.c.changed.type))
)


def number(connection: Connection, ids: list[int], *, is_last: bool) -> dict[int, int]:
    """Give executions that changed the next numbers: whoever asks for more than a number misses none.

    The counter stays locked until the commit, so that numbers are seen in their order. Nothing is locked after it.

    Args:
        connection: A writing transaction that holds the rows of these executions.
        ids: Which ones, in the order of the numbers.
        is_last: Whether to commit, on PostgreSQL: sent with the numbers, it does not wait for a thread that waits for
            its turn, and neither do all other processes. Elsewhere the caller commits.

    Returns:
        The numbers by execution.
    """
    if not ids:
        return {}
    if connection.dialect.name != "postgresql":
        last = counters.raise_by(connection, counters.CHANGED, len(ids))
        numbers = dict(zip(ids, range(last - len(ids) + 1, last + 1), strict=True))
        given = [{"the_id": each, "new_changed": changed} for each, changed in numbers.items()]
        connection.execute(_SET, given)
        return numbers
    values = {"ids": ids, "count": len(ids)}
    if is_last:
        return _number_and_commit(connection, values)
    return {row.id: row.changed for row in connection.exec_driver_sql(_ON_POSTGRES, values)}


def _number_and_commit(connection: Connection, values: dict[str, Any]) -> dict[int, int]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    try:
        with driver.pipeline(), driver.cursor() as cursor:
            cursor.execute(_ON_POSTGRES, values)
            driver.commit()
            return dict(cursor.fetchall())
    except psycopg.OperationalError as error:
        raise OperationalError(_ON_POSTGRES, None, error, connection_invalidated=driver.closed) from error

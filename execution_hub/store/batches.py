"""Queries of batches: executions that were started together, under one number."""

from sqlalchemy import BigInteger, Connection, literal, select

from execution_hub.domain.execution import Execution
from execution_hub.store.executions import executions, to_value


def newest(connection: Connection, agent_id: int, limit: int) -> list[int]:
    """Return the numbers of an agent's newest batches, newest first.

    One seek for each: a batch has many rows, and an agent may have many batches.

    Args:
        connection: A reading transaction.
        agent_id: Whose.
        limit: How many at most.
    """
    found: list[int] = []
    while len(found) < limit:
        statement = (
            select(executions.c.batch_id)
            .where(
                executions.c.agent_id == literal(agent_id, BigInteger),
                executions.c.batch_id.is_not(None),
                executions.c.deleted_at.is_(None),
            )
            .order_by(executions.c.batch_id.desc())
            .limit(1)
        )
        if found:
            statement = statement.where(executions.c.batch_id < found[-1])
        number = connection.execute(statement).scalar_one_or_none()
        if number is None:
            break
        found.append(number)
    return found


def executions_of(connection: Connection, batch_id: int) -> list[Execution]:
    """Return the executions of a batch, whole, in the order in which they were started."""
    statement = select(executions).where(executions.c.batch_id == batch_id).order_by(executions.c.id)
    return [to_value(row) for row in connection.execute(statement).mappings()]


def inputs(connection: Connection, batch_id: int) -> dict[int, str]:
    """Return the inputs of a batch by the ids of its executions, whole: together they have a limit (domain/case.py)."""
    statement = select(executions.c.id, executions.c.test_input).where(executions.c.batch_id == batch_id)
    return {row.id: row.test_input or "" for row in connection.execute(statement.order_by(executions.c.id))}

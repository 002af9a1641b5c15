"""How a list is read: along one index, newest first, in time that does not grow with the table.

Each list index ends in (created_at, id). Those of a type, an agent, a workflow and a task have the status before
that: a list of one agent is the merge of its lists by status. A batch is small, and needs none. What no index holds
is asked of the rows found (`rest`).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Connection, func, literal, select, text, tuple_, union_all

from execution_hub.domain.execution import AGENT_TEST
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.status import Status
from execution_hub.store.catalogue_tables import WorkflowColumns
from execution_hub.store.execution_tables import IS_LISTED, NO_AGENT_TEST
from execution_hub.store.executions import executions

# The narrowest first.
_OWNERS = ("parent_id", "batch_id", "suite_id", "task_id", "workflow_id", "agent_id", "execution_type")
# Few rows each: their indexes have no status.
_SMALL = ("parent_id", "batch_id", "suite_id")
PLACE = tuple_(executions.c.created_at, executions.c.id)
NEWEST_FIRST = (executions.c.created_at.desc(), executions.c.id.desc())


def newest(connection: Connection, where: ExecutionFilter, limit: int, before: int | None) -> list[int]:
    """Return the ids of executions that pass as much of a filter as an index holds, newest first.

    Args:
        connection: A reading transaction.
        where: Which ones; what `rest` returns of it is left to the caller.
        limit: How many at most.
        before: Only those that come after this id in the list; None from the newest.
    """
    if _is_impossible(where):
        return []
    conditions: list[ColumnElement[bool]] = [executions.c.deleted_at.is_(None)]
    conditions += _listed(where)
    if before is not None and not _is_beyond(connection, before, where.until):
        # Within the span already: an index can be entered at one place only.
        where = where.but(until=None)
        conditions.append(place_of(before) > PLACE)
    conditions += _span(where)
    branches = [
        select(executions.c.created_at, executions.c.id)
        .where(*branch, *conditions)
        .order_by(*NEWEST_FIRST)
        .limit(limit)
        for branch in _branches(where)
    ]
    if len(branches) == 1:
        return [row.id for row in connection.execute(branches[0])]
    parts = [branch.subquery() for branch in branches]
    merged = union_all(*(select(part.c.created_at, part.c.id) for part in parts)).subquery()
    statement = select(merged.c.id).order_by(merged.c.created_at.desc(), merged.c.id.desc()).limit(limit)
    return list(connection.execute(statement).scalars())


def newest_of_workflows(connection: Connection, workflow_ids: Collection[int]) -> list[int]:
    """Return the id of the newest execution of each of some workflows that has one, in no order.

    One question for all of them, which enters the index of workflows once for each workflow and status.
    """
    workflows = WorkflowColumns.__table__  # type: ignore[attr-defined]
    parts = []
    for status in Status:
        newest_so = (
            select(executions.c.id)
            .where(executions.c.workflow_id == workflows.c.id, executions.c.status == status.value)
            .where(executions.c.deleted_at.is_(None), IS_LISTED)
            .order_by(*NEWEST_FIRST)
            .limit(1)
            .correlate(workflows)
            .scalar_subquery()
        )
        part = select(workflows.c.id.label("workflow_id"), newest_so.label("id"))
        parts.append(part.where(workflows.c.id.in_(workflow_ids)))
    found = union_all(*parts).subquery()
    statement = select(func.max(found.c.id)).group_by(found.c.workflow_id)
    return [each for each in connection.execute(statement).scalars() if each is not None]


def is_direct(where: ExecutionFilter) -> bool:
    """Tell whether an index holds all of a filter; what fits another may be far apart, and is searched for."""
    return not where.q and not rest(where)


def rest(where: ExecutionFilter) -> list[ColumnElement[bool]]:
    """Return the conditions that the index `newest` walks along does not hold, `q` apart."""
    lead = _lead(where)
    held = {lead} | (set() if _is_of_no_test(where) or lead in _SMALL else {"status"})
    return [condition for name, condition in _equal(where).items() if name not in held]


def every_condition(where: ExecutionFilter) -> list[ColumnElement[bool]]:
    """Return all conditions, `q` apart, for rows that are found by their ids."""
    return [*_equal(where).values(), *_span(where), *_listed(where)]


def _listed(where: ExecutionFilter) -> list[ColumnElement[bool]]:
    """Return the condition that parts of others are not shown, unless what they are part of is asked for."""
    return [] if _lead(where) in _SMALL else [IS_LISTED]


def _equal(where: ExecutionFilter) -> dict[str, ColumnElement[bool]]:
    given = {name: getattr(where, name) for name in (*_OWNERS, "status")}
    return {name: _apart(executions.c[name], each) == _bound(each) for name, each in given.items() if each is not None}


def _lead(where: ExecutionFilter) -> str | None:
    """Return the column whose index is walked along."""
    if _is_of_no_test(where):
        return "agent_id"
    return next((name for name in _OWNERS if getattr(where, name) is not None), None)


def _branches(where: ExecutionFilter) -> Sequence[list[ColumnElement[bool]]]:
    """Return the conditions that an index holds, once for each part of it that must be read."""
    lead = _lead(where)
    if _is_of_no_test(where):
        return [[executions.c.agent_id == _bound(where.agent_id), NO_AGENT_TEST]]
    if lead is None:
        return [[] if where.status is None else [executions.c.status == where.status.value]]
    if lead in _SMALL:
        return [[executions.c[lead] == _bound(getattr(where, lead))]]
    statuses = list(Status) if where.status is None else [where.status]
    is_led = executions.c[lead] == _bound(getattr(where, lead))
    return [[is_led, executions.c.status == each.value] for each in statuses]


def _is_of_no_test(where: ExecutionFilter) -> bool:
    """Tell whether an agent is asked for whose tests cannot be meant: the CHECKs give those no workflow or task."""
    if any(getattr(where, name) is not None for name in _SMALL):
        return False
    others = where.workflow_id is not None or where.task_id is not None
    return where.agent_id is not None and (others or where.execution_type not in (None, AGENT_TEST))


def _is_beyond(connection: Connection, execution_id: int, until: datetime | None) -> bool:
    """Tell whether an execution stands before the newest of a span that ends at a moment."""
    if until is None:
        return False
    is_within = executions.c.created_at < until
    statement = select(is_within).where(executions.c.id <= _bound(execution_id)).order_by(executions.c.id.desc())
    found = connection.execute(statement.limit(1)).scalar_one_or_none()
    return found is not None and not found


def _is_impossible(where: ExecutionFilter) -> bool:
    """Tell whether the CHECKs refuse such rows."""
    return where.execution_type == AGENT_TEST and (where.workflow_id is not None or where.task_id is not None)


def _span(where: ExecutionFilter) -> list[ColumnElement[bool]]:
    found = []
    if where.since is not None:
        found.append(executions.c.created_at >= where.since)
    if where.until is not None:
        found.append(executions.c.created_at < where.until)
    return found


def place_of(execution_id: int) -> ColumnElement[Any]:
    """Return the place of an execution in the order of time, also when it has gone meanwhile."""
    nearest = executions.alias("nearest")
    # As it is stored: read and bound again, a time somebody wrote in another form would not be equal to itself.
    its_time = (
        select(nearest.c.created_at)
        .where(nearest.c.id <= _bound(execution_id))
        .order_by(nearest.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return tuple_(its_time, _bound(execution_id))


def _apart(column: Column[Any], value: object) -> ColumnElement[Any]:
    """Return a column, of numbers or texts as the value is, as an expression that is in no index.

    Of rows that are found by their ids: a planner that followed it into another index would read most of the table.
    """
    return column.op("+")(text("0")) if isinstance(value, int) else column.op("||")(text("''"))


def _bound(value: Any) -> ColumnElement[Any]:
    """Return a value as a parameter; a number may be larger than any id, and is no mistake for that."""
    return literal(value, BigInteger) if isinstance(value, int) else literal(str(value))

"""Queries of what runs by itself: suites to be run after a save, on a schedule, and why one did not start."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from execution_hub.domain.trigger import TRIGGER, NotStarted, Trigger, TriggerType
from execution_hub.store.execution_tables import IS_ACTIVE
from execution_hub.store.executions import executions
from execution_hub.store.suite_tables import IS_DUE, IS_ON_SAVE, IS_ON_SCHEDULE
from execution_hub.store.suites import suites
from execution_hub.store.workflows import workflows

_suites = suites.table


def note_save(connection: Connection, saved: Trigger) -> int:
    """Ask for a run of each suite that is run on saves and tests what was saved.

    Part of the save: whatever dies afterwards, the run is started. A suite that was to run for an earlier save and has
    not begun is run for this one instead.

    Args:
        connection: The transaction that saves.
        saved: The save.

    Returns:
        How many suites there are.
    """
    suites_on_save = select(_suites.c.id, _suites.c.targets).where(IS_ON_SAVE)
    # As they are stored: to make values of thousands would hold up other writers.
    targets: dict[int, list[dict[str, Any]]] = dict(connection.execute(suites_on_save).tuples().all())
    if saved.workflow_id is not None:
        tested = {saved.workflow_id}
    else:
        of_workflows = {each["workflow_id"] for own in targets.values() for each in own if "workflow_id" in each}
        tested = set(workflows.among_using(connection, of_workflows, saved.agent_id or 0))
    # In the order of their numbers: two saves at once must not wait for each other in a circle.
    ids = sorted(
        number
        for number, own in targets.items()
        if any(each.get("workflow_id") in tested or each.get("agent_id", 0) == saved.agent_id for each in own)
    )
    if ids:
        ask = update(_suites).where(_suites.c.id == bindparam("the_id")).values(due=saved.as_json())
        connection.execute(ask, [{"the_id": each} for each in ids])
    return len(ids)


def due(connection: Connection) -> dict[int, Trigger]:
    """Return the saves for which a run has not been started yet, by suite."""
    statement = select(_suites.c.id, _suites.c.due).where(IS_DUE).order_by(_suites.c.id)
    return {row.id: Trigger.from_json(row.due) for row in connection.execute(statement)}


def settle(connection: Connection, suite_id: int, trigger: Trigger) -> None:
    """Note that what a save has asked for is done; a save that came meanwhile stays due."""
    statement = select(_suites.c.due).where(_suites.c.id == suite_id).with_for_update()
    if connection.execute(statement).scalar_one_or_none() == trigger.as_json():
        connection.execute(update(_suites).where(_suites.c.id == suite_id).values(due=None))


def note_problem(connection: Connection, suite_id: int, problem: NotStarted | None) -> None:
    """Note why a suite did not start by itself, or that it did; one that has gone is passed over."""
    stored = None if problem is None else problem.as_json()
    connection.execute(update(_suites).where(_suites.c.id == suite_id).values(not_started=stored))


def schedules(connection: Connection) -> dict[int, str]:
    """Return the schedules of all suites that have one, by suite."""
    statement = select(_suites.c.id, _suites.c.schedule).where(IS_ON_SCHEDULE)
    return dict(connection.execute(statement).tuples().all())


def under_way(connection: Connection, suite_id: int, started_by: TriggerType) -> list[tuple[int, str | None]]:
    """Return the runs of a suite that were started in a way and have not ended: their ids and keys, oldest first."""
    # Of what has not ended, which is little, whatever else the suite has run.
    statement = select(executions.c.id, executions.c.meta, executions.c.idempotency_key).where(
        IS_ACTIVE, executions.c.suite_id == suite_id
    )
    found = connection.execute(statement.order_by(executions.c.id))
    return [(row.id, row.idempotency_key) for row in found if _is_by(row.meta, started_by)]


def _is_by(meta: Mapping[str, Any] | None, started_by: TriggerType) -> bool:
    return ((meta or {}).get(TRIGGER) or {}).get("type") == started_by.value

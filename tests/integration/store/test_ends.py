"""What the end of an execution writes besides its own row: only what there is to write."""

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import event

from execution_hub.domain.call import Call, CallChange, CallKind, CallStatus
from execution_hub.domain.clock import now
from execution_hub.domain.status import Status
from execution_hub.domain.step import Step, StepStatus
from execution_hub.domain.workflow import AGENT
from execution_hub.store import calls, steps, writes
from execution_hub.store.database import Database
from execution_hub.store.intents import Cancel, Change, Submit
from tests.support.executions import NEW, add_execution

CALL = CallChange(1, new=Call(1, CallKind.TURN))


@pytest.fixture
def statements(database: Database) -> list[str]:
    """Return the statements on steps and calls, as they are run."""
    found: list[str] = []

    def note(*arguments: object) -> None:
        statement = str(arguments[2])
        if statement.startswith(("UPDATE calls", "UPDATE steps")):
            found.append(statement)

    event.listen(database._engine, "before_cursor_execute", note)
    return found


def write(database: Database, *intents: Change) -> None:
    """Write changes in one transaction."""
    assert all(database.write(lambda connection: writes.write_all(connection, intents, now())))


def test_who_has_no_steps_and_no_calls_costs_no_statement_for_them(database: Database, statements: list[str]) -> None:
    """Neither at its end nor when a person stops it: most executions are such."""
    first, second, third = (add_execution(database) for _ in range(3))
    write(database, Change(first, Status.RUNNING), Change(second, Status.RUNNING))
    write(database, Change(first, Status.SUCCEEDED, 1), Change(second, Status.FAILED, 1))
    database.write(lambda connection: writes.write(connection, Cancel(third), now()))
    assert statements == []


def test_what_is_open_is_cancelled_with_those_that_have_it(database: Database, statements: list[str]) -> None:
    """In one statement for all that end at one time; a call that began in the same transaction is none the less."""
    new = replace(NEW, steps=(Step("draft", 0, AGENT, 1),))
    with_steps = database.write(lambda connection: writes.write(connection, Submit(new), now()).execution.id)
    before, within, without = (add_execution(database) for _ in range(3))
    ids = (with_steps, before, within, without)
    write(database, *(Change(each, Status.RUNNING) for each in ids), Change(before, fence=1, calls=(CALL,)))
    statements.clear()
    write(database, Change(within, fence=1, calls=(CALL,)), *(Change(each, Status.FAILED, 1) for each in ids))
    assert [statement.split()[1] for statement in statements] == ["steps", "calls"]
    found = [database.read(partial(calls.find, execution_id=each, number=1)) for each in (before, within)]
    assert [each and each.status for each in found] == [CallStatus.CANCELLED] * 2
    left = database.read(lambda connection: steps.of(connection, with_steps))
    assert [each.status for each in left] == [StepStatus.CANCELLED]

"""The table of moves, and the database that enforces it."""

import itertools

import pytest

from execution_hub.domain.clock import now
from execution_hub.domain.execution import AGENT_TEST, NewExecution
from execution_hub.domain.status import MOVES, Status, sources_of
from execution_hub.store import executions, writes
from execution_hub.store.database import Connection, Database
from execution_hub.store.intents import Change, Submit

ALLOWED = {
    ("pending", "running"),
    ("pending", "cancelled"),
    ("pending", "failed"),
    ("running", "waiting"),
    ("running", "succeeded"),
    ("running", "failed"),
    ("running", "cancelled"),
    ("running", "pending"),
    ("waiting", "pending"),
    ("waiting", "cancelled"),
}


def test_only_the_moves_of_the_contract_exist() -> None:
    """The table holds exactly the contract's moves."""
    moves = {(source.value, target.value) for source in Status for target in MOVES[source]}
    assert moves == ALLOWED


def test_a_finished_execution_never_moves() -> None:
    """Succeeded, failed and cancelled are final."""
    assert {status for status in Status if status.is_finished} == {Status.SUCCEEDED, Status.FAILED, Status.CANCELLED}
    assert all(not MOVES[status] for status in Status if status.is_finished)


def test_sources_are_the_table_read_backwards() -> None:
    """A target's sources are those that may move to it."""
    assert set(sources_of(Status.CANCELLED)) == {Status.PENDING, Status.RUNNING, Status.WAITING}


@pytest.mark.parametrize(("source", "target"), list(itertools.product(Status, Status)))
def test_the_database_refuses_every_other_move(database: Database, source: Status, target: Status) -> None:
    """The update itself finds no row whose status may not move to the target, and then writes nothing."""

    def work(connection: Connection) -> tuple[bool, str, int]:
        new = NewExecution(AGENT_TEST, "x", "hello", {"model": "simulated"}, agent_id=1)
        execution_id = writes.write(connection, Submit(new), now()).execution.id
        table = executions.executions
        connection.execute(table.update().where(table.c.id == execution_id).values(status=source.value))
        recorded = writes.write(connection, Change(execution_id, target), now())
        execution = executions.find(connection, execution_id)
        assert execution is not None
        return recorded is not None, execution.status.value, execution.last_seq

    moved, status, last_seq = database.write(work)
    is_allowed = (source.value, target.value) in ALLOWED
    assert moved is is_allowed
    assert status == (target.value if is_allowed else source.value)
    assert last_seq == (2 if is_allowed else 1)

"""What becomes of a process whose lease was taken away while it could not renew it."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import delete

from execution_hub.domain.worker import Worker
from execution_hub.role import Role
from execution_hub.store import workers
from execution_hub.store.database import Database
from execution_hub.store.lease import TAKEN_FOR_DEAD, Lease, Membership
from execution_hub.store.migrate import migrate
from execution_hub.store.revisions import head_revision
from tests.support.server import poll


class Process:
    """A process that has joined, and whose lease was taken away.

    Attributes:
        ends: Why it ended, if it did.
    """

    def __init__(self, url: str, role: Role, stack: ExitStack) -> None:
        migrate(url)
        self._database = Database(url)
        stack.callback(self._database.close)
        self.ends: list[str] = []
        lease = Lease(url, "a hub", lambda error: self.ends.append(error.message)).acquire()
        stack.callback(lease.release)
        lease.join(Membership("a" * 32, role, "0.9.0", 0, lambda: 0, lambda: None, head_revision()))
        self.joined = self.found()
        self._database.write(lambda connection: connection.execute(delete(workers.workers)))

    def found(self) -> Worker | None:
        known = self._database.read(workers.all_of)
        return known[0] if known else None


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_one_that_only_serves_joins_again(postgres_url: str, stack: ExitStack) -> None:
    """Nothing was taken over from it: its pages go on."""
    process = Process(postgres_url, Role.WEB, stack)
    again = poll(process.found)
    assert process.joined is not None
    assert (again.id, again.pid) == (process.joined.id, process.joined.pid)
    assert again.started_at == process.joined.started_at
    assert again.unbroken_since > process.joined.unbroken_since, "its beats were away"
    assert process.ends == []


@pytest.mark.parametrize("role", [Role.WORKER, Role.ALL])
def test_one_that_executes_ends(postgres_url: str, stack: ExitStack, role: Role) -> None:
    """Others run by now what ran there."""
    process = Process(postgres_url, role, stack)
    assert poll(lambda: process.ends)[0] == TAKEN_FOR_DEAD
    assert process.found() is None

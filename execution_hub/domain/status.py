"""The statuses of an execution and the only moves between them."""

from enum import StrEnum


class Status(StrEnum):
    """Where an execution is."""

    PENDING = "pending"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_finished(self) -> bool:
        """Whether the execution has ended for good."""
        return not MOVES[self]

    @property
    def is_active(self) -> bool:
        """Whether the execution has yet to end."""
        return not self.is_finished


# From the contract. The one table of moves: the database update itself is built from it
# (store/moves.py), so a move that is not here cannot be stored.
MOVES: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.RUNNING, Status.CANCELLED, Status.FAILED}),
    Status.RUNNING: frozenset({Status.WAITING, Status.SUCCEEDED, Status.FAILED, Status.CANCELLED, Status.PENDING}),
    Status.WAITING: frozenset({Status.PENDING, Status.CANCELLED}),
    Status.SUCCEEDED: frozenset(),
    Status.FAILED: frozenset(),
    Status.CANCELLED: frozenset(),
}

ACTIVE = tuple(status for status in Status if status.is_active)
FINISHED = tuple(status for status in Status if status.is_finished)


def sources_of(target: Status) -> tuple[Status, ...]:
    """List the statuses from which an execution may reach another.

    Args:
        target: The status it would get.

    Returns:
        The statuses it may have before.
    """
    return tuple(source for source in Status if target in MOVES[source])

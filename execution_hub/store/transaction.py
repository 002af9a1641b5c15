"""One transaction of the writer: what its intents share, and what is written at its end for all of them."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from execution_hub.store import call_changes, counters, events, numbering, steps

NOT_DRAWN = 0
"""What stands for a hub-wide number (`changed`) until the end of the transaction; nobody else ever reads it."""


@dataclass(slots=True)
class Transaction:
    """What one transaction gathers.

    Attributes:
        connection: The writing transaction of the database.
        at: When, UTC.
        queue_number: The place in the queue that was given last.
        shown: The executions that lists must hear of, in the order of their changes.
        told: The events of all intents, whose numbers are taken already.
        open_steps: The executions that ended, and whose steps may not have.
        open_calls: The same of their calls.
    """

    connection: Connection
    at: datetime
    queue_number: int = 0
    shown: dict[int, None] = field(default_factory=dict)
    told: list[events.Entry] = field(default_factory=list)
    open_steps: list[int] = field(default_factory=list)
    open_calls: list[int] = field(default_factory=list)

    def draw_places(self, count: int) -> None:
        """Take so many places in the queue; those that nobody needs in the end stay unused.

        Done first: of all transactions that submit, in whatever process, one is under way. So places are given in the
        order of the commits, and how many wait and which keys were used is known for certain.
        """
        self.queue_number = counters.raise_by(self.connection, counters.QUEUE_NUMBER, count) - count

    def next_queue_number(self) -> int:
        """Return the next place in the queue."""
        self.queue_number += 1
        return self.queue_number

    def finish(self, *, is_last: bool) -> dict[int, int]:
        """Write what goes in for all intents together: this is where a busy hub spends its time.

        Args:
            is_last: Whether to commit; see numbering.number.

        Returns:
            The hub-wide numbers by execution.
        """
        events.append_all(self.connection, self.told, self.at)
        steps.cancel_open(self.connection, self.open_steps, self.at)
        call_changes.cancel_open(self.connection, self.open_calls, self.at)
        return numbering.number(self.connection, list(self.shown), is_last=is_last)

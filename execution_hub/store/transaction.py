"""One transaction of the writer: what its intents share, and what is written at its end for all of them."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from execution_hub.store import call_changes, counters, events, steps


@dataclass(slots=True)
class Transaction:
    """What one transaction gathers.

    Attributes:
        connection: The writing transaction of the database.
        at: When, UTC.
        changed: The hub-wide number that was given last.
        queue_number: The place in the queue that was given last.
        told: The events of all intents, whose numbers are taken already.
        open_steps: The executions that ended, and whose steps may not have.
        open_calls: The same of their calls.
    """

    connection: Connection
    at: datetime
    changed: int = 0
    queue_number: int = 0
    told: list[events.Entry] = field(default_factory=list)
    open_steps: list[int] = field(default_factory=list)
    open_calls: list[int] = field(default_factory=list)

    def draw(self, changed: int, queue_numbers: int) -> None:
        """Take so many numbers; those that nobody needs in the end stay unused.

        Done first: on PostgreSQL this is the lock that all writers take in the same order.
        """
        self.changed, self.queue_number = counters.draw(self.connection, changed, queue_numbers)

    def next_changed(self) -> int:
        """Return the next hub-wide number."""
        self.changed += 1
        return self.changed

    def next_queue_number(self) -> int:
        """Return the next place in the queue."""
        self.queue_number += 1
        return self.queue_number

    def finish(self) -> None:
        """Write what goes in for all intents together: this is where a busy hub spends its time."""
        events.append_all(self.connection, self.told, self.at)
        steps.cancel_open(self.connection, self.open_steps, self.at)
        call_changes.cancel_open(self.connection, self.open_calls, self.at)

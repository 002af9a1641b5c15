"""Numbers of the whole hub, and what identifies it."""

from sqlalchemy import Connection, Table, insert, select, text, update

from execution_hub.store.tables import CounterColumns, HubColumns

counters: Table = CounterColumns.__table__  # type: ignore[attr-defined]
hub: Table = HubColumns.__table__  # type: ignore[attr-defined]

# Raised for the first time by two processes at once, it is there once.
_RAISE = text(
    "INSERT INTO counters (name, value) VALUES (:name, :more)"
    " ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value RETURNING value"
)

CHANGED = "changed"
QUEUE_NUMBER = "queue_number"
BATCH_ID = "batch_id"
_QUEUE_PAUSED = "queue_paused"


def raise_by(connection: Connection, name: str, count: int = 1) -> int:
    """Raise a counter and return its new value.

    The row stays locked until the transaction ends, so values are given in commit order.

    Args:
        connection: A writing transaction.
        name: Which counter; it begins at 0.
        count: By how much.
    """
    return int(connection.execute(_RAISE, {"name": name, "more": count}).scalar_one())


def value_of(connection: Connection, name: str) -> int:
    """Return a counter's value, 0 if it was never raised."""
    return connection.execute(select(counters.c.value).where(counters.c.name == name)).scalar_one_or_none() or 0


def fact(connection: Connection, name: str) -> str | None:
    """Return a fact about this hub, such as its `uuid`."""
    return connection.execute(select(hub.c.value).where(hub.c.name == name)).scalar_one_or_none()


def state_fact(connection: Connection, name: str, value: str) -> None:
    """Store a fact about this hub; a new value takes the place of the old one."""
    if connection.execute(update(hub).where(hub.c.name == name).values(value=value)).rowcount == 0:
        connection.execute(insert(hub).values(name=name, value=value))


def is_queue_paused(connection: Connection) -> bool:
    """Tell whether nothing may start until the queue is resumed."""
    return fact(connection, _QUEUE_PAUSED) == "yes"


def pause_queue(connection: Connection, is_paused: bool) -> None:
    """Store whether nothing may start."""
    state_fact(connection, _QUEUE_PAUSED, "yes" if is_paused else "no")

"""Numbers of the whole hub, and what identifies it."""

from sqlalchemy import BigInteger, Connection, Table, bindparam, insert, select, update

from execution_hub.store.tables import CounterRow, HubRow

counters: Table = CounterRow.__table__  # type: ignore[attr-defined]
hub: Table = HubRow.__table__  # type: ignore[attr-defined]

_RAISE = (
    update(counters)
    .where(counters.c.name == bindparam("the_name"))
    .values(value=counters.c.value + bindparam("more", type_=BigInteger))
    .returning(counters.c.value)
)

CHANGED = "changed"
QUEUE_NUMBER = "queue_number"


def raise_by(connection: Connection, name: str, count: int = 1) -> int:
    """Raise a counter and return its new value.

    The row stays locked until the transaction ends, so values are given in commit order.

    Args:
        connection: A writing transaction.
        name: Which counter; it begins at 0.
        count: By how much.
    """
    value = connection.execute(_RAISE, {"the_name": name, "more": count}).scalar_one_or_none()
    if value is None:
        connection.execute(insert(counters).values(name=name, value=count))
        return count
    return int(value)


def hold(connection: Connection, name: str) -> None:
    """Let nobody else raise a counter until the transaction ends."""
    connection.execute(select(counters.c.value).where(counters.c.name == name).with_for_update())


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

"""Numbers of the whole hub, and what identifies it."""

from sqlalchemy import BigInteger, Connection, Table, bindparam, case, insert, or_, select, update

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
BATCH_ID = "batch_id"
_BOTH = (CHANGED, QUEUE_NUMBER)
_DRAW = (
    update(counters)
    .where(or_(*(counters.c.name == name for name in _BOTH)))
    .values(
        value=counters.c.value
        + case(
            (counters.c.name == CHANGED, bindparam("more", type_=BigInteger)),
            else_=bindparam("numbers", type_=BigInteger),
        )
    )
    .returning(counters.c.name, counters.c.value)
)


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


def draw(connection: Connection, changed: int, queue_numbers: int) -> tuple[int, int]:
    """Raise both counters in one statement; see `raise_by`.

    Args:
        connection: A writing transaction.
        changed: By how much `changed` is raised.
        queue_numbers: By how much `queue_number` is.

    Returns:
        The values before, `changed` first; 0 for one that is not raised.
    """
    if not queue_numbers:
        return (raise_by(connection, CHANGED, changed) - changed if changed else 0), 0
    raised = {CHANGED: changed, QUEUE_NUMBER: queue_numbers}
    found = {row.name: row.value for row in connection.execute(_DRAW, {"more": changed, "numbers": queue_numbers})}
    for name in raised.keys() - found.keys():
        # It was never raised before.
        found[name] = raise_by(connection, name, raised[name])
    return found[CHANGED] - changed, found[QUEUE_NUMBER] - queue_numbers


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

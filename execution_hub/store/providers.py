"""Providers of models, a row for each and its key: who may call it when, over all processes of the hub."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Float, Table, cast, func, insert, literal_column, select, update
from sqlalchemy.exc import IntegrityError

from execution_hub.domain.call_gate import CallGate
from execution_hub.store.provider_tables import ProviderColumns

providers: Table = ProviderColumns.__table__  # type: ignore[attr-defined]

T = TypeVar("T")
# The one clock of all processes, in seconds since 1970.
_SQLITE_NOW: ColumnElement[float] = literal_column("(julianday('now') - 2440587.5) * 86400.0", Float)
_POSTGRES_NOW: ColumnElement[float] = cast(func.extract("epoch", func.clock_timestamp()), Float)
_STATE = ("requests", "requests_at", "tokens_at", "blocked_until", "waiting")


class ProviderKey(NamedTuple):
    """A provider and the key with which it is asked.

    Attributes:
        name: The provider's.
        fingerprint: What tells the key from others, and does not give it away.
    """

    name: str
    fingerprint: str

    def __str__(self) -> str:
        """Return it as one word."""
        return f"{self.name}/{self.fingerprint}"


def find(connection: Connection, key: ProviderKey) -> tuple[CallGate, float]:
    """Return the gate of a provider, and the time; that of one nobody has stored is open.

    Args:
        connection: A transaction.
        key: Whose.
    """
    return _read(connection, key) or (CallGate(), 0.0)


def change(connection: Connection, key: ProviderKey, work: Callable[[CallGate, float], tuple[CallGate, T]]) -> T:
    """Change the gate of a provider: one process at a time, for the row is locked meanwhile.

    Args:
        connection: A writing transaction.
        key: Whose.
        work: Takes the gate and the time; returns the gate afterwards, and what this is to return.
    """
    found = _read(connection, key, is_locked=True)
    if found is None:
        # Another process may be at the same.
        try:
            with connection.begin_nested():
                connection.execute(insert(providers).values(name=key.name, fingerprint=key.fingerprint, waiting={}))
        except IntegrityError:
            pass
        found = _read(connection, key, is_locked=True)
        assert found is not None, "nobody removes one"
    before, now = found
    after, told = work(before, now)
    if after != before:
        values = {name: getattr(after, name) for name in _STATE}
        connection.execute(update(providers).where(_is(key)).values(**values))
    return told


def _read(connection: Connection, key: ProviderKey, *, is_locked: bool = False) -> tuple[CallGate, float] | None:
    now = _SQLITE_NOW if connection.dialect.name == "sqlite" else _POSTGRES_NOW
    asked = select(*(providers.c[name] for name in _STATE), now.label("now")).where(_is(key))
    row = connection.execute(asked.with_for_update() if is_locked else asked).mappings().one_or_none()
    if row is None:
        return None
    return CallGate(**{name: row[name] for name in _STATE}), float(row["now"])


def _is(key: ProviderKey) -> ColumnElement[bool]:
    return (providers.c.name == key.name) & (providers.c.fingerprint == key.fingerprint)

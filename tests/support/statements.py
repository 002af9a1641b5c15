"""Statements are compiled once for all the databases that the tests of a process open, as a long-lived hub does it.

An engine of SQLAlchemy keeps what it has compiled for itself, and each test has one of its own: compiling the same
statements anew was an eighth of what they computed.
"""

from typing import Any

from sqlalchemy import Dialect, Engine
from sqlalchemy.util import LRUCache

STATEMENTS_MAX = 2_000


class SharedStatements(LRUCache[Any, Any]):
    """What is compiled, by statement and by kind of database instead of by engine."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        """See dict.get."""
        return super().get(_of_kind(key), default)

    def __setitem__(self, key: tuple[Any, ...], value: Any) -> None:
        """See dict."""
        super().__setitem__(_of_kind(key), value)


def _of_kind(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect: Dialect = key[0]
    serializers = (getattr(dialect, name, None) for name in ("_json_serializer", "_json_deserializer"))
    return (type(dialect), dialect.paramstyle, dialect.server_version_info, *serializers, *key[1:])


def share_statements() -> None:
    """Let every engine use what others have compiled."""
    shared = SharedStatements(STATEMENTS_MAX)
    Engine._compiled_cache = property(lambda _engine: shared, lambda _engine, _own: None)  # type: ignore[assignment]

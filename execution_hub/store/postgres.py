"""PostgreSQL connections that cannot hold up others for ever: a frozen process, a dead network, a server away."""

import select
import time
from typing import Any

from sqlalchemy import URL, Engine, event, make_url
from sqlalchemy.exc import DisconnectionError

APPLICATION_NAME = "execution-hub"
# Longer than any pause of a healthy hub within a transaction, short enough for people to wait out.
IDLE_IN_TRANSACTION_SECONDS = 5
# Longer than that: who waits behind a frozen process gets its turn instead of an error.
LOCK_SECONDS = 12
CONNECT_SECONDS = 10
# The network is dead when nothing was acknowledged for so long, as either side sees it.
SILENT_SECONDS = 15
# A connection that was used within this time is asked only if its server has said something meanwhile: one that ends a
# session says so first. A ping for every transaction costs a sixth of them, and after each second half of what an idle
# process asks at all.
RESTED_SECONDS = 30.0
_KEEPALIVE = {"idle": 5, "interval": 3, "count": 3}


def is_postgres(url: str | URL) -> bool:
    """Tell whether an SQLAlchemy URL names a PostgreSQL database."""
    return make_url(url).get_backend_name() == "postgresql"


def with_timeouts(url: str | URL) -> URL:
    """Return a PostgreSQL URL whose connections give up in time; what it sets already stays as it is.

    Each session lets go of its locks when its process stands still within a transaction, waits so long for
    others' and no longer, and ends on both sides when the network between is dead. Not for migrations, whose
    statements may take and wait as long as they need.

    Args:
        url: An SQLAlchemy URL with its driver; one of another database comes back as it is.
    """
    parts = make_url(url)
    if not is_postgres(parts):
        return parts
    on_server = {
        "idle_in_transaction_session_timeout": f"{IDLE_IN_TRANSACTION_SECONDS}s",
        "lock_timeout": f"{LOCK_SECONDS}s",
        "tcp_user_timeout": f"{SILENT_SECONDS}s",
        **{f"tcp_keepalives_{name}": str(value) for name, value in _KEEPALIVE.items()},
    }
    own = parts.query.get("options", "")
    # The last one counts: what a person set wins.
    options = [*(f"-c {name}={value}" for name, value in on_server.items()), own if isinstance(own, str) else own[-1]]
    given = {
        "application_name": APPLICATION_NAME,
        "connect_timeout": str(CONNECT_SECONDS),
        "tcp_user_timeout": str(1000 * SILENT_SECONDS),
        "keepalives": "1",
        **{f"keepalives_{name}": str(value) for name, value in _KEEPALIVE.items()},
        **parts.query,
        "options": " ".join(filter(None, options)),
    }
    return parts.set(query=given)


def ping_after_idle(engine: Engine) -> None:
    """Ask a pooled connection whether it lives if there is a reason to doubt it; a dead one is replaced unseen.

    As SQLAlchemy's `pool_pre_ping`, but without its round trip for each transaction. A reason is that it has rested, or
    that something came which nobody asked for. What loses a connection that nobody has ended, as when the network
    dies, gets the error that it would get had it died a moment later.

    Args:
        engine: Of a PostgreSQL database, with a pool.
    """

    def remember(_connection: Any, record: Any) -> None:
        record.info["used_at"] = time.monotonic()

    def ask(connection: Any, record: Any, _proxy: Any) -> None:
        used_at = record.info.get("used_at")
        if used_at is None or (time.monotonic() - used_at < RESTED_SECONDS and not _is_heard(connection)):
            return
        try:
            is_alive = engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error
        if not is_alive:
            raise DisconnectionError

    event.listen(engine, "checkin", remember)
    event.listen(engine, "checkout", ask)


def _is_heard(connection: Any) -> bool:
    """Tell whether the server has said something to a session that asks nothing, or has closed it."""
    heard = select.poll()
    heard.register(connection.fileno(), select.POLLIN)
    return bool(heard.poll(0))

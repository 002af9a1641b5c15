"""PostgreSQL connections that cannot hold up others for ever: a frozen process, a dead network, a server away."""

from sqlalchemy import URL, make_url

APPLICATION_NAME = "execution-hub"
# Longer than any pause of a healthy hub within a transaction, short enough for people to wait out.
IDLE_IN_TRANSACTION_SECONDS = 5
# Longer than that: who waits behind a frozen process gets its turn instead of an error.
LOCK_SECONDS = 12
CONNECT_SECONDS = 10
# The network is dead when nothing was acknowledged for so long, as either side sees it.
SILENT_SECONDS = 15
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

"""A database that does not answer: what people are told of it, and what the log."""

import threading
import time

import structlog

from execution_hub.errors import Unavailable

logger = structlog.get_logger(__name__)

# Everybody who asks meets the same fault: so often it is logged.
NOTED_SECONDS = 10.0


class _Noted:
    """When a cause was logged last, by the monotonic clock: one log per process."""

    mutex = threading.Lock()
    at = float("-inf")


def away(cause: str) -> Unavailable:
    """Return what to raise, and log the cause: who asks learns nothing of the server, which is its operator's business.

    Args:
        cause: What the driver said, in one line.
    """
    with _Noted.mutex:
        if time.monotonic() > _Noted.at + NOTED_SECONDS:
            _Noted.at = time.monotonic()
            logger.warning("database.away", error=cause)
    return Unavailable("The database does not answer. Try again in a moment.")

"""Keeps expected ends out of what DBOS logs: a stop is no fault."""

import asyncio
import logging

# What DBOS says of a run that was stopped, or whose job was taken out of the queue while it was on its way. Whether
# an execution may write is told by our own row, and whoever takes a job away says so in our own log.
_EXPECTED_ENDS = (
    "outcome was not recorded: the workflow is no longer owned",
    "was cancelled during execution",
    "Asyncio task cancelled",
)


class _NoExpectedEnds(logging.Filter):
    """Drops the traceback that DBOS logs as an error for every cancelled step, and its warnings: a stop is no fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if record.exc_info else None
        if kind is not None and (issubclass(kind, asyncio.CancelledError) or "Cancelled" in kind.__name__):
            return False
        message = record.getMessage()
        return not any(words in message for words in _EXPECTED_ENDS)


def quieten() -> None:
    """Let DBOS log no expected ends from now on."""
    dbos_logger = logging.getLogger("dbos")
    if not any(isinstance(present, _NoExpectedEnds) for present in dbos_logger.filters):
        dbos_logger.addFilter(_NoExpectedEnds())

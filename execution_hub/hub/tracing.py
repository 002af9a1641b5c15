"""Whether this process sends traces, and for how long."""

import asyncio
from typing import Any

import structlog

from execution_hub import traces
from execution_hub.settings import traces_endpoint

logger = structlog.get_logger(__name__)


class Tracing:
    """Sends traces where the standard variables of OpenTelemetry name a collector; loads nothing where they do not."""

    def __init__(self, hub_uuid: str, instance: str, *, executes: bool) -> None:
        """Send nothing yet.

        Args:
            hub_uuid: The hub's own name.
            instance: Which of its processes this is.
            executes: Whether anything runs here that could be told.

        Raises:
            SettingsError: The variables do not fit.
        """
        self._hub_uuid = hub_uuid
        self._instance = instance
        self._is_wanted = traces_endpoint() is not None and executes
        self._sender: Any = None

    async def open(self) -> None:
        """Send from now on.

        Raises:
            SettingsError: The variables do not fit.
        """
        if self._is_wanted:
            self._sender = await asyncio.to_thread(_load, self._instance)
            traces.begin(self._hub_uuid, self._sender.take)
            logger.info("traces.sent")

    async def close(self) -> None:
        """Send what is left, and nothing any more."""
        if self._sender is not None:
            traces.end()
            await asyncio.to_thread(self._sender.close)


def _load(instance: str) -> Any:
    # The library and its HTTP client: only for those who send.
    from execution_hub.otlp import Otlp

    return Otlp(instance)

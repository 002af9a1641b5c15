"""Whether an execution finds its tools in this process, or is left to one that has them."""

import asyncio

import structlog

from execution_hub.runners.retry import retry_read
from execution_hub.runners.services import RunnerServices
from execution_hub.store import executions

logger = structlog.get_logger(__name__)

# For so long this process claims nothing, so that another may take what it has left.
LEFT_SECONDS = 1.0
TOOLS = "tools"


class Fitness:
    """Knows which executions this process can run. Of one event loop."""

    def __init__(self, services: RunnerServices) -> None:
        """Keep what says which tools there are here, and elsewhere."""
        self._services = services
        self._resting: asyncio.TimerHandle | None = None

    async def is_fit(self, execution_id: int) -> bool:
        """Tell whether an execution is to run here; if not, nothing is claimed here for a second.

        It is, unless a server of its tools is not ready here and another process has all of them ready: where nobody
        has them, it fails here as it would anywhere, and says why.

        Args:
            execution_id: One that was taken out of the queue.
        """
        if not self._services.elsewhere.lacks_some:
            return True
        execution = await retry_read(self._services.database, lambda c: executions.find(c, execution_id))
        kind = None if execution is None else self._services.types.get(execution.execution_type)
        if execution is None or kind is None:
            return True
        servers = kind.tool_servers(execution.definition)
        if not self._services.elsewhere.are_elsewhere(servers):
            return True
        if self._resting is None:
            logger.info("execution.left_to_others", execution_id=execution_id, tool_servers=", ".join(sorted(servers)))
            self._services.hold(TOOLS, True)
            self._resting = asyncio.get_running_loop().call_later(LEFT_SECONDS, self._go_on)
        return False

    def _go_on(self) -> None:
        self._resting = None
        self._services.hold(TOOLS, False)

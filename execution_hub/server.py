"""The process that watches over the server's worker: small, because it loads nothing of the hub."""

import argparse
import logging
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

APP = "execution_hub.asgi:create_app"
# The worker has said in one line why it cannot start.
START_FAILED = 78
# A hub closes in about a second; a worker that hangs is killed after this many, within the ten that are promised.
STOP_SECONDS = 8


class _SaidAlready(logging.Filter):
    """Keeps back the server's own words about a worker that has explained itself."""

    def __init__(self, server: Any) -> None:
        super().__init__()
        self._server = server

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything else pass."""
        if not record.getMessage().startswith("Unexpected exit"):
            return True
        return all(worker.inner.exitcode != START_FAILED for worker in self._server.wrks)


def main() -> None:
    """Serve until told to stop; the address comes from `execution_hub/serve.py`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    words = parser.parse_args()
    server: Any = Granian(
        APP,
        address=words.host,
        port=words.port,
        interface=Interfaces.ASGI,
        factory=True,
        workers=1,
        websockets=True,
        log_level=LogLevels.warning,
        log_access=False,
        respawn_failed_workers=False,
        workers_kill_timeout=STOP_SECONDS,
        working_dir=Path.cwd(),
    )
    logging.getLogger("_granian").addFilter(_SaidAlready(server))
    server.serve()


if __name__ == "__main__":
    main()

"""A worker process of the cluster's bench: `python -m bench.cluster_worker hub|dbos URL`, until its input ends.

The one executes what does nothing as a worker of the hub does, the other is DBOS alone with the same work.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from dbos import DBOS, DBOSConfig

from bench.reliability import TrivialRunner
from execution_hub.engine.pace import ROUND_SECONDS
from execution_hub.heap import FrozenHeap
from execution_hub.hub.hub import Hub
from execution_hub.logs import quieten_logs
from execution_hub.runners import registry
from tests.support.hub import make_settings

AT_ONCE = 100
QUEUE = "bench"
WORKFLOW = "nothing"
READY = "ready"


@DBOS.workflow(name=WORKFLOW)
async def nothing(index: int) -> int:
    """Do nothing, durably."""
    return index


def main() -> None:
    """Work until the input ends."""
    kind, url = sys.argv[1:]
    # Nobody reads what it would say.
    quieten_logs()
    if kind == "dbos":
        _work_for_dbos(url)
    else:
        asyncio.run(_work_for_hub(url))


def _work_for_dbos(url: str) -> None:
    config: DBOSConfig = {"name": QUEUE, "system_database_url": url, "application_version": "1", "log_level": "ERROR"}
    DBOS(config=config)
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=ROUND_SECONDS)
    _wait_for_end()
    DBOS.destroy()


async def _work_for_hub(url: str) -> None:
    registry.TYPES = (*registry.TYPES, TrivialRunner())
    with tempfile.TemporaryDirectory() as folder:
        hub = await Hub.open(make_settings(Path(folder) / "data", **settings_of(url, "worker")))
        # As a worker does: see execution_hub/worker.py.
        FrozenHeap()
        await asyncio.to_thread(_wait_for_end)
        await hub.close()


def settings_of(url: str, role: str) -> dict[str, str]:
    """Return the settings of a process of the bench's hub: what limits it are its workers' slots."""
    return {
        "HUB_DATABASE_URL": url,
        "HUB_ROLE": role,
        "HUB_MAX_CONCURRENCY": "1000",
        "HUB_WORKER_CONCURRENCY": str(AT_ONCE),
        "HUB_DRAIN_SECONDS": "0",
    }


def _wait_for_end() -> None:
    print(READY, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()

"""What a hub keeps: how many entries its registries have, and how many objects of ours are alive."""

import asyncio
import gc
from collections import Counter
from typing import Any

from dbos._dbos import _get_dbos_instance

from execution_hub.engine.workflow import Current
from execution_hub.hub.hub import Hub

# Made anew for each execution; what belongs to the hub itself, or to statements, settles by itself.
_OURS = ("execution_hub.live.", "execution_hub.runners.", "execution_hub.domain.", "execution_hub.store.intents")


def registries(hub: Hub) -> dict[str, int]:
    """Return the sizes of all that is filled while executions run, by name."""
    parts: Any = hub
    return {
        "running": len(parts._host.running),
        "run watches": len(parts._host._signals._watches),
        "active": len(parts._feed._active),
        "followers": len(parts._feed._followers),
        "watchers": len(parts._feed._watchers),
        "bus listeners": len(parts._log._bus._listeners),
        "log queue": parts._log._queue.qsize(),
        "jobs begun": len(Current.begun),
        "suspects": len(parts._engine._stranded._suspects),
        "active in the engine": len(_get_dbos_instance()._active_workflows_set.activeList()),
    }


def live_objects() -> Counter[str]:
    """Return how many objects of our types are alive, and of tasks and futures.

    Timers and the contexts they hold apart: a loop clears cancelled ones away only when they are more than a
    hundred, and the most.
    """
    gc.collect()
    found: Counter[str] = Counter()
    for each in gc.get_objects():
        kind = type(each)
        module = str(getattr(kind, "__module__", ""))
        if kind is asyncio.TimerHandle or module == "dbos._context":
            continue
        if module.startswith(_OURS) or (module.startswith(("dbos", "_asyncio", "asyncio"))):
            found[f"{module}.{kind.__name__}"] += 1
    return found

"""Whether this process can work."""

from execution_hub.engine.port import Engine
from execution_hub.errors import Unavailable
from execution_hub.hub.gate import Gate
from execution_hub.live.bus import Bus

READY = {"status": "ready", "database": "ok", "engine": "ok", "bus": "ok"}


def check_ready(gate: Gate, engine: Engine, bus: Bus) -> None:
    """Refuse where the hub starts or stops, takes nothing out of its queues, or does not hear the other processes.

    Args:
        gate: Whether it takes work.
        engine: Who has the queues.
        bus: What carries news between the processes.

    Raises:
        Unavailable: It cannot work.
    """
    gate.check()
    engine.check()
    if bus.is_away:
        raise Unavailable("News of the hub's other processes do not arrive: the connection for them is being renewed.")

"""What a large body took of a hub's memory comes back, whether it was refused or read."""

import http.client
from collections.abc import Callable

import psutil

from tests.support.server import HubProcess, poll

TIMES = 5
MIB = 2**20
# Of heap holes and caches; each body would be 17 MB several times over.
KEPT_MIB = 50
SECONDS = 60
# Made where they are needed: whoever collects tests loads this module.
BODIES: dict[str, Callable[[], bytes]] = {
    "one name": lambda: b'{"name": "' + b"x" * 17_000_000 + b'"}',
    "empty steps": lambda: b'{"name": "W", "steps": [' + b"{}," * 5_600_000 + b"{}]}",
    "texts": lambda: b'{"a": [' + b",".join([b'"' + b"x" * 2_300_000 + b'"'] * 7) + b"]}",
    "too large": lambda: b" " * 20_000_000,
}


def memory(hub: HubProcess) -> float:
    """Return what the hub's processes hold, in MiB."""
    first = psutil.Process(hub.pid)
    held: int = sum(each.memory_info().rss for each in (first, *first.children(recursive=True)))
    return held / MIB


def post(hub: HubProcess, body: bytes) -> int:
    """Send a workflow and return the status."""
    connection = http.client.HTTPConnection("127.0.0.1", hub.port, timeout=SECONDS)
    connection.request("POST", "/api/workflows", body, {"Content-Type": "application/json"})
    with connection.getresponse() as answer:
        answer.read()
        return answer.status


def test_memory_comes_back_after_large_bodies(hub_process: Callable[..., HubProcess]) -> None:
    """Refused by size, by count and by length of a text, or read whole and then refused: five times each.

    A hub of its own: what other tests have begun in one that is shared takes memory meanwhile, too.
    """
    hub = hub_process().start()
    # What is loaded once, and kept, is loaded before.
    assert post(hub, b"{}") == 422
    assert post(hub, BODIES["texts"]()) in (413, 422)
    before = memory(hub)
    most = before
    for make in BODIES.values():
        body = make()
        for _ in range(TIMES):
            assert post(hub, body) in (413, 422)
            most = max(most, memory(hub))
    poll(lambda: memory(hub) < before + KEPT_MIB, SECONDS)
    print(f"memory: {before:.0f} MiB before, {most:.0f} at most, {memory(hub):.0f} after")

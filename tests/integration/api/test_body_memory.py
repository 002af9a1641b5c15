"""What a large body took of a hub's memory comes back, whether it was refused or read."""

import contextlib
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


def held(hub: HubProcess) -> dict[int, int]:
    """Return what each of the hub's processes holds, in MiB, by its number."""
    first = psutil.Process(hub.pid)
    return {each.pid: each.memory_info().rss // MIB for each in (first, *first.children(recursive=True))}


def memory(hub: HubProcess) -> int:
    """Return what the hub's processes hold together, in MiB."""
    return sum(held(hub).values())


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
    # What is loaded once, and kept, is loaded before: so are the processes that read what is large.
    for make in BODIES.values():
        assert post(hub, make()) in (413, 422)
    before = held(hub)
    limit = sum(before.values()) + KEPT_MIB
    most = 0
    for make in BODIES.values():
        body = make()
        for _ in range(TIMES):
            assert post(hub, body) in (413, 422)
            most = max(most, memory(hub))
    with contextlib.suppress(AssertionError):
        poll(lambda: memory(hub) < limit, SECONDS)
    after = held(hub)
    assert sum(after.values()) < limit, f"{before} MiB before, {after} after"
    print(f"memory: {sum(before.values())} MiB before, {most} at most, {sum(after.values())} after")

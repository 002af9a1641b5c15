"""Many starts at once, and how far a page that watches is behind the hub meanwhile.

The page is a socket that speaks as a browser does. What it is measured by are changes that it is told at once: those
of what runs and ends; where an execution is in a queue of hundreds, no page shows.
"""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from bench.fanout import cpu_seconds_of
from bench.figures import Figure, quantile
from bench.live import commits
from bench.sockets import Noted, SocketClients
from tests.support.server import HubProcess, poll

STARTS = 300
PAGES = ("/", "/agents")
GOAL_MS = 1_000
SETTLE_SECONDS = 1.0
END_SECONDS = 300


def measure(hub: HubProcess) -> list[Figure]:
    """Measure the lag of two watching pages while many tests are started at once.

    Args:
        hub: A running hub that nobody else uses.
    """
    agent_id = hub.agent_id()
    hub.ended(hub.start_test("[fast] the first one loads what is loaded once", agent_id))
    with SocketClients(hub.port, list(PAGES)) as clients, ThreadPoolExecutor(STARTS) as people:
        cpu_before, began_at = cpu_seconds_of(hub.pid), time.monotonic()
        texts = (f"[fast] start {number} of many" for number in range(STARTS))
        ids = list(people.map(lambda text: hub.start_test(text, agent_id), texts))
        accepted_seconds = time.monotonic() - began_at
        poll(lambda: not hub.call("GET", "/api/executions?status=pending")[1]["items"], END_SECONDS, 0.5)
        hub.ended(ids[-1], END_SECONDS)
        time.sleep(SETTLE_SECONDS)
        cpu_seconds = cpu_seconds_of(hub.pid) - cpu_before
        all_seconds = time.monotonic() - began_at
        notes = clients.notes()
    written = {each: commits(hub, each) for each in ids}
    return [
        *(_figure(page, noted, written) for page, noted in zip(PAGES, notes, strict=True)),
        Figure(f"{STARTS} starts at once: all accepted", f"{accepted_seconds:.1f} s", "-", True),
        Figure(
            f"{STARTS} starts at once: all ended, processor of the hub",
            f"{all_seconds:.1f} s, {cpu_seconds:.1f} s",
            "-",
            True,
        ),
    ]


def _figure(page: str, noted: Noted, written: Mapping[int, Mapping[str, float]]) -> Figure:
    delays = _delays(noted, written)
    p50, p99 = quantile(delays, 0.5), quantile(delays, 0.99)
    said = f"p50 {p50:.0f}, p99 {p99:.0f}, most {max(delays):.0f} ms of {len(delays)} changes; "
    sent = f"{noted.messages} messages, {noted.received_bytes / 1000:.0f} kB"
    return Figure(f"{STARTS} starts at once: lag of {page}", said + sent, f"{GOAL_MS} ms", max(delays) < GOAL_MS)


def _delays(noted: Noted, written: Mapping[int, Mapping[str, float]]) -> Sequence[float]:
    return [
        noted.seen[f"{each} {status}"] - at
        for each, moves in written.items()
        for status, at in moves.items()
        if status != "pending" and f"{each} {status}" in noted.seen
    ]

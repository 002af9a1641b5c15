"""How far behind the pages are that follow streams: 50 executions at 30 tokens a second each, 20 pages that look on.

Once each page follows an execution of its own, and once all of them the same one. `python -m bench.streaming` measures
this alone.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from bench.figures import Figure, quantile
from bench.sockets import Noted, SocketClients
from execution_hub.domain.clock import from_wire
from tests.support import messages_replies as replies
from tests.support.messages_server import MessagesServer
from tests.support.server import HubProcess, poll

EXECUTIONS = 50
TOKENS_PER_SECOND = 30
SECONDS = 12
VIEWERS = 20
GOAL_MS = 250


def measure(folder: Path) -> list[Figure]:
    """Measure both cases.

    Args:
        folder: Where a hub of its own keeps its data.
    """
    words = [f"w{number} " for number in range(TOKENS_PER_SECOND * SECONDS)]
    with MessagesServer(default=replies.text(words, delay=1 / TOKENS_PER_SECOND)) as server:
        hub = HubProcess(
            folder,
            ANTHROPIC_API_KEY="bench",
            ANTHROPIC_BASE_URL=server.url,
            HUB_MAX_CONCURRENCY=str(EXECUTIONS),
        ).start()
        try:
            hub.ended(hub.start_test("The first one loads the SDK.", hub.agent_id("claude-sonnet-5-5")))
            return [
                _run(hub, "each page its own execution", range(VIEWERS)),
                _run(hub, "all pages the same execution", [0] * VIEWERS),
            ]
        finally:
            hub.stop()


def _run(hub: HubProcess, name: str, followed: Sequence[int]) -> Figure:
    found = delays(hub, EXECUTIONS, followed)
    all_of = [each for mine in found for each in mine]
    p50, p99 = quantile(all_of, 0.5), quantile(all_of, 0.99)
    text = f"p50 {p50:.0f}, p99 {p99:.0f}, at most {max(all_of):.0f} ms over {len(all_of)} tokens"
    title = f"{EXECUTIONS} streams of {TOKENS_PER_SECOND} tokens a second, {VIEWERS} pages, {name}: how far behind"
    return Figure(title, text, f"{GOAL_MS} ms", max(all_of) < GOAL_MS)


def delays(hub: HubProcess, executions: int, followed: Sequence[int]) -> list[list[float]]:
    """Let executions stream to pages.

    Args:
        hub: Where the pages are; its Claude streams numbered words.
        executions: How many stream.
        followed: Which of them each page follows, from 0.

    Returns:
        For each page how long each token took from its commit, in milliseconds.
    """
    agent_id = hub.agent_id("claude-sonnet-5-5")
    with ThreadPoolExecutor(8) as threads:
        ids = list(threads.map(lambda number: hub.start_test(f"stream {number}", agent_id), range(executions)))
    poll(lambda: hub.execution(ids[-1])["status"] == "running")
    pages = [ids[each] for each in followed]
    with SocketClients(hub.port, [f"/executions/{each}" for each in pages], words=True) as clients:
        joined_at = time.time() * 1000
        for execution_id in ids:
            hub.ended(execution_id)
        time.sleep(1)
        notes = clients.notes()
    return [list(_delays(hub, each, noted, joined_at)) for each, noted in zip(pages, notes, strict=True)]


def _delays(hub: HubProcess, execution_id: int, noted: Noted, since: float) -> Iterator[float]:
    """Yield how long each token took from its commit to the page, of those that came while the page was open."""
    numbers, after = count(), 0
    while events := hub.call("GET", f"/api/executions/{execution_id}/events?after={after}")[1]["events"]:
        after = events[-1]["seq"]
        for event in events:
            at = from_wire(event["created_at"]).timestamp() * 1000
            for _ in event["data"]["text"].split() if event["kind"] == "text" else ():
                number = str(next(numbers))
                if at > since:
                    yield noted.seen[number] - at


def main() -> None:
    """Measure this alone."""
    with tempfile.TemporaryDirectory() as folder:
        for figure in measure(Path(folder) / "data"):
            print(f"{figure.name}: {figure.value} (goal {figure.goal})", flush=True)


if __name__ == "__main__":
    main()

"""What a workflow adds to its model's own time: 50 steps, 10 at once, against a local Messages API of fixed time."""

import tempfile
from pathlib import Path
from typing import Any

from bench.figures import Figure, quantile
from execution_hub.domain.clock import from_wire
from tests.support import messages_replies as replies
from tests.support.messages_server import MessagesServer
from tests.support.server import HubProcess, poll

WIDTH = 10
LEVELS = 5
RUNS = 5
# One answer: so many pieces, each after so many seconds.
PIECES = 10
PIECE_SECONDS = 0.02
GOAL_MS = 30


def measure(folder: Path) -> list[Figure]:
    """Measure the time from submit to end over the time of the model alone, per step.

    Each step waits for all ten of the level before it, so that a level begins when the slowest of them has ended:
    the model's own time is five answers, whatever the local server and its sockets add to them counts as ours.

    Args:
        folder: Where a hub of its own keeps its data.
    """
    with MessagesServer(default=replies.text(["word "] * PIECES, delay=PIECE_SECONDS)) as server:
        hub = HubProcess(folder, ANTHROPIC_API_KEY="bench", ANTHROPIC_BASE_URL=server.url).start()
        try:
            workflow_id = _create(hub)
            took = [_run(hub, workflow_id) for _ in range(RUNS + 1)][1:]  # the first one loads the SDK
        finally:
            hub.stop()
        calls = [call for call in server.calls[WIDTH * LEVELS :] if call.finished_at]
    alone = LEVELS * PIECES * PIECE_SECONDS
    added = [1_000 * (seconds - alone) / (WIDTH * LEVELS) for seconds in took]
    served = quantile([call.finished_at - call.started_at for call in calls if call.finished_at], 0.5)
    median, worst = quantile(added, 0.5), max(added)
    name = f"workflow of {WIDTH * LEVELS} steps, {WIDTH} at once, added per step"
    goal = f"{GOAL_MS} ms"
    return [
        Figure(f"{name}, median of {RUNS}", f"{median:.1f} ms", goal, median < GOAL_MS),
        Figure(f"{name}, slowest of {RUNS}", f"{worst:.1f} ms", goal, worst < GOAL_MS),
        Figure("one answer of the local model, as it served it", f"{1_000 * served:.0f} ms", "-", True),
    ]


def _create(hub: HubProcess) -> int:
    agent = hub.call("POST", "/api/agents", {"name": "Bench", "model": "claude-bench"})[1]
    steps = [
        {
            "name": f"step_{level}_{place}",
            "agent_id": agent["id"],
            "input": f"{{{{ input }}}} {{{{ steps.step_{level - 1}_{place}.output }}}}" if level else "{{ input }}",
            "depends_on": [f"step_{level - 1}_{other}" for other in range(WIDTH)] if level else [],
        }
        for level in range(LEVELS)
        for place in range(WIDTH)
    ]
    status, workflow = hub.call("POST", "/api/workflows", {"name": "Bench", "steps": steps})
    assert status == 201, workflow
    return int(workflow["id"])


def _run(hub: HubProcess, workflow_id: int) -> float:
    """Run it once and return how long that took, in seconds from submit to end."""
    status, started = hub.call("POST", f"/api/workflows/{workflow_id}/run", {"input": "Measure"})
    assert status == 202, started
    # Seldom: asking takes the hub's time as well.
    found = poll(lambda: _ended(hub, started["id"]), seconds=60, pause=0.25)
    assert found["status"] == "succeeded", found["error"]
    return (from_wire(found["finished_at"]) - from_wire(found["created_at"])).total_seconds()


def _ended(hub: HubProcess, execution_id: int) -> dict[str, Any] | None:
    found = hub.execution(execution_id)
    return found if found["finished_at"] else None


def main() -> None:
    """Measure this alone: `python -m bench.workflow`."""
    with tempfile.TemporaryDirectory() as folder:
        for figure in measure(Path(folder) / "data"):
            print(f"{figure.name}: {figure.value}")


if __name__ == "__main__":
    main()

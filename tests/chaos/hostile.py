"""Ten hostile executions beside ordinary ones: how much later the ordinary ones end.

`python -m tests.chaos.hostile` prints a table. The hostile ones are the largest that the limits let through.
"""

import asyncio
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.execution import Execution
from execution_hub.domain.workflow import Condition, WorkflowDraft, WorkflowStep
from execution_hub.hub.hub import Hub
from execution_hub.runners.workflow import WorkflowRun
from tests.support import messages_replies as replies
from tests.support.hub import ended, make_settings
from tests.support.messages_replies import Call
from tests.support.messages_server import MessagesServer

HOSTILE = 10
ORDINARY = 200
AT_ONCE = 20
LONG_SECONDS = 300
FILTERS = "{% if steps.a.output | title | upper | title | lower %}x{% endif %}" * 25
WIDE = "{{ input }}" * 200


def _answer(call: Call) -> Iterator[Any]:
    return replies.text(["É cd " * 60_000] if call.input.startswith("long") else ["An ordinary answer."])(call)


def _hostile(agent_id: int) -> list[WorkflowStep]:
    regex = Condition(step="a", op="matches", value=r"(\pL?){20}\pN")
    steps = [WorkflowStep(name="a", agent_id=agent_id, input="long")]
    for number in range(5):
        steps.append(WorkflowStep(name=f"f{number}", agent_id=agent_id, input=f"{FILTERS}{number}"))
        steps.append(WorkflowStep(name=f"r{number}", agent_id=agent_id, input="x", when=regex))
        steps.append(WorkflowStep(name=f"w{number}", agent_id=agent_id, input=f"{WIDE}{number}", depends_on=["a"]))
    return steps


async def _ordinary(hub: Hub, workflow_id: int) -> list[float]:
    """Run the ordinary ones, so many at once; returns how long each took, in ms."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one() -> float:
        async with slots:
            found: Execution = await ended(
                hub, (await hub.executions.start(WorkflowRun(workflow_id, input="x"))).id, LONG_SECONDS
            )
        assert found.finished_at is not None
        return (found.finished_at - found.created_at).total_seconds() * 1000

    return list(await asyncio.gather(*(one() for _ in range(ORDINARY))))


async def measure(folder: Path, server: MessagesServer) -> dict[str, list[float]]:
    """Return how long the ordinary ones took alone, and beside the hostile ones."""
    server.default = _answer
    settings = make_settings(
        folder, ANTHROPIC_API_KEY="test-key-not-secret", ANTHROPIC_BASE_URL=server.url, HUB_MAX_CONCURRENCY=40
    )
    hub = await Hub.open(settings)
    try:
        agent = await hub.agents.create(AgentDraft(name="Claude", model="claude-sonnet-5-5", max_tokens=100))
        hostile = await hub.workflows.create(WorkflowDraft(name="Hostile", steps=_hostile(agent.id)))
        plain = [WorkflowStep(name="a", agent_id=agent.id, input="{{ input }}")]
        ordinary = await hub.workflows.create(WorkflowDraft(name="Ordinary", steps=plain))
        await _ordinary(hub, ordinary.id)
        alone = await _ordinary(hub, ordinary.id)
        begun = [await hub.executions.start(WorkflowRun(hostile.id, input="x")) for _ in range(HOSTILE)]
        beside = await _ordinary(hub, ordinary.id)
        for each in begun:
            await hub.executions.cancel(each.id)
            await ended(hub, each.id, LONG_SECONDS)
        return {"alone": alone, f"beside {HOSTILE} hostile": beside}
    finally:
        await hub.close()


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name, MessagesServer() as server:
        found = asyncio.run(measure(Path(name), server))
    print("| ordinary executions | median ms | p99 ms |\n|---|---|---|")
    for words, times in found.items():
        print(f"| {words} | {statistics.median(times):.0f} | {statistics.quantiles(times, n=100)[98]:.0f} |")


if __name__ == "__main__":
    main()

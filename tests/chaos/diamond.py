"""Kills a hub in the middle of diamonds, and finds out whether anything was swapped, repeated or lost."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.clock import now
from execution_hub.domain.step import Step
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.store import executions, steps
from execution_hub.store.agents import agents
from execution_hub.store.database import Database
from execution_hub.store.migrate import migrate
from execution_hub.store.workflows import workflows
from tests.support import messages_replies as replies
from tests.support.bare_hub import BareHub
from tests.support.messages_server import MessagesServer
from tests.support.server import poll

PIECE_SECONDS = 0.006
# What each step is told, for the server to know its calls apart; `{}` is the output of the step before.
INPUTS = {
    "top": "top of {{ input }}",
    "left": "left of {{ input }} after {{ steps.top.output | truncate(40) }}",
    "right": "right of {{ input }} after {{ steps.top.output | truncate(40) }}",
    "bottom": "bottom of {{ input }} after "
    "{{ steps.left.output | truncate(40) }} {{ steps.right.output | truncate(40) }}",
}


@dataclass
class Report:
    """What was counted.

    Attributes:
        kills: How often the process was killed.
        executions: How many diamonds were run.
        interrupted: How many of them lost their process at least once.
        swapped: Outputs found at another node than their own.
        repeated: Calls of steps that had ended before a kill.
        lost: Executions that did not succeed.
        mismatched: Steps that were asked more often than they say.
    """

    kills: int = 0
    executions: int = 0
    interrupted: int = 0
    swapped: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    mismatched: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing went wrong, and something was tried."""
        wrong = (self.swapped, self.repeated, self.lost, self.mismatched)
        return not any(wrong) and self.interrupted > 0

    def row(self, fault: str) -> str:
        """Return the report as a line of the table of `make chaos`."""
        repeated = len(self.repeated) + len(self.mismatched)
        counts = (self.kills, self.executions, self.interrupted, 0, len(self.lost), repeated, len(self.swapped))
        return f"| {fault} | " + " | ".join(map(str, counts)) + " |"


def run(folder: Path, server: MessagesServer, database_url: str, kills: int, at_once: int, seed: int = 1) -> Report:
    """Start diamonds, kill the hub at a random moment, start it again, and look.

    Args:
        folder: Where the hub's data goes.
        server: The local Messages API.
        database_url: The app database, empty.
        kills: How many rounds; in each the process is killed once.
        at_once: How many diamonds run when it is killed.
        seed: Where chance begins.
    """
    server.default = lambda call: replies.default_reply(call, delay=PIECE_SECONDS)
    chance, report = random.Random(seed), Report()
    migrate(database_url)
    database = Database(database_url)
    workflow_id = database.write(_make)
    hub = BareHub(
        folder / "data",
        HUB_DATABASE_URL=database_url.replace("+psycopg", ""),
        ANTHROPIC_API_KEY="test-key-not-secret",
        ANTHROPIC_BASE_URL=server.url,
    ).start()
    try:
        for round_number in range(kills):
            names = [f"execution {round_number}-{index}" for index in range(at_once)]
            workflow = {"type": "workflow", "workflow_id": workflow_id}
            ids = [hub.call("executions.start", **workflow, input=name)["id"] for name in names]
            time.sleep(chance.uniform(0.05, 2.0))
            hub.kill()
            report.kills += 1
            before = {each: _steps(database, each) for each in ids}
            calls_before = Counter(call.input for call in server.calls)
            hub.start()
            for name, execution_id in zip(names, ids, strict=True):
                found = poll(partial(_ended, database, execution_id), 60)
                _look(report, server, database, name, found, before[execution_id], calls_before)
    finally:
        hub.kill()
        database.close()
    return report


def _make(connection: Any) -> int:
    agent = agents.add(connection, AgentDraft("Claude", model="claude-sonnet-5-5"), now())
    diamond = [WorkflowStep(name=name, agent_id=agent.id, input=template) for name, template in INPUTS.items()]
    return workflows.add(connection, WorkflowDraft(name="Diamond", steps=diamond), now()).id


def _steps(database: Database, execution_id: int) -> list[Step]:
    return database.read(lambda connection: steps.of(connection, execution_id))


def _ended(database: Database, execution_id: int) -> Any:
    found = database.read(lambda connection: executions.find(connection, execution_id))
    return found if found is not None and found.is_finished else None


def _look(
    report: Report,
    server: MessagesServer,
    database: Database,
    name: str,
    execution: Any,
    before: list[Step],
    calls_before: Counter[str],
) -> None:
    report.executions += 1
    report.interrupted += execution.interruptions > 0
    if execution.status != "succeeded":
        report.lost.append(f"{name}: {execution.status} {execution.error}")
        return
    calls = Counter(call.input for call in server.calls)
    ended_before = {step.name for step in before if step.is_finished}
    for step in _steps(database, execution.id):
        assert step.input is not None, "it has succeeded"
        is_own = step.input.startswith(f"{step.name} of {name}") and step.output == replies.default_text(step.input)
        if not is_own:
            report.swapped.append(f"{name} {step.name}: {step.output}")
        if step.name in ended_before and calls[step.input] != calls_before[step.input]:
            report.repeated.append(f"{name} {step.name}")
        # A process may die between noting an attempt and making the call, never the other way round.
        if calls[step.input] > step.attempt:
            report.mismatched.append(f"{name} {step.name}: {calls[step.input]} calls, {step.attempt} attempts")

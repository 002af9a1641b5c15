"""Kills a busy hub over and over, and finds out whether anything was lost, repeated, changed or mixed."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.clock import now
from execution_hub.domain.crash import is_given_up
from execution_hub.domain.event import EventKind
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import FINISHED
from execution_hub.errors import Interrupted
from execution_hub.store import events, executions
from execution_hub.store.agents import agents
from execution_hub.store.database import Connection, Database
from execution_hub.store.migrate import migrate
from tests.support import messages_replies as replies
from tests.support.bare_hub import BareHub
from tests.support.messages_server import MessagesServer
from tests.support.server import poll

PIECE_SECONDS = 0.02
# How long a life lasts. Long enough that something ends: an execution that dies three times is given up, rightly.
LIFE_SECONDS = (0.1, 2.0)
_FINISHED = {status.value for status in FINISHED}


@dataclass
class Report:
    """What was counted.

    Attributes:
        kills: How often the process was killed.
        executions: How many were started.
        interrupted: How many attempts died with a process.
        given_up: Executions that lost their process three times, and were given up with these words.
        lost: Executions that ended in any other way than they should.
        repeated: Calls for executions that had ended before a kill, and calls beyond the attempts.
        changed: Executions that had ended and were not the same at the end.
        mixed: Outputs that are not their own input's.
        ended_twice: Logs with more than one end.
    """

    kills: int = 0
    executions: int = 0
    interrupted: int = 0
    given_up: int = 0
    lost: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    ended_twice: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing went wrong, and something was tried."""
        wrong = (self.lost, self.repeated, self.changed, self.mixed, self.ended_twice)
        return not any(wrong) and self.interrupted > 0

    def row(self, fault: str) -> str:
        """Return the report as a line of a Markdown table."""
        wrong = len(self.changed) + len(self.mixed) + len(self.ended_twice)
        counts = (
            self.kills,
            self.executions,
            self.interrupted,
            self.given_up,
            len(self.lost),
            len(self.repeated),
            wrong,
        )
        return f"| {fault} | " + " | ".join(map(str, counts)) + " |"


def run(folder: Path, server: MessagesServer, database_url: str, kills: int, count: int, seed: int = 1) -> Report:
    """Keep a hub busy, kill it at random moments, start it again each time, and look.

    Args:
        folder: Where the hub's data goes.
        server: The local Messages API.
        database_url: The app database, empty.
        kills: How often.
        count: How many executions in all.
        seed: Where chance begins.
    """
    server.default = lambda call: replies.default_reply(call, delay=PIECE_SECONDS)
    chance, report = random.Random(seed), Report(executions=count)
    migrate(database_url)
    database = Database(database_url)
    agent_id = database.write(_agent)
    provider = {"ANTHROPIC_API_KEY": "test-key-not-secret", "ANTHROPIC_BASE_URL": server.url}
    hub = BareHub(folder / "data", HUB_DATABASE_URL=database_url.replace("+psycopg", ""), **provider).start()
    ids: list[int] = []
    ended: dict[int, Execution] = {}
    calls_when_ended: dict[int, int] = {}
    try:
        for round_number in range(kills):
            upto = count * (round_number + 1) // kills
            while len(ids) < upto:
                text = f"execution {len(ids)} of chaos"
                ids.append(int(hub.call("executions.start", type="agent_test", agent_id=agent_id, input=text)["id"]))
            time.sleep(chance.uniform(*LIFE_SECONDS))
            hub.kill()
            report.kills += 1
            calls = Counter(call.input for call in server.calls)
            for execution in _ended(database, [each for each in ids if each not in ended]):
                ended[execution.id] = execution
                calls_when_ended[execution.id] = calls[execution.input]
            hub.start()
        poll(lambda: len(_ended(database, ids)) == len(ids), 120 + count)
    finally:
        hub.kill()
    _look(report, server, database, ids, ended, calls_when_ended)
    database.close()
    return report


def _look(
    report: Report,
    server: MessagesServer,
    database: Database,
    ids: list[int],
    ended: dict[int, Execution],
    calls_when_ended: dict[int, int],
) -> None:
    calls = Counter(call.input for call in server.calls)
    for execution in _ended(database, ids):
        name = f"{execution.id}"
        report.interrupted += execution.interruptions
        if execution.error_code == Interrupted.code and is_given_up(execution.crashes):
            report.given_up += 1
            continue
        if execution.status != "succeeded":
            report.lost.append(f"{name}: {execution.status} {execution.error}")
            continue
        if execution.output != replies.default_text(execution.input):
            report.mixed.append(name)
        if not 1 <= calls[execution.input] <= execution.attempt:
            report.repeated.append(f"{name}: {calls[execution.input]} calls, {execution.attempt} attempts")
        if execution.id in ended and calls[execution.input] != calls_when_ended[execution.id]:
            report.repeated.append(f"{name}: called again after its end")
        if execution.id in ended and execution != ended[execution.id]:
            report.changed.append(name)
        ends = database.read(lambda connection, each=execution.id: _ends(connection, each))  # type: ignore[misc]
        if ends != 1:
            report.ended_twice.append(name)


def _agent(connection: Connection) -> int:
    return agents.add(connection, AgentDraft("Claude", model="claude-sonnet-5-5"), now()).id


def _ended(database: Database, ids: list[int]) -> list[Execution]:
    def work(connection: Connection) -> list[Execution]:
        found = (executions.find(connection, each) for each in ids)
        return [each for each in found if each is not None and each.is_finished]

    return database.read(work)


def _ends(connection: Connection, execution_id: int) -> int:
    found: list[Any] = events.after(connection, execution_id, 0, 100_000)
    return sum(each.kind is EventKind.STATUS and each.data["status"] in _FINISHED for each in found)

"""Kills a hub before, during and after calls of tools, and counts what was repeated, asked about and lost.

`python -m tests.chaos.calls --kills 50` prints a line of the table in docs/reliability.md. The tools are those of a
real MCP server, which writes down each call that it gets; the model is a real local server, which counts its turns.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from execution_hub.domain.call import Call as Row
from execution_hub.domain.call import CallKind, CallStatus, Resolution
from execution_hub.domain.clock import now
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.store import calls, executions
from execution_hub.store.agents import agents
from execution_hub.store.database import Database
from execution_hub.store.migrate import migrate
from execution_hub.store.workflows import workflows
from tests.support import messages_replies as replies
from tests.support.bare_hub import BareHub
from tests.support.bench_tools import actor
from tests.support.mcp_counting import TOOLS
from tests.support.messages_replies import Call, Step
from tests.support.messages_server import MessagesServer
from tests.support.server import poll

HEAD = (
    "| fault | kills | executions | calls killed before | during | after | asked as unknown | run again on request "
    "| repeated silently | idempotent ones repeated | finished turns paid again | lost | stuck |\n" + "|---" * 13 + "|"
)
SERVER = Path(__file__).parents[1] / "support" / "mcp_counting.py"
CALL_SECONDS = 0.3
TURN_SECONDS = 0.4
# Calls of each execution, one a turn.
CALLS = 2
STUCK_SECONDS = 120
MOMENTS = ("before", "during", "after")
WAYS = tuple(way.value for way in (Resolution.RUN_AGAIN, Resolution.TELL_AGENT))


@dataclass
class Report:
    """What was counted.

    Attributes:
        kills: How often the process was killed.
        executions: How many were started.
        moments: In how many executions the kill came before, during or after a call.
        asked: Calls that became `unknown`, and waited for a person.
        again: Those that were made again because a person said so.
        repeated_idempotent: Calls of the idempotent tool that were made again, as they may be.
        silent: Calls of the other tool that were made more often than anybody wanted.
        paid_twice: Finished turns that were asked again.
        lost: Executions that did not succeed, and calls that count as made and were not.
        stuck: Executions that did not end.
    """

    kills: int = 0
    executions: int = 0
    moments: Counter[str] = field(default_factory=Counter)
    asked: int = 0
    again: int = 0
    repeated_idempotent: int = 0
    silent: list[str] = field(default_factory=list)
    paid_twice: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing went wrong, and each moment was met."""
        wrong = (self.silent, self.paid_twice, self.lost, self.stuck)
        return not any(wrong) and all(self.moments[each] for each in MOMENTS)

    def row(self, fault: str) -> str:
        """Return the report as a line of the table."""
        moments = (self.moments[each] for each in MOMENTS)
        wrong = map(len, (self.paid_twice, self.lost, self.stuck))
        counts = (self.kills, self.executions, *moments, self.asked, self.again, len(self.silent))
        return f"| {fault} | " + " | ".join(map(str, (*counts, self.repeated_idempotent, *wrong))) + " |"


class Chaos:
    """A hub to be killed, and all that counts what it does."""

    def __init__(self, folder: Path, server: MessagesServer, database_url: str, seed: int = 1) -> None:
        """Prepare it.

        Args:
            folder: Where the hub's data goes, and what the tools write down.
            server: The local Messages API.
            database_url: The app database, empty.
            seed: Where chance begins.
        """
        self._chance, self.report = random.Random(seed), Report()
        self._made, self._server = folder / "made.log", server
        self._asked: Counter[tuple[str, int]] = Counter()
        self._run_again: Counter[str] = Counter()
        server.default = self._reply
        migrate(database_url)
        self._database = Database(database_url)
        self._starts = self._database.write(_make)
        arguments = [str(SERVER), str(self._made), str(CALL_SECONDS)]
        entry = {"command": sys.executable, "args": arguments, "hub": {"idempotent": ["again"]}}
        (folder / "mcp.json").write_text(json.dumps({"mcpServers": {"count": entry}}))
        self._hub = BareHub(
            folder / "data",
            HUB_DATABASE_URL=database_url.replace("+psycopg", ""),
            HUB_MCP_FILE=str(folder / "mcp.json"),
            ANTHROPIC_API_KEY="test-key-not-secret",
            ANTHROPIC_BASE_URL=server.url,
        )

    def run(self, kills: int) -> Report:
        """Kill it so often, each time at another moment, and let all that was started end."""
        self._hub.start()
        try:
            for number in range(kills):
                self._round(number)
        finally:
            self._hub.kill()
            self._database.close()
        return self.report

    def _round(self, number: int) -> None:
        ids = {}
        for kind, start in self._starts.items():
            told = self._hub.call("executions.start", **start, input=f"{kind} {number}")
            ids[int(told["id"])] = f"{kind} {number}"
        self.report.executions += len(ids)
        self._wait_for(MOMENTS[number % len(MOMENTS)], ids)
        self._hub.kill()
        self.report.kills += 1
        # The tools' process ends by itself when nobody listens; what it was told, it may have begun.
        time.sleep(2 * CALL_SECONDS)
        before = {each: self._rows(each) for each in ids}
        paid = dict(self._asked)
        for each in ids:
            self.report.moments[self._moment(each, before[each])] += 1
        self._hub.start()
        for each, name in ids.items():
            try:
                found = poll(partial(self._ended, each), STUCK_SECONDS)
            except AssertionError:
                self.report.stuck.append(name)
            else:
                self._look(found, name, before[each], paid)

    def _wait_for(self, moment: str, ids: dict[int, str]) -> None:
        """Wait until one of them is about there, and a little longer."""

        def is_there() -> bool:
            began = {key for word, key, _ in self._lines() if word == "begin"}
            calls_begun = any(key.startswith(f"{each}-") for each in ids for key in began)
            if moment == "before":
                return any(self._asked[name, 0] for name in ids.values())
            return calls_begun if moment == "during" else any(self._asked[name, CALLS] for name in ids.values())

        poll(is_there, STUCK_SECONDS, 0.01)
        time.sleep(self._chance.uniform(0, CALL_SECONDS))

    def _moment(self, execution_id: int, rows: list[Row]) -> str:
        """Return when the kill came: what counts is the newest call that its model has asked for."""
        tools = [row for row in rows if row.kind is CallKind.TOOL]
        began = self._begun(execution_id)
        if tools and tools[-1].status.is_finished:
            return "after"
        return "during" if tools and began[f"{execution_id}-{tools[-1].number}"] else "before"

    def _ended(self, execution_id: int) -> Execution | None:
        """Return it once it has ended; what it asks meanwhile is answered, now one way, now the other."""
        found = self._database.read(lambda connection: executions.find(connection, execution_id))
        if found is None or found.is_finished:
            return found
        if found.status is Status.WAITING:
            for row in self._rows(execution_id):
                if row.status is CallStatus.UNKNOWN and row.resolved is None:
                    how = WAYS[self.report.asked % len(WAYS)]
                    self.report.asked += 1
                    self.report.again += how == Resolution.RUN_AGAIN
                    self._run_again[f"{execution_id}-{row.number}"] += how == Resolution.RUN_AGAIN
                    self._hub.call("executions.resolve_call", execution_id=execution_id, number=row.number, how=how)
        return None

    def _look(self, execution: Execution, name: str, before: list[Row], paid: dict[tuple[str, int], int]) -> None:
        if execution.status is not Status.SUCCEEDED:
            self.report.lost.append(f"{name}: {execution.status} {execution.error}")
            return
        done = sum(row.kind is CallKind.TURN and row.status.is_finished for row in before)
        self.report.paid_twice += [
            f"{name} turn {turn}" for turn in range(done) if self._asked[name, turn] != paid[name, turn]
        ]
        begun = self._begun(execution.id)
        for row in self._rows(execution.id):
            key = f"{execution.id}-{row.number}"
            if row.kind is CallKind.TURN:
                continue
            more = begun[key] - 1 - self._run_again[key]
            if row.status is CallStatus.SUCCEEDED and begun[key] == 0:
                self.report.lost.append(f"{name} call {key}: never made")
            elif more > 0 and row.tool == "again":
                self.report.repeated_idempotent += more
            elif more > 0:
                self.report.silent.append(f"{name} call {key}: {begun[key]} times")

    def _rows(self, execution_id: int) -> list[Row]:
        return self._database.read(lambda connection: calls.of(connection, execution_id))

    def _begun(self, execution_id: int) -> Counter[str]:
        keys = (key for word, key, _ in self._lines() if word == "begin")
        return Counter(key for key in keys if key.startswith(f"{execution_id}-"))

    def _lines(self) -> list[tuple[str, str, str]]:
        text = self._made.read_text() if self._made.exists() else ""
        return [(word, key, tool) for word, key, tool in map(str.split, text.splitlines())]

    def _reply(self, call: Call) -> Iterator[Step]:
        """Ask for the tool that the execution is named after, once a turn, then answer."""
        first = call.body["messages"][0]["content"]
        name = first if isinstance(first, str) else "".join(block.get("text", "") for block in first)
        turn = sum(message["role"] == "assistant" for message in call.body["messages"])
        self._asked[name, turn] += 1
        if turn == CALLS:
            return replies.text(["Done", "."], delay=TURN_SECONDS / 2)(call)
        words = ["Let me ", "count."]
        asked = (f"id_{turn}", f"count__{name.split()[0]}", [json.dumps({"word": f"{name} {turn}"})])
        return _slowly(replies.tool_calls(asked, text=words)(call))


def _slowly(steps: Iterator[Step]) -> Iterator[Step]:
    for number, step in enumerate(steps):
        if number == 3:
            yield TURN_SECONDS
        yield step


def _make(connection: Any) -> dict[str, dict[str, Any]]:
    """Store an agent and a workflow for each tool; returns what starts them, by names that begin with the tool's."""
    found: dict[str, dict[str, Any]] = {}
    for tool in TOOLS:
        agent = agents.add(connection, actor(f"count/{tool}", model="claude-sonnet-5-5", name=tool), now())
        step = WorkflowStep(name="act", agent_id=agent.id, input="{{ input }}")
        workflow = workflows.add(connection, WorkflowDraft(name=tool, steps=[step]), now())
        found[f"{tool} by an agent"] = {"type": "agent_test", "agent_id": agent.id}
        found[f"{tool} in a step"] = {"type": "workflow", "workflow_id": workflow.id}
    return found


def run(folder: Path, server: MessagesServer, database_url: str, kills: int) -> Report:
    """Kill a hub with calls so often; see Chaos."""
    return Chaos(folder, server, database_url).run(kills)


def main() -> int:
    """Run it on SQLite; returns 0 if nothing was repeated, lost or stuck."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    with tempfile.TemporaryDirectory() as name, MessagesServer() as server:
        report = run(Path(name), server, f"sqlite:///{name}/app.sqlite3", parser.parse_args().kills)
    print(f"{HEAD}\n{report.row('kill -9, calls of tools, SQLite')}", flush=True)
    if not report.is_clean:
        print(report, file=sys.stderr)
    return 0 if report.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())

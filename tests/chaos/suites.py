"""Kills a hub in the middle of a suite's run, at random moments, and counts what was paid again and what was lost.

`python -m tests.chaos.suites --kills 20` prints a line of the table in docs/reliability.md. Each case is answered by
one model and judged by another, both of a real local server, which counts how often it is asked what.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.clock import now
from execution_hub.domain.execution import Execution
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.status import Status
from execution_hub.domain.suite import SuiteDraft
from execution_hub.domain.verdict import CellOutcome
from execution_hub.store import executions, history, results
from execution_hub.store.agents import agents
from execution_hub.store.database import Connection, Database
from execution_hub.store.migrate import migrate
from execution_hub.store.suites import suites
from tests.support import messages_replies as replies
from tests.support.bare_hub import BareHub
from tests.support.messages_replies import Call, Step
from tests.support.messages_server import MessagesServer
from tests.support.server import poll

HEAD = (
    "| fault | kills | cases | asked | asked again while under way | ended parts paid again | lost |\n"
    + "|---" * 7
    + "|"
)
CASES = 200
SLOTS = 8
REPLY_SECONDS = 0.2
STUCK_SECONDS = 300
VERDICT = '{"reason": "As it should be.", "passed": true}'


@dataclass
class Report:
    """What was counted.

    Attributes:
        kills: How often the process was killed.
        cases: How many cases the run had.
        asked: How often a model was asked, for answers and for judgements.
        again: What of it was asked again, since it was under way when the process died.
        paid_again: Answers and judgements that had ended when the process died, and were asked for again.
        lost: What has no result, or another than it must have.
    """

    kills: int = 0
    cases: int = 0
    asked: int = 0
    again: int = 0
    paid_again: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was paid again, and nothing lost."""
        return not self.paid_again and not self.lost

    def row(self, fault: str) -> str:
        """Return the report as a line of the table."""
        counts = (self.kills, self.cases, self.asked, self.again, len(self.paid_again), len(self.lost))
        return f"| {fault} | " + " | ".join(map(str, counts)) + " |"


class Chaos:
    """A hub to be killed, and all that counts what it does."""

    def __init__(self, folder: Path, server: MessagesServer, database_url: str, cases: int = CASES) -> None:
        """Prepare it.

        Args:
            folder: Where the hub's data goes.
            server: The local Messages API.
            database_url: The app database, empty.
            cases: How many cases the suite has.
        """
        self._chance, self.report = random.Random(1), Report(cases=cases)
        self._asked: Counter[str] = Counter()
        server.default = self._reply
        migrate(database_url)
        self._database = Database(database_url)
        self._suite_id = self._database.write(lambda connection: _make(connection, cases))
        self._hub = BareHub(
            folder / "data",
            HUB_DATABASE_URL=database_url,
            HUB_MAX_CONCURRENCY=f"{SLOTS}",
            ANTHROPIC_API_KEY="test-key-not-secret",
            ANTHROPIC_BASE_URL=server.url,
        )

    def run(self, kills: int) -> Report:
        """Kill it so often in one run of the suite, then let the run end."""
        self._hub.start()
        try:
            run_id = int(self._hub.call("executions.start", type="suite_run", suite_id=self._suite_id)["id"])
            paid: list[dict[str, int]] = []
            for kill in range(kills):
                self._wait_for(run_id, kill * self.report.cases // (kills + 1))
                self._hub.kill()
                self.report.kills += 1
                paid.append({each.input: self._asked[each.input] for each in self._parts(run_id) if each.is_finished})
                self._hub.start()
            found = poll(lambda: self._ended(run_id), STUCK_SECONDS)
            self._look(found, paid)
        finally:
            self._hub.kill()
            self._database.close()
        return self.report

    def _wait_for(self, run_id: int, count: int) -> None:
        """Wait until so many cells have ended, and a little longer; or the run has."""
        poll(lambda: self._count_ended(run_id) >= count or self._ended(run_id), STUCK_SECONDS, 0.02)
        time.sleep(self._chance.uniform(0, 3 * REPLY_SECONDS))

    def _count_ended(self, run_id: int) -> int:
        found = self._database.read(lambda connection: results.of(connection, run_id))
        return sum(each.outcome is not None for each in found)

    def _ended(self, run_id: int) -> Execution | None:
        found = self._database.read(lambda connection: executions.get(connection, run_id))
        return found if found.is_finished else None

    def _parts(self, run_id: int) -> list[Execution]:
        """Return the children of the run, whole: their inputs say what was asked."""

        def work(connection: Connection) -> list[Execution]:
            where = ExecutionFilter(parent_id=run_id)
            ids = [each.id for each in history.page(connection, where, 10 * self.report.cases)]
            return history.some(connection, ids, texts_max=None)

        return self._database.read(work)

    def _look(self, run: Execution, paid: list[dict[str, int]]) -> None:
        report, parts = self.report, self._parts(run.id)
        report.asked, report.again = self._asked.total(), self._asked.total() - len(self._asked)
        report.paid_again = sorted(
            {key[:60] for before in paid for key, count in before.items() if self._asked[key] != count}
        )
        if run.status is not Status.SUCCEEDED:
            report.lost.append(f"the run: {run.status} {run.error}")
        found = self._database.read(lambda connection: results.of(connection, run.id))
        passed = sum(each.outcome is CellOutcome.PASSED for each in found)
        report.lost += ["a cell that did not pass"] * (report.cases - passed)
        report.lost += ["a part too many, or too few"] * abs(len(parts) - 2 * report.cases)
        used = sum(each.usage.output_tokens or 0 for each in parts)
        if (run.usage.output_tokens or 0) != used:
            report.lost.append(f"of {used} tokens the run tells {run.usage.output_tokens}")

    def _reply(self, call: Call) -> Iterator[Step]:
        told = call.body["messages"][0]["content"]
        text = told if isinstance(told, str) else "".join(block.get("text", "") for block in told)
        self._asked[text] += 1
        # A judge is told to answer with its form.
        words = [VERDICT] if "judge of an answer" in text else ["Done", "."]
        return replies.text(words, delay=REPLY_SECONDS / len(words))(call)


def _make(connection: Connection, count: int) -> int:
    answering, judging = (agents.add(connection, AgentDraft(name, model="claude-sonnet-5-5"), now()) for name in "AJ")
    checks: list[dict[str, Any]] = [
        {"type": "contains", "value": "Done"},
        {"type": "judge", "rubric": "Is it done?", "agent_id": judging.id},
    ]
    cases: Any = [{"name": f"{number}", "input": f"case {number}", "checks": checks} for number in range(count)]
    targets: Any = [{"agent_id": answering.id}]
    return suites.add(connection, SuiteDraft("S", targets=targets, cases=cases), now()).id


def main() -> int:
    """Run it on SQLite; returns 0 if nothing was paid again, and nothing lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--cases", type=int, default=CASES)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, MessagesServer() as server:
        report = Chaos(Path(name), server, f"sqlite:///{name}/app.sqlite3", given.cases).run(given.kills)
    print(f"{HEAD}\n{report.row('kill -9, a suite with judges, SQLite')}", flush=True)
    if not report.is_clean:
        print(report, file=sys.stderr)
    return 0 if report.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())

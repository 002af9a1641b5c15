"""Faults of a hub of two processes that serve and three that execute, at length, and what came of them.

`python -m tests.chaos.cluster --minutes 10` prints a table. Agents' tests, diamonds and workflows that wait for a
person are started all the time, through nginx, while processes are killed, stopped, frozen and cut off, inputs end
their processes, the provider refuses calls, and the database's server loses its connections, its disk, or restarts.
One of the workers is on another machine, as far as this one can play it: its clock is 30 s off.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from execution_hub.domain.crash import CRASHES_MAX, is_given_up
from execution_hub.domain.event import Event, EventKind
from execution_hub.domain.execution import Execution
from execution_hub.domain.status import Status
from execution_hub.runners.left import CRASHED_ALONE
from execution_hub.store import events, executions
from execution_hub.store.database import Database
from tests.chaos.cluster_faults import KILL, LIMIT, STOP, Death, Faults
from tests.chaos.cluster_load import Load
from tests.support.audit import Counts, audit
from tests.support.machine import has_clocks, has_networks
from tests.support.messages_server import MessagesServer
from tests.support.postgres import OwnPostgres

BETWEEN_SECONDS = (0.5, 4.0)
# In which nothing ends, although nothing is done to the hub any more.
STUCK_SECONDS = 30
DISK_MEGABYTES = 512


@dataclass
class Report:
    """What was counted.

    Attributes:
        faults: How often each was caused.
        executions: How many were started.
        interrupted: How many attempts died with a process.
        resumed_seconds: How long after the death of its process each of them ran again, beside others.
        killed_seconds: The same, of those whose process was killed from outside.
        alone_seconds: The same, of those that had to wait until they were alone in a process.
        quiet_seconds: How long after the last fault all had ended.
        clocks: How many workers had a clock 30 s off.
        poisons: How many inputs ended their processes.
        given_up: Executions whose process was killed under them three times, for nothing of their own.
        wronged: Those of them that died of less than three kills, and how: a worker told to stop hands over instead.
        asked_meanwhile: Calls of a provider that wanted to be left alone.
        spared: Inputs that ended more than three processes, or were not given up.
        late: Workers that were told to stop and did not in time.
        counts: What else went wrong.
    """

    faults: Counter[str] = field(default_factory=Counter)
    executions: int = 0
    interrupted: int = 0
    resumed_seconds: list[float] = field(default_factory=list)
    killed_seconds: list[float] = field(default_factory=list)
    alone_seconds: list[float] = field(default_factory=list)
    quiet_seconds: float = 0.0
    clocks: int = 0
    poisons: int = 0
    given_up: list[str] = field(default_factory=list)
    wronged: list[str] = field(default_factory=list)
    asked_meanwhile: list[str] = field(default_factory=list)
    spared: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)

    @property
    def is_clean(self) -> bool:
        """Whether nothing went wrong, and something was tried."""
        wrong = (*self.counts.found().values(), self.wronged, self.asked_meanwhile, self.spared, self.late)
        return not any(wrong) and self.interrupted > 0

    def table(self) -> str:
        """Return the report as Markdown tables, and what went wrong in words."""
        own = [
            "networks of their own" if has_networks() else "no networks of their own: cuts by a proxy",
            f"clocks of their own ({self.clocks} were 30 s off)" if has_clocks() else "no clocks of their own",
        ]
        cells = {
            "executions": self.executions,
            "attempts that died": self.interrupted,
            "running again beside others": _times(self.resumed_seconds),
            "of these after kill -9": _times(self.killed_seconds),
            "running again, alone": _times(self.alone_seconds),
            "all ended after": f"{self.quiet_seconds:.0f} s",
            "inputs that end processes": self.poisons,
            "given up after three kills of ours": len(self.given_up),
        }
        wrong = {
            **dict(zip(Counts.head().split(" | "), self.counts.row().split(" | "), strict=True)),
            "given up for less than three kills": len(self.wronged),
            "asked while refused": len(self.asked_meanwhile),
            "not given up after three": len(self.spared),
            "stopped late": len(self.late),
        }
        words = {
            "given up": self.given_up,
            "wronged": self.wronged,
            "asked": self.asked_meanwhile,
            "spared": self.spared,
            "late": self.late,
        }
        return "\n".join(
            (
                f"Other machines: {', '.join(own)}.",
                "",
                *_lines({"fault of a cluster": "times", **self.faults}),
                "",
                *_lines({"counted": "", **cells}),
                "",
                *_lines({"what must not be": "", **wrong}),
                *(f"{kind}: {each}" for kind, each in {**self.counts.found(), **words}.items() if each),
            )
        )


class Chaos:
    """Causes the faults, and looks at what came of them."""

    def __init__(self, folder: Path, server: MessagesServer, postgres: OwnPostgres, seed: int) -> None:
        """Start the hub.

        Args:
            folder: Where its processes have their folders.
            server: The local Messages API.
            postgres: Its database's server.
            seed: Where chance begins.
        """
        self._server = server
        self._chance = random.Random(seed)
        self._faults = Faults(folder, server, postgres, self._chance)
        self._ended: set[int] = set()

    def run(self, seconds: float, pause_seconds: float) -> Report:
        """Cause faults for so long, then wait for the end of all that was started, and look."""
        report = Report()
        load = Load(self._faults.url, pause_seconds)
        causes = self._faults.causes(load)
        report.faults = Counter(dict.fromkeys(causes, 0))
        load.start()
        deadline, bag = time.monotonic() + seconds, list[str]()
        while time.monotonic() < deadline:
            time.sleep(self._chance.uniform(*BETWEEN_SECONDS))
            bag = bag or self._chance.sample(list(causes), len(causes))
            fault = bag.pop()
            print(f"{datetime.now(UTC):%H:%M:%S} {fault}", file=sys.stderr, flush=True)
            with suppress(LookupError):
                causes[fault]()
                report.faults[fault] += 1
        load.end()
        load.join()
        began = time.monotonic()
        self._wait(load)
        report.quiet_seconds = time.monotonic() - began
        self._look(report, load)
        return report

    def close(self) -> None:
        """Kill all of it."""
        self._faults.close()

    def _wait(self, load: Load) -> None:
        """Wait until all has ended, or nothing ends any more."""
        deadline = time.monotonic() + STUCK_SECONDS
        while time.monotonic() < deadline:
            self._faults.replace_ended()
            load.answer()
            before = len(self._ended)
            found = [self._find(each) for each in (*load.ids, *load.poison) if each not in self._ended]
            self._ended |= {each.id for each in found if each is not None and each.is_finished}
            if len(self._ended) == len(load.ids) + len(load.poison):
                return
            if len(self._ended) > before:
                deadline = time.monotonic() + STUCK_SECONDS
            time.sleep(1)

    def _find(self, execution_id: int) -> Execution | None:
        return self._database.read(lambda c: executions.find(c, execution_id))

    @property
    def _database(self) -> Database:
        return self._faults.database

    def _look(self, report: Report, load: Load) -> None:
        report.executions, report.poisons = len(load.ids), len(load.poison)
        report.clocks, report.late = self._faults.clocks, self._faults.late
        report.asked_meanwhile = self._faults.provider.asked_meanwhile
        found = {each: self._find(each) for each in (*load.ids, *load.poison)}
        ids = []
        for each in load.ids:
            execution = found[each]
            if execution is not None and _is_given_up(execution):
                report.given_up.append(f"{each}")
                died_of = [death.fault for move in self._moves(each) if (death := self._death(move)) is not None]
                if sum(fault != STOP for fault in died_of) < CRASHES_MAX:
                    report.wronged.append(f"{each}: died of {', '.join(died_of) or 'nothing'}")
            else:
                ids.append(each)
        for each in load.poison:
            execution = found[each]
            assert execution is not None
            kills = self._faults.counted_kills(execution.input)
            if not _is_given_up(execution) or kills > execution.crashes:
                report.spared.append(f"{each}: {execution.status}, {kills} kills, {execution.crashes} crashes")
        report.counts = audit(self._database, self._server, ids, LIMIT)
        for each in load.ids:
            self._look_at_deaths(report, each)

    def _moves(self, execution_id: int) -> list[Event]:
        log = self._database.read(lambda c: events.after(c, execution_id, 0, 100_000))
        return [each for each in log if each.kind is EventKind.STATUS]

    def _death(self, move: Event) -> Death | None:
        """Return how the worker died that an execution had moved to."""
        return next((each for each in self._faults.deaths if _is_of(each, move.data, move.created_at)), None)

    def _look_at_deaths(self, report: Report, execution_id: int) -> None:
        moves = self._moves(execution_id)
        for move, following in pairwise(moves):
            death = self._death(move)
            again = next((each.created_at for each in moves if each.seq > following.seq), None)
            if death is None or following.created_at < death.at or following.data["status"] != "pending":
                continue
            report.interrupted += 1
            if again is None:
                continue
            seconds = (again - death.at).total_seconds()
            is_alone = following.data.get("reason") == CRASHED_ALONE
            (report.alone_seconds if is_alone else report.resumed_seconds).append(seconds)
            if death.fault == KILL and not is_alone:
                report.killed_seconds.append(seconds)


def _is_of(death: Death, told: dict[str, object], at: datetime) -> bool:
    return death.worker == told.get("worker") and death.at > at


def _is_given_up(execution: Execution) -> bool:
    is_failed = execution.status is Status.FAILED and execution.error_code == "interrupted"
    return is_failed and is_given_up(execution.crashes)


def _times(values: list[float]) -> str:
    if not values:
        return "none"
    return f"{len(values)}: p50 {sorted(values)[len(values) // 2]:.1f} s, longest {max(values):.1f} s"


def _lines(rows: dict[str, object]) -> list[str]:
    head, *rest = (f"| {name} | {value} |" for name, value in rows.items())
    return [head, "|---|---|", *rest]


def run(seconds: float, pause_seconds: float, seed: int = 1, folder: Path | None = None) -> Report:
    """Start a hub, cause faults for so long, and look.

    Args:
        seconds: How long.
        pause_seconds: Between two executions that are started.
        seed: Where chance begins.
        folder: Where the logs of its processes are kept; they are not if omitted.
    """
    postgres = OwnPostgres(DISK_MEGABYTES)
    try:
        with tempfile.TemporaryDirectory() as name, MessagesServer() as server:
            chaos = Chaos(folder or Path(name), server, postgres, seed)
            try:
                return chaos.run(seconds, pause_seconds)
            finally:
                chaos.close()
    finally:
        postgres.close()


def main() -> int:
    """Cause faults at length; returns 0 if nothing went wrong."""
    parser = argparse.ArgumentParser(description="Faults of a hub of several processes.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--pause", type=float, default=0.5, metavar="SECONDS", help="between two executions")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--logs", type=Path, metavar="FOLDER", help="keep the logs of its processes there")
    words = parser.parse_args()
    report = run(60 * words.minutes, words.pause, words.seed, words.logs)
    print(report.table())
    return 0 if report.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())

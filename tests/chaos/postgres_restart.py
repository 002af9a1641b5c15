"""Restarts PostgreSQL under a busy hub, and finds out whether anything was lost or mixed."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.support import messages_replies as replies
from tests.support.bare_hub import BareHub
from tests.support.messages_server import MessagesServer
from tests.support.postgres import OwnPostgres
from tests.support.server import poll

DOWN_SECONDS = 2.0


@dataclass
class Report:
    """What was counted.

    Attributes:
        restarts: How often the database was restarted.
        executions: How many were started.
        refused: Starts that were refused while it was away, and made again.
        lost: Executions that did not succeed.
        mixed: Outputs that are not their own input's.
    """

    restarts: int = 0
    executions: int = 0
    refused: int = 0
    lost: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing went wrong."""
        return not self.lost and not self.mixed and self.restarts > 0

    def row(self, fault: str) -> str:
        """Return the report as a line of the table of `make chaos`."""
        return f"| {fault} | {self.restarts} | {self.executions} | - | 0 | {len(self.lost)} | - | {len(self.mixed)} |"


def run(folder: Path, server: MessagesServer, restarts: int, count: int) -> Report:
    """Keep a hub busy, restart its database, and look."""
    server.default = lambda call: replies.default_reply(call, delay=0.05)
    report, postgres = Report(), OwnPostgres()
    name = f"chaos_{uuid4().hex}"
    postgres.server.execute(f"CREATE DATABASE {name}")
    provider = {"ANTHROPIC_API_KEY": "test-key-not-secret", "ANTHROPIC_BASE_URL": server.url}
    url = postgres.server.url(name).replace("+psycopg", "")
    hub = BareHub(folder / "data", HUB_DATABASE_URL=url, HUB_MAX_CONCURRENCY="6", **provider).start()
    try:
        claude = next(each["id"] for each in hub.call("agents.every") if each["model"] != "simulated")
        ids: list[int] = []
        for _ in range(restarts):
            ids += [_start(hub, claude, f"question {len(ids) + index}", report) for index in range(count // restarts)]
            poll(lambda: any(_of(hub, each)["status"] == "running" for each in ids), 30)  # noqa: B023 - called here
            time.sleep(0.3)
            postgres.restart(DOWN_SECONDS)
            report.restarts += 1
        report.executions = len(ids)
        poll(lambda: all(_of(hub, each)["finished_at"] for each in ids), 120)
        for execution in (_of(hub, each) for each in ids):
            if execution["status"] != "succeeded":
                report.lost.append(f"{execution['id']}: {execution['status']} {execution['error']}")
            elif execution["output"] != replies.default_text(execution["input"]):
                report.mixed.append(str(execution["id"]))
    finally:
        hub.kill()
        postgres.close()
    return report


def _start(hub: BareHub, agent_id: int, text: str, report: Report) -> int:
    while True:
        try:
            # With a key: a start that was stored before the answer was lost must not be made twice.
            key = f"chaos {text}"
            test = {"type": "agent_test", "agent_id": agent_id, "input": text}
            return int(hub.call("executions.start", **test, idempotency_key=key)["id"])
        except AssertionError:
            report.refused += 1
            time.sleep(0.2)


def _of(hub: BareHub, execution_id: int) -> dict[str, Any]:
    try:
        return dict(hub.call("history.get", execution_id=execution_id))
    except AssertionError:
        return {"status": "", "finished_at": None}

"""Suites that are to run after a save, and a process that dies between the save and the start."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import text

from execution_hub.domain.clock import now
from execution_hub.domain.suite import SuiteDraft
from execution_hub.store import triggers
from execution_hub.store.database import Database
from execution_hub.store.suites import suites
from tests.support.bare_hub import BareHub
from tests.support.server import poll

AGENT = 1


def test_a_save_whose_process_is_killed_before_the_run_starts_is_run_once_by_the_next(data_dir: Path) -> None:
    """Killed again after the start it starts nothing a second time."""
    database = Database(f"sqlite:///{data_dir / 'hub.sqlite3'}")
    cases = [{"name": "a", "input": "[fast] a"}]
    draft = SuiteDraft("S", targets=[{"agent_id": AGENT}], cases=cases, on_save=True)  # type: ignore[arg-type]
    suite_id = database.write(lambda connection: suites.add(connection, draft, now())).id
    hub = BareHub(data_dir, TRIGGER_QUIET_SECONDS="3600").start()

    def runs() -> list[dict[str, Any]]:
        columns = "SELECT id, status, meta FROM executions WHERE suite_id = :suite ORDER BY id"
        found = database.read(lambda c: c.execute(text(columns), {"suite": suite_id}).mappings().all())
        return [{**row, "meta": json.loads(row["meta"])} for row in found]

    saved = hub.call("agents.update", object_id=AGENT, changes={"system_prompt": "Answer in one word."})
    # It waits for further saves: nothing has been started.
    hub.kill()
    due = database.read(triggers.due)
    assert [each.version for each in due.values()] == [saved["version"]] and runs() == []

    def is_settled() -> bool:
        return not database.read(triggers.due)

    hub = BareHub(data_dir).start()
    poll(lambda: [each["status"] for each in runs()] == ["succeeded"])
    poll(is_settled)
    assert runs()[0]["meta"]["trigger"] == due[suite_id].as_json()
    hub.kill()

    # As if it had died after the start and before it was noted.
    asked_again = "UPDATE suites SET due = :due"
    database.write(lambda c: c.execute(text(asked_again), {"due": json.dumps(due[suite_id].as_json())}))
    hub.start()
    poll(is_settled)
    assert len(runs()) == 1
    hub.stop()
    database.close()

"""Workflows whose process dies: nothing swapped, nothing paid twice, nobody asked twice."""

from pathlib import Path
from typing import Any

import pytest

from tests.chaos import diamond
from tests.support.bare_hub import BareHub
from tests.support.messages_server import MessagesServer
from tests.support.server import poll


def test_diamonds_survive_kills(tmp_path: Path, messages_server: MessagesServer, database_url: str) -> None:
    """Killed with -9 in the middle: every output is at its own node, and no finished step is asked again."""
    report = diamond.run(tmp_path, messages_server, database_url, kills=4, at_once=5)
    assert report.is_clean, report
    assert (report.executions, report.kills) == (20, 4)


@pytest.mark.parametrize("is_approved", [True, False])
def test_a_kill_while_it_waits_changes_nothing_and_the_answer_counts_once(tmp_path: Path, is_approved: bool) -> None:
    """Killed while a person is waited for: it waits on after the restart, the answer goes on from there."""
    hub = BareHub(tmp_path / "data").start()

    def get() -> Any:
        return hub.call("history.get", execution_id=started["id"])

    try:
        # The sample, each of its agents' steps told to be quick.
        quick = [
            {**step, "input": f"[fast] {step['input']}"} for step in hub.call("workflows.get", object_id=1)["steps"]
        ]
        hub.call("workflows.update", object_id=1, changes={"steps": quick})
        started = hub.call("executions.start", type="workflow", workflow_id=1, input="bees")
        poll(lambda: get()["status"] == "waiting", 30)
        before = hub.call("history.steps", execution_id=started["id"])
        hub.kill()
        hub.start()
        assert get()["status"] == "waiting"
        assert hub.call("history.steps", execution_id=started["id"]) == before
        answer = {"execution_id": started["id"], "name": "approval", "is_approved": is_approved, "comment": "because"}
        hub.call("executions.answer_step", **answer)
        with pytest.raises(AssertionError, match="does not wait"):
            hub.call("executions.answer_step", **answer)
        # Killed again right after the answer: it is kept.
        hub.kill()
        hub.start()
        poll(lambda: get()["finished_at"], 30)
        found = get()
        steps = {step["name"]: step for step in hub.call("history.steps", execution_id=started["id"])}
        assert found["status"] == ("succeeded" if is_approved else "failed")
        assert steps["approval"]["output" if is_approved else "error"] == "because"
        assert steps["summary"]["status"] == ("succeeded" if is_approved else "skipped")
        assert [steps[name] for name in ("research", "review_facts", "review_tone")] == before[:3]
    finally:
        hub.kill()

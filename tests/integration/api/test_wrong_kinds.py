"""The hub's own methods, called with values of the wrong kind; and what its errors of SQL tell."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from execution_hub.engine.database import URL, sqlite_engine
from execution_hub.errors import InvalidInput
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.runners.workflow import WorkflowRun
from execution_hub.store.database import Database

Call = Callable[[Hub, Any], Coroutine[Any, Any, Any]]
IDS: dict[str, Call] = {
    "cancel": lambda hub, value: hub.executions.cancel(value),
    "mark": lambda hub, value: hub.executions.mark(value, "right"),
    "pin": lambda hub, value: hub.suites.pin(value, suite_name="A"),
    "runs": lambda hub, value: hub.suites.runs_of(value, 10),
    "verdicts": lambda hub, value: hub.suites.verdicts_of_agent(value, 10),
    "rerun": lambda hub, value: hub.executions.rerun(value),
    "delete": lambda hub, value: hub.executions.delete([value]),
    "restore": lambda hub, value: hub.executions.restore([value]),
    "answer": lambda hub, value: hub.executions.answer_step(value, "step", is_approved=True),
    "test": lambda hub, value: hub.executions.start(AgentTest(value, "text")),
    "run": lambda hub, value: hub.executions.start(WorkflowRun(value, input="text")),
    "run on a task": lambda hub, value: hub.executions.start(WorkflowRun(1, task_id=value)),
}
FLAGS: dict[str, Call] = {
    "pause": lambda hub, value: hub.queue.pause(value),
    "rerun": lambda hub, value: hub.executions.rerun(1, is_as_ran=value),
    "answer": lambda hub, value: hub.executions.answer_step(1, "step", is_approved=value),
}


async def test_shared_state_takes_no_value_of_another_kind(hub: Hub) -> None:
    """A pause that was half a character ended every page's updates."""
    before = await hub.queue.facts()
    for call in IDS.values():
        value: Any
        for value in ("1", "\ud800", True, 1.0, None, 10**30, [1], float("nan")):
            if (call, value) != (IDS["run on a task"], None):
                with pytest.raises(InvalidInput):
                    await call(hub, value)
    for call in FLAGS.values():
        for value in ("\ud800", "x" * 900_000, 1, None, [True]):
            with pytest.raises(InvalidInput):
                await call(hub, value)
    assert await hub.queue.facts() == before


def test_an_error_of_sql_tells_no_parameter(database: Database, tmp_path: Path) -> None:
    engine = sqlite_engine(URL.create("sqlite", database=str(tmp_path / "engine.sqlite3")))
    for each in (database._engine, engine):
        with each.connect() as connection, pytest.raises(SQLAlchemyError) as caught:
            connection.execute(text("SELECT :words FROM nowhere"), {"words": "a person's words"})
        assert "person" not in str(caught.value)
    engine.dispose()

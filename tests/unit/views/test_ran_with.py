"""What an agent test ran with, and what has become of that."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from execution_hub.domain.agent import Agent
from execution_hub.domain.difference import ADDED, REMOVED, Piece
from execution_hub.domain.execution import AGENT_TEST, Execution
from execution_hub.domain.version import Version
from execution_hub.pool import WorkPool
from execution_hub.views.ran_with import RanVersion, agent_differences
from tests.support.executions import make_execution

AT = datetime(2026, 11, 26, tzinfo=UTC)
AGENT = Agent(7, "Helper", "", "simulated", "Be short.", 500, 5.0, 2, AT, AT, version=3)


def ran(version: int | None, **changes: Any) -> Execution:
    """Return a test of the agent with some other values."""
    definition = {**AGENT.definition().as_json(), **changes}
    return make_execution(execution_type=AGENT_TEST, agent_id=7, agent_version=version, definition=definition)


def kept(**changes: Any) -> Version:
    """Return a kept version of the agent with some other values."""
    return Version(2, {**AGENT.definition().as_json(), "description": "D", **changes}, AT)


@pytest.mark.parametrize(
    ("execution", "then", "wanted"),
    [
        (ran(3), None, RanVersion(3)),
        (ran(None, system_prompt="Not saved."), kept(), RanVersion(is_unsaved=True)),
        # From before versions were noted: what it ran was saved, as far as anything is kept from then.
        (ran(None), kept(), RanVersion(2)),
        (ran(None), None, RanVersion()),
    ],
)
def test_which_version_ran(execution: Execution, then: Version | None, wanted: RanVersion) -> None:
    assert RanVersion.of(execution, then) == wanted


def test_a_version_from_before_a_field_was_known_is_the_one_that_ran() -> None:
    content = {name: value for name, value in kept().content.items() if name != "on_cut"}
    assert RanVersion.of(ran(None), replace(kept(), content=content)) == RanVersion(2)


async def test_what_the_agent_is_today_and_was_not_then() -> None:
    """Its prompt by words, its limits as a form shows them; nothing of one that is gone."""
    pool = WorkPool()
    try:
        execution = ran(1, system_prompt="Be very short.", timeout_seconds=None)
        found = {each.name: each.pieces for each in await agent_differences(pool, execution, AGENT)}
        assert Piece(REMOVED, "very ") in found.pop("system_prompt")
        assert found == {"timeout_seconds": [Piece(ADDED, "5")]}
        assert await agent_differences(pool, ran(3), AGENT) == []
        assert await agent_differences(pool, execution, None) == []
    finally:
        pool.close()

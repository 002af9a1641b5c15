"""What starts suites by itself, as a value."""

from datetime import UTC, datetime

import pytest

from execution_hub.domain.trigger import NotStarted, Trigger, TriggerType
from execution_hub.errors import Conflict

AT = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
SAVE = Trigger(TriggerType.SAVE, "local", AT, agent_id=1, name="Reckoner", version=4)
OF_WORKFLOW = Trigger(TriggerType.SAVE, "local", AT, workflow_id=1, name="Both", version=4)
SCHEDULE = Trigger(TriggerType.SCHEDULE, "schedule", AT)
WEBHOOK = Trigger(TriggerType.WEBHOOK, "webhook", AT, delivery="72d3162e", event="push")


@pytest.mark.parametrize("trigger", [SAVE, OF_WORKFLOW, SCHEDULE, WEBHOOK])
def test_it_is_read_as_it_was_written(trigger: Trigger) -> None:
    assert Trigger.from_json(trigger.as_json()) == trigger
    assert Trigger.from_json({**trigger.as_json(), "of_a_newer_hub": 1}) == trigger
    assert None not in trigger.as_json().values()
    told = NotStarted.of(trigger, Conflict("No cases."))
    assert NotStarted.from_json(told.as_json()) == told


def test_each_has_a_key_of_its_own_for_each_suite() -> None:
    keys = [each.key(suite) for each in (SAVE, OF_WORKFLOW, SCHEDULE, WEBHOOK) for suite in (1, 2)]
    assert len(set(keys)) == 8 and SAVE.key(1) == "save:1:agent:1:4"
    assert Trigger(TriggerType.WEBHOOK, "webhook", AT).key(1) is None

"""Why a suite runs by itself: an agent or a workflow was saved, its time has come, or another program asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from execution_hub.domain.clock import to_wire
from execution_hub.errors import HubError

# In the `meta` of the execution.
TRIGGER = "trigger"
# What others say of a delivery is kept no longer than this.
WORD_MAX = 100


class TriggerType(StrEnum):
    """What started a run."""

    SAVE = "save"
    SCHEDULE = "schedule"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Trigger:
    """What started a run, or is to.

    Attributes:
        type: What it was.
        actor: Who saved; else what it was.
        at: When: of the save, of the schedule, of the delivery; UTC.
        agent_id, workflow_id: What was saved, one of them; None for all else.
        name, version: As which it was saved.
        delivery, event: What the caller of a webhook calls its delivery, and what has happened; None for none.
    """

    type: TriggerType
    actor: str
    at: datetime
    agent_id: int | None = None
    workflow_id: int | None = None
    name: str | None = None
    version: int | None = None
    delivery: str | None = None
    event: str | None = None

    def key(self, suite_id: int) -> str | None:
        """Return the idempotency key of the run it starts: however often it is told, it starts one.

        None for a webhook whose caller has given its delivery no name.
        """
        match self.type:
            case TriggerType.SAVE:
                saved = f"agent:{self.agent_id}" if self.agent_id is not None else f"workflow:{self.workflow_id}"
                return f"save:{suite_id}:{saved}:{self.version}"
            case TriggerType.SCHEDULE:
                return f"schedule:{suite_id}:{to_wire(self.at)}"
            case TriggerType.WEBHOOK:
                return None if self.delivery is None else f"webhook:{suite_id}:{self.delivery}"

    def as_json(self) -> dict[str, Any]:
        """Return it as on the wire: what it does not have is left out."""
        values = {name: getattr(self, name) for name in Trigger.__dataclass_fields__}
        given = {name: value for name, value in values.items() if value is not None}
        return {**given, "type": self.type.value, "at": to_wire(self.at)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Trigger":
        """Return it from what `as_json` gave; what this hub does not know of it is left out."""
        known = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        return cls(**{**known, "type": TriggerType(known["type"]), "at": datetime.fromisoformat(known["at"])})


@dataclass(frozen=True, slots=True)
class NotStarted:
    """A run that was to start by itself, and did not.

    Attributes:
        trigger: What was to start it.
        code, message: Why it did not, as an error tells it.
    """

    trigger: Trigger
    code: str
    message: str

    @classmethod
    def of(cls, trigger: Trigger, error: HubError) -> "NotStarted":
        """Return what an error made of it."""
        return cls(trigger, error.code, error.message)

    def as_json(self) -> dict[str, Any]:
        """Return it as on the wire."""
        return {TRIGGER: self.trigger.as_json(), "code": self.code, "message": self.message}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "NotStarted":
        """Return it from what `as_json` gave."""
        return cls(Trigger.from_json(stored[TRIGGER]), stored["code"], stored["message"])

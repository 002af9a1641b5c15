"""A task: a named piece of work for workflows."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from execution_hub.domain.clock import to_wire
from execution_hub.domain.execution import check_input
from execution_hub.domain.texts import check_name, check_text

NAME_MAX = 120
DESCRIPTION_MAX = 2_000


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """What a person says of a task, checked.

    Attributes:
        name: What people call it; not empty, at most 120 characters.
        input: What a workflow runs on, 1 to 200 000 characters.
        description: What it is about.

    Raises:
        InvalidInput: A value does not fit; the field is named.
    """

    name: str
    input: str
    description: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", check_name("name", self.name, NAME_MAX))
        check_text("description", self.description, DESCRIPTION_MAX)
        check_input(self.input)


@dataclass(frozen=True, slots=True)
class Task:
    """A stored task.

    Attributes:
        id: Its number, never used again.
        name, input, description: See TaskDraft.
        version: 1 when it was created, one more with every save that changed something.
        created_at, updated_at: Times in UTC.
    """

    id: int
    name: str
    description: str
    input: str
    created_at: datetime
    updated_at: datetime
    version: int = 1

    def draft(self, **changes: Any) -> TaskDraft:
        """Return its values as a draft, some of them changed; checks them anew."""
        values = {name: getattr(self, name) for name in TaskDraft.__dataclass_fields__}
        return TaskDraft(**{**values, **changes})

    def as_json(self) -> dict[str, Any]:
        """Return the task as on the wire."""
        return {**asdict(self), "created_at": to_wire(self.created_at), "updated_at": to_wire(self.updated_at)}

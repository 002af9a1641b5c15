"""What agents, workflows and tasks have in common once they are stored."""

from datetime import datetime
from typing import Any, Protocol


class Stored(Protocol):
    """A stored object that people name and save in versions."""

    @property
    def id(self) -> int:
        """Its number, never used again."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def version(self) -> int:
        """1 when it was created, one more with every save that changed something."""

    @property
    def updated_at(self) -> datetime:
        """When it was last saved, UTC."""

    def draft(self, **changes: Any) -> Any:
        """Return its values as a draft, some of them changed."""

    def as_json(self) -> dict[str, Any]:
        """Return it as on the wire."""

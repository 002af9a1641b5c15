"""Versions as a page lists them. Pure."""

from dataclasses import dataclass, field

from execution_hub.domain.clock import to_wire
from execution_hub.domain.version import Version


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version as a list shows it.

    Attributes:
        version: Its number; 0 for none.
        label: What somebody calls it; empty if nobody does.
        created_at: When it was saved, ISO 8601.
        changed: The names of the fields that differ from the version before.
        is_current: Whether it is what the object is now.
    """

    version: int = 0
    label: str = ""
    created_at: str = ""
    changed: list[str] = field(default_factory=list)
    is_current: bool = False

    @classmethod
    def of(cls, version: Version) -> "VersionRow":
        """Take what is shown from a version."""
        at = to_wire(version.created_at) or ""
        return cls(version.version, version.label, at, list(version.changed), version.is_current)

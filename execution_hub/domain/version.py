"""A kept version: what an agent, a workflow or a task held after one of its saves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from execution_hub.domain.clock import to_wire
from execution_hub.domain.texts import check_name

LABEL_MAX = 60


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an object.

    Attributes:
        version: Its number: 1, 2, 3 …
        content: All that a person says of the object, as JSON values.
        created_at: When it was saved, UTC.
        label: What somebody calls it; empty if nobody does.
        changed: The fields that differ from the version before; none for the first.
        is_current: Whether it is what the object is now.
    """

    version: int
    content: Mapping[str, Any]
    created_at: datetime
    label: str = ""
    changed: tuple[str, ...] = ()
    is_current: bool = False

    def as_json(self, *, is_whole: bool = False) -> dict[str, Any]:
        """Return it as on the wire.

        Args:
            is_whole: With its content.
        """
        facts = {
            "version": self.version,
            "label": self.label,
            "created_at": to_wire(self.created_at),
            "changed": list(self.changed),
            "is_current": self.is_current,
        }
        return {**facts, "content": dict(self.content)} if is_whole else facts


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return which fields differ; one that an older hub did not know of does not.

    >>> changed_fields({"name": "A", "retries": 2}, {"name": "B", "retries": 2, "on_cut": "mark"})
    ['name']
    """
    return [name for name in after if name in before and before[name] != after[name]]


def check_label(label: str) -> str:
    """Return a label without the space around it; empty takes one away.

    Raises:
        InvalidInput: It is too long, or holds what a line of text may not.
    """
    return check_name("label", label, LABEL_MAX, is_needed=False)

"""Who uses the hub. Everything a door asks of the hub, somebody asks."""

import copy
from dataclasses import dataclass
from typing import Any, Self

import structlog

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody, or something, that uses the hub.

    Attributes:
        name: Who, as the log tells it.
    """

    name: str


LOCAL = Actor("local")
"""The person at this machine: whoever reaches the hub, as long as it has no login."""


class ActedUpon:
    """A part of the hub, as one actor uses it. All that is kept lives in services that every actor's part shares.

    Attributes:
        actor: Who uses it.
    """

    actor: Actor = LOCAL

    def as_(self, actor: Actor) -> Self:
        """Return this part as another actor uses it."""
        bound = copy.copy(self)
        bound.actor = actor
        return bound

    def _note(self, action: str, **values: Any) -> None:
        """Note in the log what this actor has done."""
        logger.info(action, actor=self.actor.name, **values)

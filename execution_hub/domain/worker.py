"""A process that has joined a hub, as the others see it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from execution_hub.role import Role


class WorkerStatus(StrEnum):
    """What a process does with new work.

    Attributes:
        RUNNING: It takes it.
        DRAINING: It takes none any more: it ends what it has, then itself.
    """

    RUNNING = "running"
    DRAINING = "draining"


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that has joined.

    Attributes:
        id: Its name, another one after each start; the engine's executor id.
        host: The machine it is on.
        pid: Its number there.
        role: What it does.
        version: Of the hub's programs.
        status: What it does with new work.
        running: How many executions run in it.
        slots: How many may; 0 where none run.
        beat: How often it has said that it lives.
        started_at: When it joined, by the database's clock.
        last_beat_at: When it last said that it lives, by the database's clock.
        revision: The newest of the database that its programs know.
        tools: The digest of its servers of tools; empty while it has told of none.
        is_stopping: Whether it hands over what runs in it and ends, instead of waiting for it.
        beating_since: Since when it has missed no beats, by the database's clock; None for one that does not tell.
        provider_limits: What its settings say of providers: the requests and the tokens a minute, None where they say
            nothing, by provider and key: see store/providers.py.
    """

    id: str
    host: str
    pid: int
    role: Role
    version: str
    status: WorkerStatus
    running: int
    slots: int
    beat: int
    started_at: datetime
    last_beat_at: datetime
    revision: str = ""
    tools: str = ""
    is_stopping: bool = False
    beating_since: datetime | None = None
    provider_limits: Mapping[str, Sequence[int | None]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How people tell it from others: its machine and its process."""
        return f"{self.host}:{self.pid}"

    @property
    def unbroken_since(self) -> datetime:
        """Since when it has missed no beats, as far as it tells."""
        return self.beating_since or self.started_at

"""What a process of a hub does. Pure."""

from enum import StrEnum


class Role(StrEnum):
    """What one process does for the hub.

    Attributes:
        ALONE: All of it, and no other process beside it: the hub of one machine.
        ALL: All of it, beside other processes.
        WEB: Serves pages, API and sockets; executes nothing.
        WORKER: Executes; serves neither pages nor API.
    """

    ALONE = "alone"
    ALL = "all"
    WEB = "web"
    WORKER = "worker"

    @property
    def is_joined(self) -> bool:
        """Whether other processes share the database."""
        return self is not Role.ALONE

    @property
    def executes(self) -> bool:
        """Whether executions run in it."""
        return self is not Role.WEB

    @property
    def serves(self) -> bool:
        """Whether people and programs reach it."""
        return self is not Role.WORKER

"""What people answer while an execution runs: which of its approvals, and with what."""

import asyncio
from collections.abc import Sequence

from execution_hub.domain.step import Step
from execution_hub.runners.retry_read import retry_read
from execution_hub.store import steps
from execution_hub.store.database import Database


class Approvals:
    """The approvals of one execution. An answer is read from its step; the event only wakes.

    Attributes:
        news: Set whenever a step may have been answered.
    """

    def __init__(self, database: Database, news: asyncio.Event, execution_id: int) -> None:
        """Read those of one execution."""
        self._database = database
        self._execution_id = execution_id
        self.news = news

    async def read(self, names: Sequence[str]) -> list[Step]:
        """Return those of some steps that have ended, whole."""
        found = await retry_read(self._database, lambda connection: steps.of(connection, self._execution_id))
        return [step for step in found if step.name in names and step.is_finished]

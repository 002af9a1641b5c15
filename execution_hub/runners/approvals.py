"""What people say while an execution runs: their answers to its approvals, and what they send back."""

import asyncio
from collections.abc import Mapping

from execution_hub.domain.step import Round, Step, StepStatus
from execution_hub.runners.retry import retry_read
from execution_hub.store import rounds, steps
from execution_hub.store.database import Database


class Approvals:
    """The approvals of one execution. What was said is read from its steps; the event only wakes.

    Attributes:
        news: Set whenever somebody may have said something.
    """

    def __init__(self, database: Database, news: asyncio.Event, execution_id: int) -> None:
        """Read those of one execution."""
        self._database = database
        self._execution_id = execution_id
        self.news = news

    async def read(self, known: Mapping[str, Step]) -> list[Step]:
        """Return, whole, the steps of which people have said what is not known: answered, or in a later round.

        Args:
            known: All steps, by name, as the runner knows them.
        """
        found = await retry_read(self._database, lambda connection: steps.of(connection, self._execution_id))
        return [step for step in found if _is_new(step, known[step.name])]

    async def rounds(self, name: str) -> list[Round]:
        """Return the rounds of a step that are over, oldest first."""
        return await retry_read(self._database, lambda connection: rounds.of(connection, self._execution_id, name))


def _is_new(step: Step, known: Step) -> bool:
    return step.round > known.round or (known.status is StepStatus.WAITING and step.is_finished)

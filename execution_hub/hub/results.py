"""The results of suites' runs: what came of each cell, to be read."""

from execution_hub.domain.result import Result, ResultOutline
from execution_hub.errors import NotFound
from execution_hub.hub.actor import ActedUpon
from execution_hub.store import cells
from execution_hub.store.database import Database


class Results(ActedUpon):
    """What came of the cells of suites' runs; changes nothing."""

    def __init__(self, database: Database) -> None:
        """Read from a database."""
        self._database = database

    async def outlines(self, execution_id: int, least: int = 0) -> list[ResultOutline]:
        """Return the results of a run from a number on, without their checks."""
        return await self._database.aread(lambda connection: cells.outlines(connection, execution_id, least))

    async def get(self, execution_id: int, number: int) -> Result:
        """Return one result of a run.

        Raises:
            NotFound: It has not begun, or the run has gone.
        """
        found = await self._database.aread(lambda connection: cells.find(connection, execution_id, number))
        if found is None:
            raise NotFound(f"There is no result {number} in execution {execution_id}.", field="number", id=execution_id)
        return found

    async def of_child(self, execution_id: int, child_id: int) -> Result | None:
        """Return the result of a run that one of its children was run for, or None."""
        return await self._database.aread(lambda connection: cells.of_child(connection, execution_id, child_id))

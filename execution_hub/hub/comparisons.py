"""Comparing executions: long work on texts, done in the pool, one comparison at a time."""

import asyncio
from collections.abc import Sequence
from typing import Any

from execution_hub.domain.comparison import (
    Comparison,
    Difference,
    call_lines,
    check_compared,
    compared,
    differing,
    step_difference,
    steps_by_name,
    texts_of,
)
from execution_hub.domain.difference import pieces_of_each, whole
from execution_hub.domain.execution import Execution
from execution_hub.domain.step import Step
from execution_hub.errors import TookTooLong
from execution_hub.hub.actor import ActedUpon
from execution_hub.pool import WorkPool
from execution_hub.store import calls, executions, steps
from execution_hub.store.database import Connection, Database

_Read = tuple[Execution, list[Step], str | None]


class Comparisons(ActedUpon):
    """Holds executions against each other; changes nothing."""

    def __init__(self, database: Database, pool: WorkPool) -> None:
        """Read from a database, and compare in a pool."""
        self._database = database
        self._pool = pool
        # Runs have the pool, too.
        self._turn = asyncio.Semaphore(1)

    async def of(self, ids: Sequence[int]) -> Comparison:
        """Compare executions as they are now.

        Args:
            ids: Two to four of them; differences are to the first.

        Raises:
            InvalidInput: They are fewer or more, or one of them comes twice.
            NotFound: One of them is not there.
        """
        wanted = check_compared(ids)

        def work(connection: Connection) -> list[_Read]:
            return [
                (
                    executions.get(connection, each),
                    steps.fitting(connection, each),
                    call_lines(calls.of(connection, each, whole=False)),
                )
                for each in wanted
            ]

        read = await self._database.aread(work)
        found = [execution for execution, _, _ in read]
        fields = differing([each.definition for each in found])
        texts: dict[str, Sequence[Any]] = {
            name: values for name, values in fields.items() if all(isinstance(value, str) for value in values)
        }
        rows: list[Sequence[str | None]] = [
            [each.input for each in found],
            [each.output for each in found],
            *texts.values(),
        ]
        inputs, outputs, *others = await self._compare(rows)
        whole = dict(zip(texts, others, strict=True))
        definition = tuple(Difference(name, values, whole.get(name, ())) for name, values in fields.items())
        named = steps_by_name([each for _, each, _ in read])
        # Apart from the others: many long steps must not keep these from being marked.
        parts = await self._compare([[None if each is None else each.output for each in own] for own in named.values()])
        compared_steps = [step_difference(*pair, part) for pair, part in zip(named.items(), parts, strict=True)]
        lines = [each for _, _, each in read]
        (compared_calls,) = await self._compare([lines]) if any(lines) else ((),)
        return Comparison(tuple(found), definition, inputs, outputs, tuple(compared_steps), compared_calls)

    async def _compare(self, rows: Sequence[Sequence[str | None]]) -> list[Any]:
        if not rows:
            return []
        pairs = [pair for row in rows for pair in texts_of(row)]
        async with self._turn:
            try:
                diffs = await self._pool.run(pieces_of_each, pairs)
            except TookTooLong:
                diffs = [whole(*pair) for pair in pairs]
        count = len(rows[0]) - 1
        return [compared(row, diffs[place * count : (place + 1) * count]) for place, row in enumerate(rows)]

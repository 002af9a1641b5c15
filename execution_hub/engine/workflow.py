"""The workflow as DBOS knows it: it runs one segment of one execution, with steps that DBOS records."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from typing import Any, ClassVar

from dbos import DBOS, StepReservation

from execution_hub.engine.port import Json, Run
from execution_hub.errors import Unavailable

WORKFLOW = "run_execution"


class Current:
    """DBOS is one per process, and its workflow is a module function: what it calls is here.

    Attributes:
        run: What runs a segment.
        tell: Called when a slot is free.
        decline: Queues a job again that was not run: execution id, segment.
        loop: DBOS's own, on which workflows run; None before the first.
        begun: The workflows that are inside `run` now.
        claimed: Those that were taken out of a queue and are on their way there.
        slots: Those that have a slot of this process: from the claim until they are outside `run` again.
    """

    run: Run | None = None
    tell: Callable[[], None] = staticmethod(lambda: None)
    decline: Callable[[int, int], Awaitable[None]] | None = None
    loop: asyncio.AbstractEventLoop | None = None
    begun: ClassVar[set[str]] = set()
    claimed: ClassVar[set[str]] = set()
    slots: ClassVar[set[str]] = set()

    @classmethod
    def forget(cls, workflow_ids: Collection[str]) -> None:
        """Expect these no longer to begin: they have no slot of this process and are not on their way."""
        cls.claimed.difference_update(workflow_ids)
        cls.slots.difference_update(workflow_ids)


def _as_stored(arguments: tuple[Any, ...], named: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments of the workflow as they are: otherwise DBOS reads its signature for each, to find dates."""
    return arguments, named


@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None, validate_args=_as_stored)
async def run_execution(execution_id: int, segment: int) -> None:
    """Run one segment of one execution: the workflow as DBOS knows it."""
    if Current.run is None or Current.decline is None:
        raise Unavailable
    Current.loop, workflow_id = asyncio.get_running_loop(), DBOS.workflow_id or ""
    Current.begun.add(workflow_id)
    Current.claimed.discard(workflow_id)
    try:
        if not await Current.run(execution_id, segment, DurableSteps()):
            # If it fails, the job counts as one that has not begun, and is reclaimed.
            with suppress(Exception):
                await Current.decline(execution_id, segment)
            # DBOS records nothing of one that was cancelled: the next run goes on with its steps.
            raise asyncio.CancelledError
    finally:
        Current.begun.discard(workflow_id)
        Current.slots.discard(workflow_id)
        Current.tell()


class DurableSteps:
    """Steps that DBOS records: see Steps."""

    def reserve(self) -> "ReservedStep":
        """See Steps.reserve."""
        return ReservedStep(DBOS.reserve_step())


class ReservedStep:
    """One of them: see DurableStep. A place that is never used leaves a gap, which DBOS allows."""

    def __init__(self, reservation: StepReservation) -> None:
        """Keep the place."""
        self._reservation = reservation

    async def run(self, name: str, work: Callable[[], Awaitable[Json]]) -> Json:
        """See DurableStep.run."""

        async def step() -> Json:
            return await work()

        return await self._reservation.run_async({"name": name, "preemptible": True}, step)

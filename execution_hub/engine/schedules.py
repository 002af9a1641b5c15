"""Schedules on DBOS: rows of its database, each served by a thread of its scheduler."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

from dbos import DBOS, ClientScheduleInput, DBOSClient

from execution_hub.engine.port import Due
from execution_hub.errors import Unavailable

WORKFLOW = "serve_schedule"
# How soon a new schedule is known to the scheduler. DBOS looks every 30 s by itself, which misses one for the next
# minute; a look costs half a millisecond.
LOOKING_SECONDS = 2.0
# Of one schedule one row is there, the last; more are left by a hub that was killed.
FORGOTTEN_MAX = 100
_ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]


class _Current:
    """DBOS is one per process, and its workflow is a module function: what it calls is here."""

    schedules: "Schedules | None" = None


@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)
async def serve_schedule(at: str, context: dict[str, str]) -> None:
    """Serve a time of a schedule: the workflow as DBOS knows it, once for each schedule and time."""
    if _Current.schedules is None:
        raise Unavailable
    await _Current.schedules.serve(datetime.fromisoformat(at), context)


class Schedules:
    """The schedules of a hub."""

    def __init__(self, hub_uuid: str, ready: Callable[[], DBOSClient]) -> None:
        """Prepare them.

        Args:
            hub_uuid: The hub's name, in theirs too: an engine's database may have been another hub's before.
            ready: Gives the client of a launched engine.
        """
        self._hub_uuid = hub_uuid
        self._ready = ready
        self._due: Due | None = None

    def begin(self, due: Due | None) -> None:
        """Call this when one comes, from now on; before the engine is launched."""
        self._due, _Current.schedules = due, self

    def end(self) -> None:
        """Serve none any more."""
        _Current.schedules = None

    async def serve(self, at: datetime, context: Mapping[str, str]) -> None:
        """Serve a time of a schedule, then drop what DBOS keeps of those before."""
        if self._due is None or context["hub"] != self._hub_uuid:
            return
        await self._due(context["name"], at)
        name = self._full(context["name"])
        await asyncio.get_running_loop().run_in_executor(None, self._forget_served, name)

    def keep(self, schedules: Mapping[str, str]) -> None:
        """Have these and no others: see Engine.keep_schedules."""
        client = self._ready()
        wanted = {self._full(name): (name, cron) for name, cron in schedules.items()}
        known = {each["schedule_name"]: each["schedule"] for each in client.list_schedules()}
        for name in known.keys() - wanted.keys():
            client.delete_schedule(name)
            self._forget_served(name)
        changed = [
            ClientScheduleInput(
                schedule_name=full,
                workflow_name=WORKFLOW,
                schedule=cron,
                context={"hub": self._hub_uuid, "name": name},
            )
            for full, (name, cron) in wanted.items()
            if known.get(full) != cron
        ]
        if changed:
            # By the client: a process that only serves pages has nothing else of DBOS.
            client.apply_schedules(changed)

    def _full(self, name: str) -> str:
        return f"{self._hub_uuid}-{name}"

    def _forget_served(self, name: str) -> None:
        client = self._ready()
        served = client.list_workflows(
            schedule_name=name, status=_ENDED, limit=FORGOTTEN_MAX, load_input=False, load_output=False
        )
        if served:
            client.delete_workflows([each.workflow_id for each in served])

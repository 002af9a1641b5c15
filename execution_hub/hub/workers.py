"""The processes of this hub: who has joined, what runs where, and who takes no new work any more."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from execution_hub.domain.clock import now
from execution_hub.domain.worker import Worker, WorkerStatus
from execution_hub.engine.port import NO_EXECUTION, Engine
from execution_hub.errors import Conflict, InvalidInput, NotFound
from execution_hub.hub.actor import ActedUpon
from execution_hub.live import workers as live
from execution_hub.live.bus import Bus, Topic
from execution_hub.process import process_number
from execution_hub.role import Role
from execution_hub.runners.host import Host
from execution_hub.settings import Settings
from execution_hub.store import workers
from execution_hub.store.database import Connection, Database
from execution_hub.store.lease import Lease, Membership
from execution_hub.store.revisions import head_revision
from execution_hub.version import VERSION

ID_MAX = 32
# So often a process that is alone looks what runs in it.
ALONE_SECONDS = 1.0
# One may end and another begin between two beats: how many run is the same then, and no news.
RUNNING_SECONDS = 2.0


class Workers(ActedUpon):
    """The processes of this hub; where it is alone, this one."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        engine: Engine,
        bus: Bus,
        host: Host,
        lease: Lease | None,
        others: live.Workers | None,
        provider_limits: Mapping[str, Sequence[int | None]],
    ) -> None:
        """Know this process; `join` lets others know of it.

        Args:
            settings: Its settings.
            database: Where the processes say that they live.
            engine: Its engine.
            bus: How it hears of the others.
            host: What runs here.
            lease: How it says that it lives; None where it is alone.
            others: What follows the others; None where there are none.
            provider_limits: What its settings say of providers: see `Worker`.
        """
        self._settings = settings
        self._database = database
        self._engine = engine
        self._bus = bus
        self._host = host
        self._lease = lease
        self._provider_limits = provider_limits
        self._is_draining = self._is_stopping = False
        self._began_at = now()
        self._revision = head_revision()
        self.live = others

    @property
    def slots(self) -> int:
        """How many executions may run in this process."""
        settings = self._settings
        return (settings.worker_concurrency or settings.max_concurrency) if settings.role.executes else 0

    @property
    def taken(self) -> int:
        """How many of them are taken: what only waits for its parts takes none."""
        # A copy: they begin and end in other threads.
        return sum(tuple(self._host.running.values()))

    @property
    def own_id(self) -> str:
        """The id of this process."""
        return self._engine.executor_id

    @property
    def is_leader(self) -> bool:
        """Whether this process does what one of all has to: see live/workers.py; alone, it does."""
        return self.live is None or self.live.is_leader

    @property
    def prunes(self) -> bool:
        """Whether this process takes old executions away: see live/workers.py; alone, it does."""
        return self.live is None or self.live.prunes

    async def join(self) -> None:
        """Appear among the processes of this hub, before anything is claimed; alone, forget those that are gone.

        Raises:
            StartError: A newer version has migrated the database since this process looked, and it cannot go on.
        """
        if self._lease is None:
            await self._database.awrite(workers.remove_all)
            return
        membership = Membership(
            self._engine.executor_id,
            self._settings.role,
            VERSION,
            self.slots,
            lambda: self.taken,
            self._on_drain,
            self._revision,
            self._on_stop,
            self._provider_limits,
        )
        await asyncio.to_thread(self._lease.join, membership)
        self._bus.tell(Topic.WORKERS)
        assert self.live is not None
        await self.live.look()

    def _on_drain(self) -> None:
        self.begin_drain()
        if not self._settings.role.serves:
            # It ends what it has, then itself.
            os.kill(os.getpid(), signal.SIGTERM)

    def _on_stop(self) -> None:
        self._is_stopping = True

    @property
    def is_stopping(self) -> bool:
        """Whether somebody has asked this process to hand over what runs in it, instead of waiting for it."""
        return self._is_stopping

    def begin_drain(self) -> None:
        """Take no new work any more; what runs here goes on."""
        self._is_draining = True
        self._engine.hold("draining", is_held=True)
        # What a look at the queue that is under way takes nevertheless goes back.
        self._host.begin_stop()
        if self._lease is not None:
            self._lease.drain()

    async def leave(self) -> None:
        """Disappear from the processes of this hub, and tell the others: nothing runs here any more."""
        if self._lease is not None:
            await asyncio.to_thread(self._lease.leave)
        self._bus.tell(Topic.WORKERS)

    def known(self) -> list[Worker]:
        """Return the processes of this hub, those that joined first before the others."""
        return [self._own()] if self.live is None else self.live.known

    async def runs(self) -> dict[str, list[int]]:
        """Return which executions each process has, by its id: those that began first before the others.

        Empty while no slot is taken: nothing is asked then.

        Raises:
            Unavailable: The database does not answer.
        """
        if self.live is None:
            return {self.own_id: sorted(self._host.running)}
        found: dict[str, list[int]] = {}
        if any(each.running for each in self.live.known):
            for claim in await self._engine.claims():
                if claim.execution_id != NO_EXECUTION:
                    found.setdefault(claim.executor_id, []).append(claim.execution_id)
        return {key: sorted(ids) for key, ids in found.items()}

    async def watch(self) -> AsyncGenerator[list[Worker], None]:
        """Yield the processes now, and whenever something about them has changed; their beats do not count.

        While anything runs also every two seconds: what runs may be another.
        """
        while True:
            # Taken before anything is looked at: what changes from here on sets it.
            changed = self.live.changed if self.live is not None else None
            known = self.known()
            yield known
            if changed is None:
                # Who is alone tells nobody when it begins or ends something.
                await asyncio.sleep(ALONE_SECONDS)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(RUNNING_SECONDS if any(each.running for each in known) else None):
                    await changed.wait()

    @property
    def late(self) -> dict[str, datetime]:
        """When those that have missed some of their beats were last heard, by their ids."""
        return {} if self.live is None else self.live.late

    @property
    def lost(self) -> list[live.Lost]:
        """Those that vanished in the last ten minutes without leaving, the newest first."""
        return [] if self.live is None else self.live.lost

    async def drain(self, worker_id: str) -> Worker:
        """Ask a process to take no new work; one that only executes ends once it has none left.

        Args:
            worker_id: Which one.

        Returns:
            The process afterwards.

        Raises:
            InvalidInput: The id does not fit.
            NotFound: No process with this id has joined.
            Conflict: It is the only one, or it executes nothing.
        """
        found = await self._joined(worker_id)
        if not found.role.executes:
            raise Conflict(f"{found.name} only serves pages: nothing runs there.")
        return await self._ask("worker.drain", workers.ask_to_drain, worker_id)

    async def stop(self, worker_id: str) -> Worker:
        """Ask a process that only executes to end: what runs in it is handed over to another at once.

        Args:
            worker_id: Which one.

        Returns:
            The process afterwards.

        Raises:
            InvalidInput: The id does not fit.
            NotFound: No process with this id has joined.
            Conflict: It is the only one, or it serves pages.
        """
        found = await self._joined(worker_id)
        if found.role.serves:
            raise Conflict(f"{found.name} serves pages. Stop it where it was started; here it can only be drained.")
        return await self._ask("worker.stop", workers.ask_to_stop, worker_id)

    async def _joined(self, worker_id: str) -> Worker:
        if not isinstance(worker_id, str) or not 0 < len(worker_id) <= ID_MAX:
            raise InvalidInput("worker_id", f"An id of a worker has 1 to {ID_MAX} characters.")
        if self.live is None:
            raise Conflict("This hub is one process. Pause the queue instead.")
        found = next((each for each in await self._database.aread(workers.all_of) if each.id == worker_id), None)
        if found is None:
            raise NotFound(f"There is no worker {worker_id}.", id=worker_id)
        return found

    async def _ask(self, action: str, work: Callable[[Connection, str], Worker | None], worker_id: str) -> Worker:
        asked = await self._database.awrite(lambda connection: work(connection, worker_id))
        if asked is None:
            raise NotFound(f"There is no worker {worker_id}.", id=worker_id)
        self._note(action, worker=asked.name, id=asked.id)
        self._bus.tell(Topic.WORKERS)
        return asked

    def _own(self) -> Worker:
        status = WorkerStatus.DRAINING if self._is_draining else WorkerStatus.RUNNING
        return Worker(
            self._engine.executor_id,
            socket.gethostname(),
            process_number(),
            Role.ALONE,
            VERSION,
            status,
            self.taken,
            self.slots,
            0,
            self._began_at,
            now(),
            self._revision,
        )

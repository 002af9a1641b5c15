"""What the page Workers shows of the hub's processes, as values. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from execution_hub.domain.clock import to_wire
from execution_hub.domain.worker import Worker, WorkerStatus
from execution_hub.live.workers import Lost
from execution_hub.role import Role

# So many executions of a process are shown by their numbers.
RUNS_SHOWN = 4
# So many servers that a process lacks.
LACKS_SHOWN = 3
# What a process does that is to end at once; it drains as well.
STOPPING = "stopping"


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A process.

    Attributes:
        id, role, version: As on the wire.
        status: As there, or `stopping`.
        name: Its machine and its number there.
        is_here: Whether it is the one that serves this page.
        is_other_version: Whether its programs are others than those of that one.
        executes: Whether executions run in it.
        running, slots: How many run, of how many that may.
        filled: How much of its slots that is, percent; at most 100.
        started_at: When it joined, ISO 8601 with Z.
        late_since: When it was last heard, ISO 8601 with Z, if it has missed beats; empty while it beats.
        can_drain: Whether it can be asked to take nothing new.
        can_stop: Whether it can be asked to end at once.
        runs: The first of the executions that run there.
        more: How many others do.
        lacks: The servers of tools that others have and it has not, for people; empty for none.
    """

    id: str = ""
    name: str = ""
    role: str = ""
    version: str = ""
    status: str = ""
    is_here: bool = False
    is_other_version: bool = False
    executes: bool = False
    running: int = 0
    slots: int = 0
    filled: int = 0
    started_at: str = ""
    late_since: str = ""
    can_drain: bool = False
    can_stop: bool = False
    runs: tuple[int, ...] = ()
    more: int = 0
    lacks: str = ""

    @classmethod
    def of(
        cls,
        worker: Worker,
        here: Worker | None,
        late_since: datetime | None = None,
        runs: Sequence[int] = (),
        lacks: Sequence[str] = (),
    ) -> "WorkerRow":
        """Take a row from a process.

        Args:
            worker: It.
            here: The process that serves the page; None if it is not among them.
            late_since: When it was last heard, if it has missed beats.
            runs: The executions that run there.
            lacks: The servers of tools that others have and it has not.
        """
        is_running = worker.status is WorkerStatus.RUNNING
        return cls(
            id=worker.id,
            name=worker.name,
            role=worker.role.value,
            version=worker.version,
            status=STOPPING if worker.is_stopping else worker.status.value,
            is_here=here is not None and worker.id == here.id,
            is_other_version=here is not None and worker.version != here.version,
            executes=worker.role.executes,
            running=worker.running,
            slots=worker.slots,
            filled=min(100, round(100 * worker.running / worker.slots)) if worker.slots else 0,
            started_at=to_wire(worker.started_at) or "",
            late_since=to_wire(late_since) or "",
            can_drain=is_running and worker.role.executes and worker.role.is_joined,
            can_stop=worker.role is Role.WORKER and not worker.is_stopping,
            runs=tuple(runs[:RUNS_SHOWN]),
            more=max(0, len(runs) - RUNS_SHOWN),
            lacks=", ".join([*lacks[:LACKS_SHOWN], *(["…"] if len(lacks) > LACKS_SHOWN else [])]),
        )


@dataclass(frozen=True, slots=True)
class LostRow:
    """A process that vanished without leaving.

    Attributes:
        id: As on the wire.
        name: Its machine and its number there.
        executed: Whether executions ran in it.
        at: When it was last heard, ISO 8601 with Z.
    """

    id: str = ""
    name: str = ""
    executed: bool = False
    at: str = ""

    @classmethod
    def of(cls, lost: Lost) -> "LostRow":
        """Take a row from one that is lost."""
        return cls(lost.worker.id, lost.worker.name, lost.worker.role.executes, to_wire(lost.at) or "")


@dataclass(frozen=True, slots=True)
class WorkerFigures:
    """All processes together.

    Attributes:
        count: How many there are.
        running: How many executions run.
        slots: How many may run: no more than the processes have room for, and no more than the hub's limit.
        room: How many the processes that take new work have room for.
        limit: How many may run at once in all, as the hub is set up; 0 while nobody knows.
        executing: How many processes take new work.
        other_versions: The versions that are not that of the process that serves the page, in order.
        is_alone: Whether the hub is one process that no other can join.
    """

    count: int = 0
    running: int = 0
    slots: int = 0
    room: int = 0
    limit: int = 0
    executing: int = 0
    other_versions: str = ""
    is_alone: bool = False

    @classmethod
    def of(cls, workers: Sequence[Worker], here: Worker | None, limit: int = 0) -> "WorkerFigures":
        """Add up processes.

        Args:
            workers: They.
            here: The one that serves the page; None if it is not among them.
            limit: How many may run at once in all; 0 if that is not known.
        """
        taking = [each for each in workers if each.role.executes and each.status is WorkerStatus.RUNNING]
        # What still runs where nothing new begins takes of the hub's slots too.
        left = sum(each.running for each in workers if each not in taking)
        room = sum(each.slots for each in taking)
        others = {each.version for each in workers if here is not None and each.version != here.version}
        return cls(
            count=len(workers),
            running=sum(each.running for each in workers),
            slots=min(room + left, limit) if limit else room + left,
            room=room,
            limit=limit,
            executing=len(taking),
            other_versions=", ".join(sorted(others)),
            is_alone=any(each.role is Role.ALONE for each in workers),
        )


def worker_rows(
    workers: Sequence[Worker],
    here: Worker | None,
    late: Mapping[str, datetime],
    runs: Mapping[str, Sequence[int]],
    lacking: Mapping[str, Sequence[str]],
) -> list[WorkerRow]:
    """Return rows of processes, in their order.

    Args:
        workers: They.
        here: The one that serves the page; None if it is not among them.
        late: When those that have missed beats were last heard, by their ids.
        runs: The executions that run in each, by their ids.
        lacking: The servers of tools that others have and it has not, by their ids.
    """
    return [
        WorkerRow.of(each, here, late.get(each.id), runs.get(each.id, ()), lacking.get(each.id, ())) for each in workers
    ]

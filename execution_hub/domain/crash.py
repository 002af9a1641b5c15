"""When an execution whose process died under it runs alone, and when it is given up. Pure.

A process that dies takes along all that ran in it, and nothing tells which of them did it, or whether it was the
machine. So each of them is counted one crash, and goes on:

- After one crash, at once and beside others, wherever there is a slot. Mostly it was the machine, or the network: then
  nobody waits. Alone already now, each of twenty would need an empty process, and they would stand in a row.
- After two, alone: in a process where nothing else runs, until it ends. That two processes died under it by chance is
  rare. Each process takes one of them at a time, so several processes try several.
- After three it is given up. The third was alone, so it was its own doing, or that of three machines.

Hence, however many such executions there are and whoever runs beside them: none ends more than three processes, and
nobody is given up for what another did, since what has two is nobody's neighbour any more.

What ran in a process that ended because its database was away is not counted. Either PostgreSQL was started anew after
that process was heard last; or whoever was there then and lives on, since it executes nothing or was a moment quicker,
missed its beats at that time, too. Where nobody can tell, the crash is counted. So is one of an execution that has been
begun twenty times: what brings the database down with it must end as well.
"""

from collections.abc import Collection
from datetime import datetime

from execution_hub.domain.worker import Worker

# How often a process may die under an execution before it is given up.
CRASHES_MAX = 3
# From so many on it runs alone: the last one counts for what it did itself.
ALONE_AFTER = CRASHES_MAX - 1

# An execution that has been begun more often is not excused by its database any more.
EXCUSED_BEGUN_MAX = 20


def is_given_up(crashes: int) -> bool:
    """Tell whether an execution is not begun again.

    Args:
        crashes: How often its process has died under it.
    """
    return crashes >= CRASHES_MAX


def was_database_away(at: datetime, server_started_at: datetime, living: Collection[Worker]) -> bool:
    """Tell whether a process that is gone ended because its database was away.

    Args:
        at: When it was heard last, by the database's clock, as all times here.
        server_started_at: When the database's server was started.
        living: The processes that are heard.
    """
    witnesses = [each for each in living if each.started_at < at]
    return at < server_started_at or (bool(witnesses) and all(each.unbroken_since > at for each in witnesses))


def is_counted(is_excused: bool, begun: int) -> bool:
    """Tell whether the end of its process is counted against an execution.

    Args:
        is_excused: Whether the process ended because its database was away.
        begun: How often the execution has been begun.
    """
    return not is_excused or begun > EXCUSED_BEGUN_MAX

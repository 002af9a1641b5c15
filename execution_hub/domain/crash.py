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

What ran in a process that ended because its database did is not counted: PostgreSQL was started anew after that process
was heard last.
"""

# How often a process may die under an execution before it is given up.
CRASHES_MAX = 3
# From so many on it runs alone: the last one counts for what it did itself.
ALONE_AFTER = CRASHES_MAX - 1


def is_given_up(crashes: int) -> bool:
    """Tell whether an execution is not begun again.

    Args:
        crashes: How often its process has died under it.
    """
    return crashes >= CRASHES_MAX

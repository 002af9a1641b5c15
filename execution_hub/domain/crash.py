"""When an execution whose process died under it runs alone, and when it is given up. Pure.

What ends its process takes all with it that runs there. So what was there when a process died runs alone from then on:
the next time nothing else is harmed, and it is known what did it.
"""

# How often a process may die under an execution before it is given up.
CRASHES_MAX = 3
ALONE_AFTER = 1
# A hub of one process has nowhere else to run the others meanwhile: after one loss of power all would stand in a row.
ALONE_AFTER_BY_ITSELF = 2


def alone_after(is_joined: bool) -> int:
    """Return after how many crashes an execution runs alone in its process.

    Args:
        is_joined: Whether the hub has other processes.
    """
    return ALONE_AFTER if is_joined else ALONE_AFTER_BY_ITSELF


def is_given_up(crashes: int) -> bool:
    """Tell whether an execution is not begun again.

    Args:
        crashes: How often its process has died under it.
    """
    return crashes >= CRASHES_MAX

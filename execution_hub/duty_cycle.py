"""How long to rest after a piece of work that costs much the same for little as for much, as a commit does. Pure."""

SHARE = 3


def rest_after(took: float, least: float, most: float) -> float:
    """Return how long to let more come together before the next such piece of work begins.

    Where a piece is quick, that is the least. Where it is slow, as on a busy machine or where several processes take
    their turns, it is three times as long as the piece took: so it keeps its thread busy for a quarter of the time at
    most, instead of doing ever less at ever higher cost.

    Args:
        took: How long the last piece took, in seconds.
        least: What to rest at least, in seconds.
        most: What to rest at most, in seconds; whoever waits for the next piece waits so much longer.

    Returns:
        The rest, in seconds.
    """
    return max(least, min(SHARE * took, most))

"""Has templates read before they are asked for: elsewhere, if that takes long."""

from collections.abc import Iterable

from execution_hub.domain.template import heavy, keep_read, read_all
from execution_hub.pool import WorkPool

# So many go to another process at once: of the largest, what is done within a second or two.
AT_ONCE = 10


async def read_ahead(pool: WorkPool, sources: Iterable[str]) -> None:
    """Have templates read and tried; whoever reads or checks one of them then finds it done.

    Args:
        pool: Where it is done if it takes long.
        sources: Their texts.

    Raises:
        TookTooLong: Ten of them need more than the pool's time for one call.
    """
    left = heavy(sources)
    for start in range(0, len(left), AT_ONCE):
        part = left[start : start + AT_ONCE]
        for source, found in zip(part, await pool.run(read_all, part), strict=True):
            keep_read(source, found)

"""When a failed call is made again. Pure: chance is handed in."""

from collections.abc import Callable
from dataclasses import dataclass

from execution_hub.errors import ExecutionError, TransientModelError

FIRST_SECONDS = 1.0
MOST_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how soon.

    Attributes:
        retries: How often a passing fault is tried again.
        first_seconds: The wait before the first retry; it doubles with each.
        most_seconds: The longest wait. A provider that asks for more than this is not asked again.
    """

    retries: int
    first_seconds: float = FIRST_SECONDS
    most_seconds: float = MOST_SECONDS

    def wait_seconds(self, error: ExecutionError, tries: int, chance: Callable[[], float]) -> float | None:
        """Decide whether to try again.

        Exponential back-off with jitter: between half of the wait and all of it, so that many that failed
        together do not come back together
        (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/, "equal jitter").

        Args:
            error: Why the last try failed.
            tries: How many there were.
            chance: Returns a number from 0 to 1.

        Returns:
            The seconds to wait before the next try; None if there is none.
        """
        if not isinstance(error, TransientModelError) or tries > self.retries:
            return None
        wait = min(self.first_seconds * 2 ** (tries - 1), self.most_seconds)
        wait *= 0.5 + chance() / 2
        asked: float = error.details.get("retry_after_seconds") or 0
        return max(wait, asked) if asked <= self.most_seconds else None

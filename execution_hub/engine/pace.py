"""When the queue is looked at: at once after something went into it or ended, and now and then all the same. Pure."""

import threading
import time

from execution_hub.duty_cycle import rest_after

# What comes within this of a round waits for the next: under load one round serves many.
ROUND_SECONDS = 0.05
# After a round that took so many, twice that: a round costs much the same for few as for many.
MANY = 12
# After a slow one.
ROUND_SECONDS_MAX = 0.2
# For so long after news the queue is looked at again and again: what ended frees its slot a moment later.
NEWS_SECONDS = 0.5
# A round for whatever nobody told of.
IDLE_SECONDS = 1.0


class Pace:
    """Holds the thread that looks at the queue until it is worth while.

    One thread waits, any may tell it of news.

    Attributes:
        is_waiting: Whether it waits now.
        round_at: When the last round began, by the monotonic clock; set before it no longer waits.
    """

    def __init__(self) -> None:
        self._news = threading.Event()
        self._news_at = float("-inf")
        self.round_at = float("-inf")
        self._is_over = False
        self._has_taken_many = False
        self._taken_at = float("-inf")
        self.is_waiting = False
        self._may_go = threading.Event()
        self._may_go.set()
        self._mutex = threading.Lock()
        self._reasons: set[str] = set()

    def tell(self) -> None:
        """Something went into the queue, or ended."""
        self._news_at = time.monotonic()
        self._news.set()

    def wake(self) -> None:
        """Let one round begin, without news."""
        self._news.set()

    def note_taken(self, count: int) -> None:
        """Know how many the round that is under way has taken out of the queue; it goes on to hand them over."""
        self._has_taken_many = count >= MANY
        self._taken_at = time.monotonic()

    def hold(self, reason: str, is_held: bool) -> None:
        """Let no round begin while there is a reason not to; one that is under way ends.

        Args:
            reason: Why, in one word.
            is_held: Whether it holds from now on.
        """
        # Reasons come from several threads.
        with self._mutex:
            (self._reasons.add if is_held else self._reasons.discard)(reason)
            if self._reasons and not self._is_over:
                self._may_go.clear()
            else:
                self._may_go.set()

    @property
    def is_held(self) -> bool:
        """Whether there is a reason to begin no round."""
        return not self._may_go.is_set()

    @property
    def is_over(self) -> bool:
        """Whether nobody is held any more, since nothing may begin either."""
        return self._is_over

    def end(self) -> None:
        """Hold nobody any more."""
        with self._mutex:
            self._is_over = True
            self._may_go.set()
        self._news.set()

    def wait(self) -> None:
        """Return when the next round is due; the last one has ended."""
        # To hand over what was taken is work for each of those, and no reason to take the next ones later.
        ended_at = self._taken_at if self._taken_at >= self.round_at else time.monotonic()
        rest = self._rest(ended_at - self.round_at)
        self.is_waiting = True
        self._wait(rest)
        self.is_waiting = False

    def _rest(self, took: float) -> float:
        """Return how long after its begin the next round may begin, in seconds, once the last took so long."""
        least = ROUND_SECONDS * (2 if self._has_taken_many else 1)
        return rest_after(took, least, ROUND_SECONDS_MAX)

    def _wait(self, rest: float) -> None:
        is_recent = time.monotonic() < self._news_at + NEWS_SECONDS
        self._news.wait(0 if self._is_over else ROUND_SECONDS if is_recent else IDLE_SECONDS)
        left = self.round_at + rest - time.monotonic()
        if left > 0 and not self._is_over:
            time.sleep(left)
        # Last: whoever holds it and sees that this waits knows that no round begins.
        self._may_go.wait()
        # Told before this, it was there before the round that follows.
        self._news.clear()
        self.round_at = time.monotonic()

"""Starting an execution from a page: two quick clicks are one submission. Pure."""

import time
import uuid
from dataclasses import dataclass, replace

# Two clicks nearer than this that ask for the same are one submission.
DOUBLE_CLICK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class SubmissionKey:
    """What a page asked for last.

    Attributes:
        asked: What it was: the agent and the input, say.
        at: When, seconds of a monotonic clock; once it was answered, when that was.
        key: The idempotency key it goes under.
    """

    asked: tuple[object, ...] = ()
    at: float = 0.0
    key: str = ""

    def next(self, *asked: object, at: float | None = None) -> "SubmissionKey":
        """Return the submission to start now: this one again after two quick clicks, else a new one.

        Args:
            *asked: What is asked for.
            at: The time; now if omitted.
        """
        now = time.monotonic() if at is None else at
        if self.key and self.asked == asked and now - self.at <= DOUBLE_CLICK_SECONDS:
            return self
        return SubmissionKey(asked, now, uuid.uuid4().hex)

    def answered(self, at: float | None = None) -> "SubmissionKey":
        """Return the submission as of its answer: a slow hub sees the second of two quick clicks only after it.

        Args:
            at: The time; now if omitted.
        """
        return replace(self, at=time.monotonic() if at is None else at)

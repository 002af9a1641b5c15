"""Begins each Python whose clock is libfaketime's: lets it sleep as long as it wants to. Its folder is in PYTHONPATH.

Python sleeps until a time of the monotonic clock, and libfaketime (0.9.10) takes that for a time of the clock that it
has changed, also where it is told to leave the monotonic one alone: 30 s late, or not at all.
"""

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex) -> None:
    select.select((), (), (), float(seconds))


time.sleep = _sleep

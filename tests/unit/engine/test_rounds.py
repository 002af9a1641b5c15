"""Rounds of the queue's thread: whether it is alive."""

import threading
import time
from typing import Any

import pytest
from sqlalchemy import create_engine

from execution_hub.engine.database import STUCK_SECONDS, QueueRounds
from execution_hub.engine.pace import Pace


def test_a_round_that_begins_after_a_long_wait_is_not_taken_for_one_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also by who looks right when the wait is over."""
    seen: list[bool] = []

    class Watched(Pace):
        def __setattr__(self, name: str, value: Any) -> None:
            super().__setattr__(name, value)
            if name == "is_waiting" and threading.current_thread() is thread:
                seen.append(rounds.is_alive)

    def work() -> None:
        rounds.begin()
        monkeypatch.setattr(pace, "round_at", long_ago)
        seen.append(rounds.is_alive)

    thread = threading.Thread(target=work, name="queue-worker-q")
    long_ago = time.monotonic() - 2 * STUCK_SECONDS
    pace = Watched()
    rounds = QueueRounds(create_engine("sqlite://"), "q", pace)
    pace.round_at = rounds._made_at = long_ago
    pace.tell()
    thread.start()
    thread.join()
    # While it waits, when that is over, and when the round has taken too long.
    assert seen == [True, True, False]

"""Rounds of the queue's thread: whether it is alive."""

import threading

import pytest
from sqlalchemy import create_engine

from execution_hub.engine import database
from execution_hub.engine.database import QueueRounds
from execution_hub.engine.pace import Pace


def test_a_round_that_begins_after_a_long_wait_is_not_taken_for_one_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also by who looks between the end of the wait and the begin of the round."""
    monkeypatch.setattr(database, "STUCK_SECONDS", -1.0)
    pace, seen = Pace(), list[bool]()
    rounds = QueueRounds(create_engine("sqlite://"), "q", pace)
    monkeypatch.setattr(pace, "wait", lambda: seen.append(rounds.is_alive))

    def work() -> None:
        rounds.begin()
        seen.append(rounds.is_alive)

    thread = threading.Thread(target=work, name="queue-worker-q")
    thread.start()
    thread.join()
    assert seen == [True, False]

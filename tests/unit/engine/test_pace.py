"""When the queue is looked at."""

import threading
import time

import pytest

from execution_hub.engine import pace as module
from execution_hub.engine.pace import Pace

DEADLINE_SECONDS = 20


def waiting(pace: Pace, rounds: int = 1) -> threading.Thread:
    """Return a thread that waits for so many rounds."""

    def wait() -> None:
        for _ in range(rounds):
            pace.wait()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread


def next_round(pace: Pace) -> float:
    """Wait for a round that news begin, and return when it did, by the monotonic clock."""
    pace.tell()
    pace.wait()
    return pace.round_at


def has_ended(thread: threading.Thread) -> bool:
    """Tell whether a thread ends."""
    thread.join(DEADLINE_SECONDS)
    return not thread.is_alive()


@pytest.fixture(autouse=True)
def _never_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing happens by the idle round alone."""
    monkeypatch.setattr(module, "IDLE_SECONDS", 3600)


def test_news_ends_the_wait() -> None:
    """Whoever waits is let go when something goes into the queue."""
    pace = Pace()
    thread = waiting(pace)
    pace.tell()
    assert has_ended(thread)


def test_news_from_before_the_wait_counts() -> None:
    """It came while the thread was at work with the round before."""
    pace = Pace()
    pace.tell()
    assert has_ended(waiting(pace))


def test_the_queue_is_looked_at_again_for_a_moment() -> None:
    """What ended frees its slot a moment after it was told."""
    pace = Pace()
    pace.tell()
    assert has_ended(waiting(pace, 3))


def test_rounds_keep_their_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it is told, one round serves all that came meanwhile."""
    monkeypatch.setattr(module, "ROUND_SECONDS", 0.2)
    pace = Pace()
    began = next_round(pace)
    assert next_round(pace) - began >= 0.19


def test_the_end_lets_go_for_good() -> None:
    """Nobody is held once the engine stops."""
    pace = Pace()
    pace.end()
    assert has_ended(waiting(pace, 100))


def test_a_round_that_took_many_is_followed_by_a_longer_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes meanwhile is taken together: a round costs much the same for few as for many."""
    monkeypatch.setattr(module, "ROUND_SECONDS", 0.2)
    pace = Pace()
    began = next_round(pace)
    pace.note_taken(module.MANY)
    assert next_round(pace) - began >= 0.39
    pace.note_taken(1)
    assert pace._rest(0.0) == 0.2


def test_a_round_can_be_had_without_news() -> None:
    """It is one round, not one after another as after news."""
    pace = Pace()
    pace.wake()
    assert has_ended(waiting(pace))
    pace.wake()
    twice = waiting(pace, 2)
    twice.join(0.3)
    assert twice.is_alive()
    pace.end()


def test_a_slow_round_is_followed_by_a_longer_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where several processes claim in turns, or the machine is busy, each does so less often, and takes more."""
    monkeypatch.setattr(module, "ROUND_SECONDS", 0.01)
    monkeypatch.setattr(module, "ROUND_SECONDS_MAX", 0.4)
    pace = Pace()
    began = next_round(pace)
    # The round itself.
    time.sleep(0.2)
    assert next_round(pace) - began >= 0.39


def test_to_hand_over_what_was_taken_makes_no_round_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is work for each job; the next round takes what has come meanwhile."""
    monkeypatch.setattr(module, "ROUND_SECONDS", 0.01)
    monkeypatch.setattr(module, "ROUND_SECONDS_MAX", 3600)
    pace = Pace()
    pace.tell()
    pace.wait()
    pace.note_taken(1)
    # The handing over.
    time.sleep(0.2)
    pace.tell()
    assert has_ended(waiting(pace))

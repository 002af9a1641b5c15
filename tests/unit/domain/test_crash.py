"""When an execution whose process died under it runs alone, and when it is given up."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from execution_hub.domain.crash import ALONE_AFTER, EXCUSED_BEGUN_MAX, is_counted, is_given_up, was_database_away
from execution_hub.domain.worker import Worker, WorkerStatus
from execution_hub.role import Role

SLOTS = 5
HEARD = datetime(2026, 5, 5, 12, tzinfo=UTC)
BEFORE, AFTER = HEARD - timedelta(minutes=1), HEARD + timedelta(seconds=5)
LIVING = Worker("w", "w", 1, Role.WEB, "0.9", WorkerStatus.RUNNING, 0, 0, 9, BEFORE, AFTER)
BROKEN = replace(LIVING, beating_since=AFTER)
UNBROKEN = replace(LIVING, beating_since=BEFORE)


def test_it_runs_beside_others_once_more_then_alone_and_not_a_fourth_time() -> None:
    """So one death of a machine has nobody wait, and what did it is known before it is given up."""
    begun = [crashes for crashes in range(10) if not is_given_up(crashes)]
    assert [crashes >= ALONE_AFTER for crashes in begun] == [False, False, True]


@pytest.mark.parametrize("seed", range(20))
def test_what_ends_its_process_is_given_up_after_three_and_nothing_beside_it_ever(seed: int) -> None:
    """However many there are, whoever runs beside whom: each process takes some, and dies if one of them is such."""
    chance = random.Random(seed)
    poison = set(chance.sample(range(60), chance.randint(1, 20)))
    crashes, left, ended = Counter[int](), set(range(60)), Counter[int]()
    while left:
        alone = [each for each in left if crashes[each] >= ALONE_AFTER]
        shared = [each for each in left if crashes[each] < ALONE_AFTER]
        if alone and (not shared or chance.random() < 0.5):
            process = {chance.choice(alone)}
        else:
            process = set(chance.sample(shared, min(len(shared), chance.randint(1, SLOTS))))
        if process.isdisjoint(poison):
            left -= process
            continue
        crashes.update(process)
        ended.update(process & poison)
        left -= {each for each in process if is_given_up(crashes[each])}
    assert {each for each in crashes if is_given_up(crashes[each])} == poison
    assert max(ended.values()) <= 3


@pytest.mark.parametrize(
    ("living", "was_away"),
    [
        ([], False),
        ([BROKEN], True),
        ([BROKEN, UNBROKEN], False),
        ([LIVING], False),
        ([replace(BROKEN, started_at=AFTER)], False),
        ([replace(BROKEN, started_at=AFTER), BROKEN], True),
    ],
)
def test_a_database_was_away_when_whoever_lives_on_missed_its_beats_too(living: list[Worker], was_away: bool) -> None:
    """Who joined later cannot tell; and where nobody can, it was not."""
    assert was_database_away(HEARD, BEFORE, living) is was_away


def test_a_server_that_was_started_later_was_away() -> None:
    assert was_database_away(HEARD, AFTER, [UNBROKEN])


def test_what_is_begun_again_and_again_is_not_excused_for_ever() -> None:
    assert [is_counted(False, 1), is_counted(True, 1), is_counted(True, EXCUSED_BEGUN_MAX + 1)] == [True, False, True]

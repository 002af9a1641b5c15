"""When an execution whose process died under it runs alone, and when it is given up."""

import random
from collections import Counter

import pytest

from execution_hub.domain.crash import ALONE_AFTER, is_given_up

SLOTS = 5


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

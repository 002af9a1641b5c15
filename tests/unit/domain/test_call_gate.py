"""Who may call a provider when."""

import random

import pytest

from execution_hub.domain.call_gate import BLOCK_MOST_SECONDS, SILENT_SECONDS, CallGate
from execution_hub.rate_limit import RateLimit


def passed(gate: CallGate, setting: RateLimit, seconds: float, tokens: int = 0) -> list[float]:
    """Return when one process that always has a call got through."""
    times, now = [], 0.0
    while now < seconds:
        gate, wait = gate.ask("a", tokens, setting, now)
        if wait == 0:
            times.append(now)
        now += wait
    return times


def most_in_a_minute(times: list[float]) -> int:
    return max(sum(start <= each < start + 60 for each in times) for start in times)


@pytest.mark.parametrize("limit", [1, 2, 3, 9, 10, 11, 50, 997])
def test_no_minute_has_more_requests_than_the_limit_and_all_of_them_are_used(limit: int) -> None:
    times = passed(CallGate(), RateLimit(limit), 300)
    assert most_in_a_minute(times) == limit
    assert len(times) >= 4 * limit * 9 / 10


def test_a_tenth_may_come_at_once_and_the_rest_comes_evenly() -> None:
    times = passed(CallGate(), RateLimit(50), 10)
    assert times[:5] == [0] * 5
    assert times[6] - times[5] == pytest.approx(60 / 46, rel=0.01)


def test_without_a_limit_nobody_waits() -> None:
    gate = CallGate()
    for _ in range(1_000):
        gate, wait = gate.ask("a", 10_000, RateLimit(), 0)
        assert wait == 0


@pytest.mark.parametrize(("limit", "tokens"), [(40_000, 100), (40_000, 20_000), (1_000, 999)])
def test_tokens_are_held_to_their_limit_but_for_one_call(limit: int, tokens: int) -> None:
    """The one that is larger than what may come at once goes when nothing is missing."""
    times = passed(CallGate(), RateLimit(tokens=limit), 600, tokens)
    assert (most_in_a_minute(times) - 1) * tokens <= limit
    assert len(times) * tokens >= 0.8 * limit * 10


def test_what_a_call_did_not_take_is_given_back_and_what_it_took_besides_is_owed() -> None:
    setting = RateLimit(tokens=1_000)
    gate, _ = CallGate().ask("a", 500, setting, 0)
    (_, after), (_, cheap), (_, dear) = (
        each.ask("a", 100, setting, 1) for each in (gate, gate.settle(-500, setting, 1), gate.settle(500, setting, 1))
    )
    assert cheap == 0 < after < dear


def test_a_block_holds_everybody_and_never_for_longer_than_ten_minutes() -> None:
    gate = CallGate().block(7, 100)
    assert gate.ask("a", 1, RateLimit(), 100)[1] == 7
    assert gate.block(2, 100).ask("a", 1, RateLimit(), 100)[1] == 7, "a shorter one does not end it"
    assert gate.ask("a", 1, RateLimit(), 107)[1] == 0
    assert gate.block(86_000, 100).ask("a", 1, RateLimit(), 100)[1] == BLOCK_MOST_SECONDS


def test_the_lower_of_what_the_provider_tells_and_the_setting_holds_and_of_its_models_the_highest() -> None:
    gate = CallGate().learn(20).learn(10)
    assert gate.requests == 20
    assert len([each for each in passed(gate, RateLimit(), 60) if each < 60]) == 20
    assert len([each for each in passed(gate, RateLimit(10), 60) if each < 60]) == 10
    assert len([each for each in passed(gate, RateLimit(50), 60) if each < 60]) == 20


def test_processes_take_turns_in_the_order_in_which_they_came() -> None:
    """Each goes once before any goes again, though one asks far more often than the others."""
    setting, chance = RateLimit(60), random.Random(3)
    gate = CallGate(requests_at=1_000)
    order: list[str] = []
    for name in "abcd":
        gate, _ = gate.ask(name, 1, setting, 990)
    now = 990.0
    while len(order) < 40:
        for name in "abcd" if chance.random() < 0.2 else "dd":
            gate, wait = gate.ask(name, 1, setting, now)
            order += [name] if wait == 0 else []
        now += 0.1
    for start in range(0, 36, 4):
        assert set(order[start : start + 4]) == set("abcd"), order


def test_who_has_died_while_it_waited_holds_nobody_up() -> None:
    gate, _ = CallGate().block(1, 0).ask("dead", 1, RateLimit(), 0)
    gate, wait = gate.ask("a", 1, RateLimit(), 2)
    assert wait > 0
    assert gate.ask("a", 1, RateLimit(), SILENT_SECONDS + 0.1)[1] == 0

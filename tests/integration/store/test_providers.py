"""The row of a provider: many who ask at once get no more than its limit, whoever they are."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from execution_hub.domain.call_gate import Budget, CallGate
from execution_hub.rate_limit import RateLimit
from execution_hub.store import providers
from execution_hub.store.database import Database
from execution_hub.store.providers import ProviderKey

KEY = ProviderKey("anthropic", "a key")
CALLERS = 30


@pytest.fixture
def shared(migrated_url: str) -> Database:
    """Return a migrated database of each kind."""
    return Database(migrated_url)


def test_thirty_who_ask_at_once_get_a_tenth_of_the_limit_and_the_others_are_told_when(shared: Database) -> None:
    # Half a second each: what is added up has no rounding.
    setting = RateLimit(120)

    def ask(caller: int) -> float:
        return shared.write(
            lambda c: providers.change(c, KEY, lambda gate, _: gate.ask(f"process {caller}", 1, setting, 100.0))
        )

    with ThreadPoolExecutor(CALLERS) as threads:
        waits = sorted(threads.map(ask, range(CALLERS)))
    went = waits.count(0)
    assert went == 12
    assert max(waits) > (CALLERS - went - 2) * Budget(120, 0).step
    gate, _ = shared.read(lambda c: providers.find(c, KEY))
    assert len(gate.waiting or {}) == CALLERS - went
    shared.close()


def test_time_is_the_databases_and_a_key_has_a_row_of_its_own(shared: Database) -> None:
    other = ProviderKey("anthropic", "another")
    now = shared.write(lambda c: providers.change(c, KEY, lambda gate, now: (gate.block(60, now).learn(50), now)))
    assert abs(now - datetime.now(UTC).timestamp()) < 60
    gate, later = shared.read(lambda c: providers.find(c, KEY))
    assert gate.requests == 50
    assert gate.blocked_until == pytest.approx(now + 60)
    assert later >= now
    assert shared.read(lambda c: providers.find(c, other))[0] == CallGate()
    shared.close()


def test_who_waits_goes_in_the_order_in_which_it_came(shared: Database) -> None:
    """Also after the database has kept it: ten that came one after the other go so."""
    names = [f"{number:x}" for number in (9, 3, 7, 1, 8, 2)]

    def ask(name: str, at: float) -> float:
        return shared.write(lambda c: providers.change(c, KEY, lambda gate, _: gate.ask(name, 1, RateLimit(600), at)))

    shared.write(lambda c: providers.change(c, KEY, lambda gate, _: (gate.block(1, 100), None)))
    for name in names:
        assert ask(name, 100.0) > 0
    order = [name for _ in names for name in sorted(names) if ask(name, 101.5) == 0]
    assert order[: len(names)] == names, Counter(order)
    shared.close()

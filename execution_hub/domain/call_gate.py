"""Who may call a provider when, so that no minute has more requests and tokens than its rate limit.

Pure: time is handed in, in seconds of one clock, that of the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from execution_hub.rate_limit import REQUESTS_MAX, RateLimit

# A little more: two calls are not always as long on their way.
MINUTE = 60.05
# What may come at once, as a part of what a minute allows; the rest comes evenly. Providers hold a limit a minute
# within seconds, too (https://platform.claude.com/docs/en/api/rate-limits).
AT_ONCE = 10
# A provider that says so little of when to come again is asked after this.
BLOCK_SECONDS = 1.0
# However long a provider asks for: then somebody looks again.
BLOCK_MOST_SECONDS = 600.0
# Whoever waits asks again within this, and whoever has not asked for the other waits no more: it has died.
LOOK_SECONDS = 0.5
SILENT_SECONDS = 3.0
_LEAST_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of a limit: it fills evenly, up to a tenth of a minute's.

    Never more than the limit is taken in any minute, if nothing takes more at once than that tenth. What does waits
    until it is whole, and owes the rest.

    Attributes:
        limit: How much a minute allows.
        whole_at: When nothing of it is missing any more.
    """

    limit: int
    whole_at: float

    @property
    def most(self) -> int:
        """How much may be taken at once."""
        return max(1, self.limit // AT_ONCE)

    @property
    def step(self) -> float:
        """In how many seconds one more may be taken."""
        return MINUTE / (self.limit - self.most + 1)

    def ready_at(self, amount: int) -> float:
        """Return when so much may be taken."""
        return self.whole_at - (self.most - min(amount, self.most)) * self.step

    def less(self, amount: int, now: float) -> "Budget":
        """Return what is left once so much is taken now; more is left if it is negative: it is given back."""
        start = max(self.whole_at, now) if amount > 0 else self.whole_at
        return replace(self, whole_at=start + amount * self.step)


@dataclass(frozen=True, slots=True)
class CallGate:
    """What the processes of a hub share about one provider and key.

    Attributes:
        requests: The requests a minute that the provider told of; None before it did.
        requests_at: When the budget of requests is whole.
        tokens_at: When that of tokens is.
        blocked_until: Before this nobody calls.
        waiting: The processes that wait, in the order in which they came, and when each has asked last. What waits
            within a process is in order there.
    """

    requests: int | None = None
    requests_at: float = 0.0
    tokens_at: float = 0.0
    blocked_until: float = 0.0
    waiting: Mapping[str, float] | None = None

    def ask(self, process: str, tokens: int, setting: RateLimit, now: float) -> tuple["CallGate", float]:
        """Let the next call of a process through, or tell it to wait.

        Args:
            process: Who asks.
            tokens: How many tokens its call will take, as far as one can tell.
            setting: What the hub's settings say.
            now: The time.

        Returns:
            The gate afterwards, and the seconds after which to ask again; 0 to call now.
        """
        limit = setting.but(self.requests)
        queue = {each: seen for each, seen in (self.waiting or {}).items() if seen > now - SILENT_SECONDS}
        queue[process] = now
        ahead = list(queue).index(process)
        requests, budget = self._requests(limit), self._tokens(limit)
        at = max(
            self.blocked_until,
            requests.ready_at(1) if requests else 0.0,
            budget.ready_at(tokens) if budget else 0.0,
        )
        if ahead == 0 and at <= now:
            del queue[process]
            requests_at = requests.less(1, now).whole_at if requests else self.requests_at
            tokens_at = budget.less(tokens, now).whole_at if budget else self.tokens_at
            return replace(self, requests_at=requests_at, tokens_at=tokens_at, waiting=queue), 0.0
        behind = ahead * (requests.step if requests else 0.0)
        return replace(self, waiting=queue), max(max(at, now) + behind - now, _LEAST_SECONDS)

    def settle(self, more: int, setting: RateLimit, now: float) -> "CallGate":
        """Return it once a call has taken so many more tokens than it was thought to; fewer, if negative."""
        budget = self._tokens(setting)
        return replace(self, tokens_at=budget.less(more, now).whole_at) if budget else self

    def block(self, seconds: float, now: float) -> "CallGate":
        """Return it with nobody calling for a while, as its provider has asked for."""
        return replace(self, blocked_until=max(self.blocked_until, now + min(seconds, BLOCK_MOST_SECONDS)))

    def learn(self, requests: int) -> "CallGate":
        """Return it with a limit that its provider told of.

        Providers have one for each model: the highest counts, for no model is to wait for the sake of another. Whoever
        has a lower one is told so when it is reached.
        """
        return replace(self, requests=max(self.requests or 0, min(requests, REQUESTS_MAX)))

    def _requests(self, limit: RateLimit) -> Budget | None:
        return None if limit.requests is None else Budget(limit.requests, self.requests_at)

    def _tokens(self, limit: RateLimit) -> Budget | None:
        return None if limit.tokens is None else Budget(limit.tokens, self.tokens_at)

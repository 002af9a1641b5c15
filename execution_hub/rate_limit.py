"""The rate limit of a provider: how many requests and tokens a minute it takes. `domain/call_gate.py` keeps to it."""

from dataclasses import dataclass, replace

REQUESTS_MAX = 1_000_000
TOKENS_MAX = 1_000_000_000


@dataclass(frozen=True, slots=True)
class RateLimit:
    """How much a provider takes in a minute.

    Attributes:
        requests: How many requests; None where nobody says.
        tokens: How many tokens, in and out; None where nobody says.
    """

    requests: int | None = None
    tokens: int | None = None

    @property
    def is_known(self) -> bool:
        """Whether there is any limit."""
        return self.requests is not None or self.tokens is not None

    def and_also(self, other: "RateLimit") -> "RateLimit":
        """Return the limit that keeps to both."""
        tokens = [each for each in (self.tokens, other.tokens) if each is not None]
        return replace(self.but(other.requests), tokens=min(tokens, default=None))

    def but(self, requests: int | None) -> "RateLimit":
        """Return the limit that holds where a provider tells its own for requests: the lower one."""
        told = [each for each in (self.requests, requests) if each is not None]
        return replace(self, requests=min(told, default=None))


def read_limits(text: str, providers: tuple[str, ...]) -> dict[str, RateLimit]:
    """Read `anthropic=50/40000,openai=500`: of each provider the requests and, after a slash, the tokens a minute.

    Args:
        text: The text.
        providers: The names there are.

    Raises:
        ValueError: It does not fit, in words that follow the name of a setting.
    """
    found: dict[str, RateLimit] = {}
    for entry in filter(None, (each.strip() for each in text.split(","))):
        name, equals, figures = (each.strip() for each in entry.partition("="))
        if not equals or name not in providers:
            raise ValueError(f"each entry reads PROVIDER=REQUESTS/TOKENS, with {' or '.join(providers)} as provider")
        if name in found:
            raise ValueError(f"names {name} twice")
        requests, slash, tokens = figures.partition("/")
        limit = RateLimit(_figure(requests, "requests", REQUESTS_MAX), _figure(tokens, "tokens", TOKENS_MAX))
        if not limit.is_known or (slash and limit.tokens is None):
            raise ValueError(f"says nothing of {name}: give requests, or requests/tokens, or /tokens a minute")
        found[name] = limit
    return found


def _figure(text: str, what: str, most: int) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > len(str(most)) or not 1 <= int(text) <= most:
        raise ValueError(f"{what} a minute are a whole number from 1 to {most}")
    return int(text)

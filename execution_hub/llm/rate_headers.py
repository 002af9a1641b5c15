"""What a provider tells of its rate limits in the headers of its answers. They may hold anything.

Anthropic: https://platform.claude.com/docs/en/api/rate-limits#response-headers, times as RFC 3339.
OpenAI: https://platform.openai.com/docs/guides/rate-limits, times as `1s`, `6m0s`, `120ms`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from execution_hub.domain.clock import now

_WAYS = (
    ("anthropic-ratelimit-{kind}-{what}", ("requests", "tokens", "input-tokens", "output-tokens")),
    ("x-ratelimit-{what}-{kind}", ("requests", "tokens")),
)
_PARTS = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
# The time they tell is that at which all of it is there again, evenly: until a tenth of it is, it takes a tenth.
_PART = 10
_DIGITS_MAX = 12
_TEXT_MAX = 40


@dataclass(frozen=True, slots=True)
class RateTold:
    """What a provider has told of its rate limits.

    Attributes:
        requests: How many requests a minute it takes; None if it does not say.
        wait_seconds: In how many seconds it is worth asking again, where nothing is left of one of its limits; None
            while something is.
    """

    requests: int | None = None
    wait_seconds: float | None = None


def read_rate(headers: Mapping[str, str]) -> RateTold:
    """Return what an answer's headers tell; what is not understood is passed over.

    >>> read_rate({"x-ratelimit-limit-requests": "60", "x-ratelimit-remaining-tokens": "0",
    ...            "x-ratelimit-reset-tokens": "1m0.5s"})
    RateTold(requests=60, wait_seconds=6.05)
    """
    requests: int | None = None
    waits: list[float] = []
    for form, kinds in _WAYS:
        for kind in kinds:
            limit, left, reset = (
                headers.get(form.format(kind=kind, what=what), "").strip() for what in ("limit", "remaining", "reset")
            )
            if kind == "requests" and (found := _whole(limit)):
                requests = found
            if _whole(left) == 0 and (seconds := _until(reset)) is not None:
                waits.append(seconds)
    return RateTold(requests, max(waits) / _PART if waits else None)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX else None


def _until(text: str) -> float | None:
    """Return in how many seconds something is; None if it is not in the future, or further than a day."""
    if len(text) > _TEXT_MAX:
        return None
    parts = _PARTS.findall(text)
    if parts and "".join(number + unit for number, unit in parts) == text:
        seconds = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    else:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        if moment.tzinfo is None:
            return None
        seconds = (moment - now()).total_seconds()
    return seconds if 0 < seconds < _SECONDS["d"] else None

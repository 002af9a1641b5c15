"""What the proof of a stop says of the calls of tools that ran."""

from collections.abc import Mapping
from typing import Any

from execution_hub.domain.texts import one_line
from execution_hub.views.call_arguments import seen

# So many of them are named.
NAMED_MAX = 5
NAME_SHOWN = 80


def stopped_calls(stop: Mapping[str, Any], *, is_told: bool) -> str:
    """Return the calls whose servers were told of a stop in time, or those whose were not; empty for none.

    >>> stopped_calls({"calls": [{"server": "time", "tool": "now", "is_told": True}]}, is_told=True)
    'time__now'
    """
    found = [call for call in stop.get("calls") or () if call["is_told"] is is_told]
    names = [seen(one_line(f"{call['server']}__{call['tool']}"))[:NAME_SHOWN] for call in found[:NAMED_MAX]]
    return ", ".join(names) + (f" … ({len(found)})" if len(found) > NAMED_MAX else "")


def had_stream(stop: Mapping[str, Any]) -> bool:
    """Tell whether a provider's stream was open: where no call of a tool ran, there was one."""
    return bool(stop.get("has_stream", "closed_after_ms" in stop))

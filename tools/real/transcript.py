"""An execution of an agent as lines for a terminal: its turns and calls, as the API tells of them."""

import json
import textwrap
from collections.abc import Iterator
from typing import Any

WIDTH = 116
# Of a text from a model or a tool; the hub has all of it.
SHOWN_MAX = 400


def lines_of(execution: dict[str, Any]) -> Iterator[str]:
    """Yield the lines.

    Args:
        execution: As `GET /api/executions/{id}` answers.
    """
    calls = execution["calls"]
    turns = [call for call in calls if call["kind"] == "turn"]
    counts = f"{_many(len(turns), 'turn')}, {_many(len(calls) - len(turns), 'call')}" if calls else "no tools"
    least = "at least " if execution["usage"]["is_partial"] else ""
    tokens = f"{least}{input_tokens(execution)} + {execution['usage']['output_tokens'] or 0} tokens"
    yield f"execution {execution['id']}: {execution['status']}, model {execution['model']}, {counts}, {tokens}"
    yield from _told("asked", execution["input"])
    for call in calls:
        yield from _turn(call) if call["kind"] == "turn" else _call(call)
    if not calls and execution["output"]:
        yield from _told("model", f"{shown(execution['output'])} [{execution['stop_reason'] or execution['status']}]")
    if execution["error"]:
        yield from _told("error", execution["error"])


def input_tokens(execution: dict[str, Any]) -> int:
    """Return how many tokens its model has read as far as that was told, with those that the provider remembered."""
    names = ("input_tokens", "cache_read_tokens", "cache_write_tokens")
    return sum(execution["usage"][name] or 0 for name in names)


def shown(value: str) -> str:
    """Return a text in one line, its end left out if it is long, and how long it was."""
    line = " ".join(value.split())
    return line if len(line) <= SHOWN_MAX else f"{line[:SHOWN_MAX]} … ({len(value):,} characters)"


def _turn(call: dict[str, Any]) -> Iterator[str]:
    said = call["output"].strip()
    yield from _told("model", f"{shown(said)} [{call['stop_reason']}]" if said else f"[{call['stop_reason']}]")


def _call(call: dict[str, Any]) -> Iterator[str]:
    arguments = "no JSON object" if call["arguments"] is None else json.dumps(call["arguments"], ensure_ascii=False)
    took = "" if call["duration_ms"] is None else f" in {call['duration_ms']} ms"
    yield from _told("call", shown(f"{call['server']}__{call['tool']} {arguments}"))
    yield from _told(f"{call['status']}{took}", shown(call["result"] or call["error"] or ""))


def _told(who: str, text: str) -> Iterator[str]:
    yield from textwrap.wrap(
        f"{who}: {text}", WIDTH, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False
    )


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

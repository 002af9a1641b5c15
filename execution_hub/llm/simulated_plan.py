"""What the simulated model does in a conversation: which tools it calls, one a turn, and when it answers."""

import json
import re
from dataclasses import dataclass
from typing import Any

from execution_hub.llm.messages import blocks_of, text_of
from execution_hub.llm.port import NONE, ModelRequest

CALLS_MAX = 200
_EXPRESSION_MAX = 200
_MARK = re.compile(r"\[tool\s+([^\s\[\]{}]{1,200})\s*", re.IGNORECASE)
_JSON = re.compile(r"\[json\s+", re.IGNORECASE)
_TIME = re.compile(r"\btime\b|时间|几点", re.IGNORECASE)
# Runs of what an expression is made of; what is a date or a number among them is sorted out after.
_SUM = re.compile(r"[0-9(][0-9+*/(). -]*")
_IS_SUM = re.compile(r"[0-9)]\s*[*/+]\s*[0-9(]|[0-9)] - [0-9(]")
_READER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A tool the model will ask for.

    Attributes:
        name: Its name, offered or not.
        text: Its arguments, as the model writes them.
    """

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a conversation stands.

    Attributes:
        input: What the person asked, without the marks of tools.
        call: The tool to ask for in this turn; None where it answers.
        number: How many calls came before.
        result: The tool that was called last and what it said; None where none was.
        is_repair: Whether it has answered before.
        json: The JSON that it is told to answer where JSON is wanted; None where it is told none.
    """

    input: str
    call: PlannedCall | None
    number: int
    result: tuple[str, str] | None
    is_repair: bool
    json: str | None = None


def situation_of(request: ModelRequest) -> Situation:
    """Return where a request's conversation stands.

    Args:
        request: Its first message is the person's; calls and results follow.
    """
    asked = text_of(request.messages[0]["content"]) if request.messages else ""
    marked, rest = _marked(asked)
    if request.output_schema is not None and not request.tools:
        # What judges others reads their marks, and has no tools.
        marked = []
    planned = marked or _by_itself(rest, {tool.name for tool in request.tools})
    said = [message for message in request.messages if message["role"] == "assistant"]
    made = [block for message in said for block in blocks_of(message, "tool_use")]
    is_calling = request.tool_choice != NONE and len(made) < len(planned)
    return Situation(
        input=rest,
        call=planned[len(made)] if is_calling else None,
        number=len(made),
        result=(made[-1]["name"], _last_result(request)) if made else None,
        is_repair=bool(said) and not any(blocks_of(said[-1], "tool_use")),
        json=_told_json(rest) if request.output_schema is not None else None,
    )


def _marked(asked: str) -> tuple[list[PlannedCall], str]:
    """Return the calls that an input's marks ask for, and the input without them."""
    calls: list[PlannedCall] = []
    rest: list[str] = []
    at = 0
    while len(calls) < CALLS_MAX and (mark := _MARK.search(asked, at)) is not None:
        end = _end_of_arguments(asked, mark.end())
        if end < 0:
            break
        calls.append(PlannedCall(mark[1], asked[mark.end() : end].strip()))
        rest.append(asked[at : mark.start()])
        at = end + 1
    return calls, " ".join([*rest, asked[at:]])


def _told_json(asked: str) -> str | None:
    """Return the JSON of the first `[json …]` of a text; None if there is none, or what it holds is no JSON."""
    mark = _JSON.search(asked)
    if mark is None:
        return None
    try:
        value, _ = _READER.raw_decode(asked, mark.end())
    except (ValueError, RecursionError):
        return None
    return json.dumps(value, ensure_ascii=False)


def _end_of_arguments(asked: str, start: int) -> int:
    """Return where the bracket is that closes a mark: after its JSON, which may hold brackets; -1 for nowhere."""
    try:
        _, end = _READER.raw_decode(asked, start)
    except (ValueError, RecursionError):
        # No JSON: what a model writes that gets it wrong.
        end = start
    return asked.find("]", end)


def _by_itself(asked: str, offered: set[str]) -> list[PlannedCall]:
    """Return the calls of the built-in tools that a question needs, where they are offered."""
    calls = []
    if "hub__current_time" in offered and _TIME.search(asked):
        calls.append(PlannedCall("hub__current_time", "{}"))
    if "hub__calculate" in offered and (expression := _expression(asked)):
        calls.append(PlannedCall("hub__calculate", json.dumps({"expression": expression})))
    return calls


def _expression(asked: str) -> str:
    """Return the first arithmetic expression of a text; empty if there is none.

    >>> _expression("What is 12*(3+4)?"), _expression("On 2026-11-25 at 10.30"), _expression("Add 2 + 2, please.")
    ('12*(3+4)', '', '2 + 2')
    """
    for found in _SUM.finditer(asked):
        expression = found[0].strip(" .+*/-")
        if len(expression) <= _EXPRESSION_MAX and _IS_SUM.search(expression):
            return expression
    return ""


def _last_result(request: ModelRequest) -> str:
    results: list[dict[str, Any]] = [
        block
        for message in request.messages
        if message["role"] == "user"
        for block in blocks_of(message, "tool_result")
    ]
    return text_of(results[-1].get("content")) if results else ""

"""What the terminal's commands do. Results go to standard output, everything about them to standard error."""

import json
import sys
from collections.abc import Sequence
from typing import Any

from execution_hub.console.hubs import TerminalHub
from execution_hub.domain.agent import SIMULATED
from execution_hub.domain.formats import format_cost, format_duration
from execution_hub.domain.stop_reason import why_cut
from execution_hub.errors import InvalidInput, NotFound

WAIT_SECONDS = 30
WORDS_MAX = 60
ENDED = ("succeeded", "failed", "cancelled")
# The exit status for an answer that a limit cut, and that was kept.
CUT = 3


async def test(hub: TerminalHub, agent: str, text: str) -> int:
    """Test an agent and stream its answer.

    Args:
        hub: The hub.
        agent: Its name, or its number.
        text: The input.

    Returns:
        0 if the execution succeeded, 3 if a limit cut its answer, else 1.
    """
    found = _choose("agent", agent, await hub.agents())
    return await follow(hub, await hub.start_test(found["id"], text))


async def run(hub: TerminalHub, workflow: str, text: str) -> int:
    """Run a workflow, tell its steps, and print its output.

    Args:
        hub: The hub.
        workflow: Its name, or its number.
        text: The input.

    Returns:
        0 if the execution succeeded, 3 if a limit cut an answer it was made from, else 1.
    """
    found = _choose("workflow", workflow, await hub.workflows())
    return await follow(hub, await hub.start_run(found["id"], text))


async def follow(hub: TerminalHub, execution: dict[str, Any]) -> int:
    """Tell what happens in an execution until it has ended.

    Returns:
        0 if it succeeded, 3 if a limit cut its answer, else 1.
    """
    execution_id, after = execution["id"], 0
    _tell(f"Execution {execution_id}: {execution['name']}")
    printer = _Printer(is_streaming=execution["execution_type"] == "agent_test")
    while True:
        page = await hub.events(execution_id, after, WAIT_SECONDS)
        for event in page["events"]:
            after = event["seq"]
            printer.take(event)
        if after >= page["last_seq"]:
            execution = await hub.execution(execution_id)
            if execution["status"] in ENDED and execution["last_seq"] <= after:
                return printer.end(execution)


async def list_executions(hub: TerminalHub, query: dict[str, str], *, is_json: bool) -> int:
    """Print the newest executions, a line each."""
    found = await hub.executions(query)
    if is_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    rows = [("ID", "STATUS", "TYPE", "NAME", "TIME", "INPUT")]
    rows += [
        (
            str(each["id"]),
            f"{each['status']}{', cut' if _is_cut(each) else ''}",
            each["execution_type"],
            _short(each["name"], 30),
            "" if each["duration_ms"] is None else format_duration(each["duration_ms"]),
            _short(each["error"] or each["input"], WORDS_MAX),
        )
        for each in found
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip())
    return 0


async def show(hub: TerminalHub, execution_id: int, *, is_following: bool, is_json: bool) -> int:
    """Print an execution; following, tell what happens in it until it has ended.

    Returns:
        0; following, as `follow`.
    """
    execution = await hub.execution(execution_id)
    if is_following:
        return await follow(hub, execution)
    if is_json:
        print(json.dumps(execution, ensure_ascii=False, indent=2))
        return 0
    usage = execution["usage"]
    _tell(f"Execution {execution['id']}: {execution['name']}, {execution['execution_type']}, {execution['status']}")
    if _is_cut(execution):
        _tell(_why_cut(execution))
    if execution["duration_ms"] is not None:
        _tell(f"Took {format_duration(execution['duration_ms'])}, attempt {execution['attempt']}.")
    _tell(_usage_words(usage, is_free=execution["model"] == SIMULATED))
    for step in execution["steps"]:
        _tell(f"  {step['name']}: {step['status']}{_reason(step)}{_cut_of(step)}")
    if execution["error"]:
        _tell(execution["error"])
    if execution["output"]:
        print(execution["output"])
    return 0


async def rerun(hub: TerminalHub, execution_id: int, text: str | None, *, is_as_ran: bool) -> int:
    """Run an execution again and tell what happens, as `test` and `run` do.

    Args:
        hub: The hub.
        execution_id: Which one.
        text: Another input; None for the same.
        is_as_ran: With what it ran with; else with the agent or workflow of today.

    Returns:
        As `follow`.
    """
    return await follow(hub, await hub.rerun(execution_id, text, is_as_ran=is_as_ran))


async def cancel(hub: TerminalHub, execution_ids: Sequence[int]) -> int:
    """Cancel executions."""
    for execution_id in execution_ids:
        execution = await hub.cancel(execution_id)
        done = "Cancelled" if execution["status"] == "cancelled" else "Asked to stop"
        _tell(f"{done}: execution {execution_id}.")
    return 0


async def prune(hub: TerminalHub) -> int:
    """Remove what is past the retention."""
    removed = await hub.prune()
    print(f"Removed {removed} executions.")
    return 0


class _Printer:
    """Tells events as they come: an agent's words as they are, of a workflow only what its steps do."""

    def __init__(self, *, is_streaming: bool) -> None:
        self._is_streaming = is_streaming
        self._is_in_line = False

    def take(self, event: dict[str, Any]) -> None:
        kind, data = event["kind"], event["data"]
        if kind == "text" and self._is_streaming:
            print(_plain(data["text"]), end="", flush=True)
            self._is_in_line = not data["text"].endswith("\n")
        elif kind == "step":
            self._tell(f"  {data['name']}: {data['status']}{_reason(data)}{_cut_of(data)}")
        elif kind == "retry":
            self._tell(f"  {_plain(data['message'])} Tried again in {data['seconds']} s.")
        elif kind == "status" and data["status"] in ("waiting", "pending") and event["seq"] > 1:
            self._tell(f"  {data['status']}{_reason(data)}")

    def end(self, execution: dict[str, Any]) -> int:
        self._break()
        if not self._is_streaming and execution["output"]:
            print(_plain(execution["output"]))
        if execution["status"] != "succeeded":
            _tell(f"{execution['status']}: {_plain(execution['error'] or '')}".rstrip(": "))
            return 1
        if _is_cut(execution):
            _tell(_why_cut(execution))
            return CUT
        return 0

    def _tell(self, text: str) -> None:
        self._break()
        _tell(text)

    def _break(self) -> None:
        if self._is_in_line:
            print(flush=True)
            self._is_in_line = False


def _choose(noun: str, word: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    found = [each for each in items if word in (str(each["id"]), each["name"])]
    found = found or [each for each in items if each["name"].casefold() == word.casefold()]
    if not found:
        known = ", ".join(each["name"] for each in items) or "none"
        raise NotFound(f"There is no {noun} {word!r}. There are: {known}.")
    if len(found) > 1:
        numbers = ", ".join(str(each["id"]) for each in found)
        raise InvalidInput(noun, f"Several are called {word!r}: give a number, one of {numbers}.")
    return found[0]


def _reason(told: dict[str, Any]) -> str:
    reason = told.get("message") or told.get("error") or told.get("comment") or told.get("reason")
    return f" ({_plain(_short(reason, 200))})" if reason else ""


def _is_cut(execution: dict[str, Any]) -> bool:
    """Tell whether an answer was cut and kept; one that failed for it says so in its error."""
    return bool(execution["status"] == "succeeded" and execution["is_cut"])


def _why_cut(execution: dict[str, Any]) -> str:
    if execution["steps"]:
        names = ", ".join(step["name"] for step in execution["steps"] if step["is_cut"])
        return f"Made from an answer that was cut, that of {names}."
    words = _plain(why_cut(execution["stop_reason"], execution["definition"].get("max_tokens") or 0))
    return f"{words[:1].upper()}{words[1:]}."


def _cut_of(step: dict[str, Any]) -> str:
    """Say that the answer of a step is cut, of the step itself or of what the log says of it."""
    is_cut = step["status"] == "succeeded" and step.get("is_cut")
    return f" ({_plain(why_cut(step['stop_reason']))})" if is_cut else ""


def _usage_words(usage: dict[str, Any], *, is_free: bool) -> str:
    tokens = ["unknown" if usage[name] is None else str(usage[name]) for name in ("input_tokens", "output_tokens")]
    known = usage["cost_usd"] is not None
    cost = f", {format_cost(usage['cost_usd'])}" if known else "" if is_free else ", cost unknown"
    least = "at least " if usage["is_partial"] and tokens != ["unknown", "unknown"] else ""
    return f"Tokens: {least}{tokens[0]} in, {tokens[1]} out{cost}."


def _short(text: str, limit: int) -> str:
    text = _plain(" ".join(text.split()))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _plain(text: str) -> str:
    """Return a text without what a terminal would obey: model output is never a command."""
    return "".join(letter for letter in text if letter in "\n\t" or letter.isprintable())


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)

"""What the terminal's commands do. Results go to standard output, everything about them to standard error."""

import json
import sys
from collections.abc import Sequence
from typing import Any

from execution_hub.console.hubs import TerminalHub
from execution_hub.domain.formats import format_cost, format_duration
from execution_hub.errors import InvalidInput, NotFound

WAIT_SECONDS = 30
WORDS_MAX = 60
ENDED = ("succeeded", "failed", "cancelled")


async def test(hub: TerminalHub, agent: str, text: str) -> int:
    """Test an agent and stream its answer.

    Args:
        hub: The hub.
        agent: Its name, or its number.
        text: The input.

    Returns:
        0 if the execution succeeded, else 1.
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
        0 if the execution succeeded, else 1.
    """
    found = _choose("workflow", workflow, await hub.workflows())
    return await follow(hub, await hub.start_run(found["id"], text))


async def follow(hub: TerminalHub, execution: dict[str, Any]) -> int:
    """Tell what happens in an execution until it has ended.

    Returns:
        0 if it succeeded, else 1.
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
            each["status"],
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
        0; following, 0 only if it succeeded.
    """
    execution = await hub.execution(execution_id)
    if is_following:
        return await follow(hub, execution)
    if is_json:
        print(json.dumps(execution, ensure_ascii=False, indent=2))
        return 0
    usage = execution["usage"]
    _tell(f"Execution {execution['id']}: {execution['name']}, {execution['execution_type']}, {execution['status']}")
    if execution["duration_ms"] is not None:
        _tell(f"Took {format_duration(execution['duration_ms'])}, attempt {execution['attempt']}.")
    cost = "" if usage["cost_usd"] is None else f", {format_cost(usage['cost_usd'])}"
    _tell(f"Tokens: {usage['input_tokens']} in, {usage['output_tokens']} out{cost}.")
    for step in execution["steps"]:
        _tell(f"  {step['name']}: {step['status']}{_reason(step)}")
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
        0 if the new execution succeeded, else 1.
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
            self._tell(f"  {data['name']}: {data['status']}{_reason(data)}")
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
        return 0 if execution["status"] == "succeeded" else 1

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


def _short(text: str, limit: int) -> str:
    text = _plain(" ".join(text.split()))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _plain(text: str) -> str:
    """Return a text without what a terminal would obey: model output is never a command."""
    return "".join(letter for letter in text if letter in "\n\t" or letter.isprintable())


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)

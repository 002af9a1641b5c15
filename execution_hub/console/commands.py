"""What the terminal's commands do. Results go to standard output, everything about them to standard error.

With `is_json` the result is one JSON value as on the wire, and the exit code is the same.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from execution_hub.console.answering import words_of
from execution_hub.console.catalogue import tell_more
from execution_hub.console.hubs import TerminalHub
from execution_hub.console.terminal import excerpt, say, say_json, say_table, tell
from execution_hub.domain.agent import SIMULATED
from execution_hub.domain.folding import fold
from execution_hub.domain.formats import counted, format_cost, format_duration
from execution_hub.domain.stop_reason import why_cut
from execution_hub.errors import InvalidInput, NotFound
from execution_hub.runners.port import ExecutionType

WAIT_SECONDS = 30
WORDS_MAX = 60
CALL_MAX = 100
ENDED = ("succeeded", "failed", "cancelled")
# The exit status for an answer that a limit cut, and that was kept.
CUT = 3


async def start(hub: TerminalHub, kind: ExecutionType, target: str | None, text: str, *, is_json: bool = False) -> int:
    """Start an execution of a type and tell what happens in it, and its output.

    Args:
        hub: The hub.
        kind: The type, which has a command.
        target: The name or number of what it belongs to; None for a type that belongs to nothing.
        text: The input.
        is_json: Print the execution as it ended, and no answer before.

    Returns:
        0 if the execution succeeded, 3 if a limit cut its answer, else 1.
    """
    command = kind.command
    assert command is not None, "it was called by its word"
    parameters: dict[str, Any] = {command.parameter: text}
    if command.noun is not None and target is not None:
        parameters[f"{command.noun}_id"] = choose(command.noun, target, await hub.every(command.noun))["id"]
    return await follow(hub, await hub.start(kind.name, parameters), is_json=is_json)


async def follow(hub: TerminalHub, execution: dict[str, Any], *, is_json: bool = False) -> int:
    """Tell what happens in an execution until it has ended.

    Returns:
        0 if it succeeded, 3 if a limit cut its answer, else 1.
    """
    tell(f"Execution {execution['id']}: {execution['name']}")
    printer = _Printer(execution["id"], is_json=is_json)
    return printer.end(await _until_ended(hub, execution["id"], printer.take))


async def follow_lines(hub: TerminalHub, execution: dict[str, Any]) -> int:
    """Print each event of an execution as a line of JSON until it has ended, and last the execution.

    Returns:
        0 if it succeeded, else 1.
    """
    ended = await _until_ended(hub, execution["id"], lambda event: say_json(event, in_one_line=True))
    say_json(ended, in_one_line=True)
    return _exit_code(ended)


async def _until_ended(hub: TerminalHub, execution_id: int, take: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Hand on every event of an execution and return it as it ended."""
    after = 0
    while True:
        page = await hub.events(execution_id, after, WAIT_SECONDS)
        for event in page["events"]:
            after = event["seq"]
            take(event)
        if after >= page["last_seq"]:
            execution = await hub.execution(execution_id)
            if execution["status"] in ENDED and execution["last_seq"] <= after:
                return execution


async def list_executions(hub: TerminalHub, query: dict[str, str], *, is_json: bool) -> int:
    """Print the newest executions, a line each."""
    found = await hub.executions(query)
    if is_json:
        say_json(found)
        return 0
    rows = [("ID", "STATUS", "TYPE", "NAME", "TIME", "INPUT")]
    rows += [
        (
            str(each["id"]),
            f"{each['status']}{', cut' if _is_cut(each) else ''}",
            each["execution_type"],
            excerpt(each["name"], 30),
            "" if each["duration_ms"] is None else format_duration(each["duration_ms"]),
            excerpt(each["error"] or each["input"] or "", WORDS_MAX),
        )
        for each in found["items"]
    ]
    say_table(rows)
    tell_more(found)
    return 0


async def show(hub: TerminalHub, execution_id: int, *, is_following: bool, is_json: bool) -> int:
    """Print an execution; following, tell what happens in it until it has ended.

    Returns:
        0; following, as `follow`.
    """
    execution = await hub.execution(execution_id)
    if is_following:
        return await (follow_lines(hub, execution) if is_json else follow(hub, execution))
    if is_json:
        say_json(execution)
        return 0
    usage = execution["usage"]
    tell(f"Execution {execution['id']}: {execution['name']}, {execution['execution_type']}, {execution['status']}")
    if _is_cut(execution):
        tell(_why_cut(execution))
    if execution["duration_ms"] is not None:
        tell(f"Took {format_duration(execution['duration_ms'])}, attempt {execution['attempt']}.")
    tell(_usage_words(usage, is_free=execution["model"] == SIMULATED))
    for step in execution["steps"]:
        tell(f"  {step['name']}: {step['status']}{_reason(step)}{_cut_of(step)}")
    for call in execution["calls"]:
        tell(f"  {_call_words(call)}")
    if execution["limit"]:
        tell(f"Ended by a limit: {execution['limit']}.")
    if execution["error"]:
        tell(execution["error"])
    if execution["output"]:
        say(execution["output"])
    return 0


async def rerun(
    hub: TerminalHub, execution_id: int, text: str | None, *, is_as_ran: bool, is_json: bool = False
) -> int:
    """Run an execution again and tell what happens, as `start` does.

    Args:
        hub: The hub.
        execution_id: Which one.
        text: Another input; None for the same.
        is_as_ran: With what it ran with; else with the agent or workflow of today.
        is_json: As for `start`.

    Returns:
        As `follow`.
    """
    return await follow(hub, await hub.rerun(execution_id, text, is_as_ran=is_as_ran), is_json=is_json)


async def cancel(hub: TerminalHub, execution_ids: Sequence[int], *, is_json: bool = False) -> int:
    """Cancel executions."""
    executions = []
    for execution_id in execution_ids:
        executions.append(await hub.cancel(execution_id))
        done = "Cancelled" if executions[-1]["status"] == "cancelled" else "Asked to stop"
        tell(f"{done}: execution {execution_id}.")
    if is_json:
        say_json({"items": executions, "next_cursor": None})
    return 0


async def prune(hub: TerminalHub, *, is_json: bool = False) -> int:
    """Remove what is past the retention."""
    removed = await hub.prune()
    if is_json:
        say_json({"removed": removed})
    else:
        say(f"Removed {counted(removed, 'execution')}.")
    return 0


class _Printer:
    """Tells events as they come: an execution's own words as they are, of its steps only what they do."""

    def __init__(self, execution_id: int, *, is_json: bool) -> None:
        self._execution_id = execution_id
        self._is_json = is_json
        # Whether the output has come already, as it was written.
        self._has_output = False
        self._is_in_line = False
        # What each call is called, by its number: its result does not say.
        self._tools: dict[object, str] = {}

    def take(self, event: dict[str, Any]) -> None:
        kind, data = event["kind"], event["data"]
        if kind == "text" and not self._is_json and "step" not in data:
            say(data["text"], end="")
            self._has_output = True
            self._is_in_line = not data["text"].endswith("\n")
        elif kind == "step":
            self._tell(f"  {data['name']}: {data['status']}{_reason(data)}{_cut_of(data)}")
        elif kind in ("turn", "tool_call", "tool_result"):
            number, tool = data.get("number"), _tool_of(data)
            self._tools.setdefault(number, tool)
            self._tell(f"  {_told_of_call(kind, data, tool or self._tools[number])}")
        elif kind == "retry":
            self._tell(f"  {data['message']} Tried again in {data['seconds']} s.")
        elif kind == "held":
            self._tell(f"  Waiting for the provider's limit until {data['until']}.")
        elif kind == "status" and data["status"] in ("waiting", "pending") and event["seq"] > 1:
            is_asking, number = data["status"] == "waiting", self._execution_id
            how = f": answer by execution-hub approve {number}, or reject {number} WHY" if is_asking else ""
            self._tell(f"  {data['status']}{_reason(data)}{how}")

        elif kind == "status" and data["status"] == "running" and "worker" in data:
            self._tell(f"  running at {data['worker']}, attempt {event['attempt']}")

    def end(self, execution: dict[str, Any]) -> int:
        self._break()
        if self._is_json:
            say_json(execution)
        elif not self._has_output and execution["output"]:
            say(execution["output"])
        if execution["status"] != "succeeded":
            tell(f"{execution['status']}: {execution['error'] or ''}".rstrip(": "))
        elif _is_cut(execution):
            tell(_why_cut(execution))
        return _exit_code(execution)

    def _tell(self, text: str) -> None:
        self._break()
        tell(text)

    def _break(self) -> None:
        if self._is_in_line:
            say("")
            self._is_in_line = False


def _exit_code(execution: dict[str, Any]) -> int:
    if execution["status"] != "succeeded":
        return 1
    return CUT if _is_cut(execution) else 0


def choose(noun: str, word: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the one of some objects that a person means.

    Args:
        noun: What they are.
        word: The name or number.
        items: All of them.

    Raises:
        NotFound: It is none of them.
        InvalidInput: Several are called so.
    """
    found = [each for each in items if word in (str(each["id"]), each["name"])]
    found = found or [each for each in items if fold(each["name"]) == fold(word)]
    if not found:
        known = ", ".join(each["name"] for each in items) or "none"
        raise NotFound(f"There is no {noun} {word!r}. There are: {known}.")
    if len(found) > 1:
        numbers = ", ".join(str(each["id"]) for each in found)
        raise InvalidInput(noun, f"Several are called {word!r}: give a number, one of {numbers}.")
    return found[0]


def _call_words(call: dict[str, Any]) -> str:
    step = f"{call['step']}, " if call["step"] else ""
    what = "turn" if call["kind"] == "turn" else excerpt(words_of(call), CALL_MAX)
    result = excerpt(call["result"] or "", CALL_MAX)
    came = f" → {result}" if result and not call["error"] else ""
    return f"{step}{call['number']}: {what}: {call['status']}{_reason(call)}{came}"


def _tool_of(data: dict[str, Any]) -> str:
    return "__".join(str(data[word]) for word in ("server", "tool") if data.get(word))


def _told_of_call(kind: str, data: dict[str, Any], tool: str) -> str:
    step = f"{data['step']}, " if data.get("step") else ""
    given = data.get("arguments") if data.get("status") in ("pending", "waiting") else None
    if given:
        written = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
        tool = f"{tool} {excerpt(written, CALL_MAX)}"
    what = f" {tool}" if tool else " turn" if kind == "turn" else ""
    came = f" → {excerpt(str(data['excerpt']), CALL_MAX)}" if data.get("excerpt") else ""
    status = f" {data['status']}" if data.get("status") else ""
    return f"{step}{data.get('number', '?')}:{what}{status}{_reason(data)}{came}"


def _reason(told: dict[str, Any]) -> str:
    reason = told.get("message") or told.get("error") or told.get("comment") or told.get("reason")
    return f" ({excerpt(reason, 200)})" if reason else ""


def _is_cut(execution: dict[str, Any]) -> bool:
    """Tell whether an answer was cut and kept; one that failed for it says so in its error."""
    return bool(execution["status"] == "succeeded" and execution["is_cut"])


def _why_cut(execution: dict[str, Any]) -> str:
    if execution["steps"]:
        names = ", ".join(step["name"] for step in execution["steps"] if step["is_cut"])
        return f"Made from an answer that was cut, that of {names}."
    words = why_cut(execution["stop_reason"], execution["definition"].get("max_tokens") or 0)
    return f"{words[:1].upper()}{words[1:]}."


def _cut_of(step: dict[str, Any]) -> str:
    """Say that the answer of a step is cut, of the step itself or of what the log says of it."""
    is_cut = step["status"] == "succeeded" and step.get("is_cut")
    return f" ({why_cut(step['stop_reason'])})" if is_cut else ""


def _usage_words(usage: dict[str, Any], *, is_free: bool) -> str:
    tokens = ["unknown" if usage[name] is None else str(usage[name]) for name in ("input_tokens", "output_tokens")]
    known = usage["cost_usd"] is not None
    cost = f", {format_cost(usage['cost_usd'])}" if known else "" if is_free else ", cost unknown"
    least = "at least " if usage["is_partial"] and tokens != ["unknown", "unknown"] else ""
    whose = " by the hub's own prices" if usage.get("is_own_price") else ""
    cached, saved = usage.get("cache_read_tokens"), usage.get("saved_usd") or 0
    less = f" ({format_cost(saved)} saved)" if saved > 0 else ""
    recalled = f", {cached} more read from cache{less}" if cached else ""
    return f"Tokens: {least}{tokens[0]} in, {tokens[1]} out{recalled}{cost}{whose}."

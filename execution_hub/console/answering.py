"""`execution-hub approve`, `reject` and `resolve`: a person's answer to a step, or a call of a tool, that needs it."""

import json
from dataclasses import dataclass
from typing import Any

from execution_hub.console.hubs import TerminalHub
from execution_hub.console.terminal import excerpt, say_json, tell
from execution_hub.errors import Conflict, InvalidInput

QUESTION_MAX = 200


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked.

    Attributes:
        step: The step that waits; empty for a call.
        call: The number of the call; 0 for a step.
        text: What is asked, in a few words.
    """

    step: str = ""
    call: int = 0
    text: str = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return self.step or f"call {self.call}"


async def answer(
    hub: TerminalHub,
    execution_id: int,
    chosen: str | int | None,
    comment: str,
    *,
    is_approved: bool,
    arguments: str | None = None,
    is_for_execution: bool = False,
    is_json: bool = False,
) -> int:
    """Answer what waits, and say which it was and what it asked.

    Args:
        hub: The hub.
        execution_id: Whose step or call.
        chosen: The name of the step, or the number of the call; None for the only one that waits.
        comment: What to say with it; the reason of a rejection.
        is_approved: Approve or reject.
        arguments: What to call a tool with instead, as JSON.
        is_for_execution: Approve the tool for the rest of the execution.
        is_json: Print the execution.

    Raises:
        Conflict: Nothing waits for an answer.
        InvalidInput: Several wait and none was named, a rejection has no reason, or the arguments are no JSON.
    """
    if not is_approved and not comment.strip():
        raise InvalidInput("comment", "Say why: a rejection needs a reason.")
    edited = None if arguments is None else _read(arguments)
    execution = await hub.execution(execution_id)
    asked = _choose(execution, _waiting(execution, "waiting"), chosen)
    if asked.step and (edited is not None or is_for_execution):
        raise InvalidInput("call", f"{asked.step} is a step: it has no arguments, and is answered once.")
    if asked.step:
        answered = await hub.answer(execution_id, asked.step, comment, is_approved=is_approved)
    elif is_approved:
        answered = await hub.approve_call(execution_id, asked.call, comment, edited, is_for_execution=is_for_execution)
    else:
        answered = await hub.reject_call(execution_id, asked.call, comment)
    return _told(hub, answered, "Approved" if is_approved else "Rejected", asked, is_json=is_json)


async def resolve(hub: TerminalHub, execution_id: int, chosen: int | None, how: str, *, is_json: bool = False) -> int:
    """Say what becomes of a call of which nobody knows whether it had its effect; else as `answer`.

    Args:
        hub: The hub.
        execution_id: Whose call.
        chosen: The number of the call; None for the only unknown one.
        how: `run_again`, `tell_agent` or `fail`, also with hyphens.
        is_json: Print the execution.
    """
    execution = await hub.execution(execution_id)
    asked = _choose(execution, _waiting(execution, "unknown"), chosen)
    answered = await hub.resolve_call(execution_id, asked.call, how.replace("-", "_"))
    return _told(hub, answered, "Resolved", asked, is_json=is_json)


def words_of(call: dict[str, Any]) -> str:
    """Return which tool a call is of, and with what it is called."""
    tool = "__".join(word for word in (call["server"], call["tool"]) if word)
    arguments = "" if call["arguments"] is None else json.dumps(call["arguments"], ensure_ascii=False)
    return f"{tool} {arguments}".rstrip()


def _read(arguments: str) -> dict[str, Any]:
    try:
        found = json.loads(arguments)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InvalidInput("arguments", """--arguments is no JSON object. Give one, such as '{"city": "Paris"}'.""")
    return found


def _waiting(execution: dict[str, Any], status: str) -> list[Question]:
    steps = [each for each in execution["steps"] if each["status"] == status]
    calls = [each for each in execution["calls"] if each["status"] == status and not each["resolved"]]
    return [
        *(Question(step=each["name"], text=each["input"] or "") for each in steps),
        *(Question(call=each["number"], text=words_of(each)) for each in calls),
    ]


def _choose(execution: dict[str, Any], waiting: list[Question], chosen: str | int | None) -> Question:
    if chosen is not None:
        named = Question(step=chosen) if isinstance(chosen, str) else Question(call=chosen)
        # What does not wait, the hub says why.
        return next((each for each in waiting if (each.step, each.call) == (named.step, named.call)), named)
    if not waiting:
        raise Conflict(
            f"Execution {execution['id']} waits for no answer: it is {execution['status']}.", id=execution["id"]
        )
    if len(waiting) > 1:
        names = ", ".join(each.name for each in waiting)
        kind, option = ("steps", "--step") if all(each.step for each in waiting) else ("questions", "--step or --call")
        raise InvalidInput("step", f"Several {kind} wait: {names}. Name one with {option}.")
    return waiting[0]


def _told(hub: TerminalHub, answered: dict[str, Any], done: str, asked: Question, *, is_json: bool) -> int:
    text, identity = excerpt(asked.text, QUESTION_MAX), answered["id"]
    tell(f"{done}: {asked.name} of execution {identity}{f' ({text})' if text else ''}.")
    if not hub.is_serving and answered["status"] in ("pending", "running"):
        tell(f"No hub serves: it goes on when one starts, or with execution-hub show {identity} --follow.")
    if is_json:
        say_json(answered)
    return 0

"""`execution-hub approve` and `reject`: a person's answer to a step that waits for it."""

from typing import Any

from execution_hub.console.hubs import TerminalHub
from execution_hub.console.terminal import excerpt, say_json, tell
from execution_hub.errors import Conflict, InvalidInput

QUESTION_MAX = 200


async def answer(
    hub: TerminalHub,
    execution_id: int,
    step: str | None,
    comment: str,
    *,
    is_approved: bool,
    is_json: bool = False,
) -> int:
    """Answer a step that waits, and say which it was and what it asked.

    Args:
        hub: The hub.
        execution_id: Whose step.
        step: Its name; None for the only one that waits.
        comment: What to say with it; the reason of a rejection.
        is_approved: Approve or reject.
        is_json: Print the execution.

    Raises:
        Conflict: Nothing waits for an answer.
        InvalidInput: Several steps wait and none was named, or a rejection has no reason.
    """
    if not is_approved and not comment.strip():
        raise InvalidInput("comment", "Say why: a rejection needs a reason.")
    execution = await hub.execution(execution_id)
    waiting = {each["name"]: each for each in execution["steps"] if each["status"] == "waiting"}
    name = step or _only(execution, list(waiting))
    answered = await hub.answer(execution_id, name, comment, is_approved=is_approved)
    done = "Approved" if is_approved else "Rejected"
    asked = excerpt(waiting[name]["input"] or "", QUESTION_MAX) if name in waiting else ""
    tell(f"{done}: {name} of execution {execution_id}{f' ({asked})' if asked else ''}.")
    if not hub.is_serving and answered["status"] in ("pending", "running"):
        tell(f"No hub serves: it goes on when one starts, or with execution-hub show {execution_id} --follow.")
    if is_json:
        say_json(answered)
    return 0


def _only(execution: dict[str, Any], waiting: list[str]) -> str:
    if not waiting:
        raise Conflict(
            f"Execution {execution['id']} waits for no answer: it is {execution['status']}.", id=execution["id"]
        )
    if len(waiting) > 1:
        raise InvalidInput("step", f"Several steps wait: {', '.join(waiting)}. Name one with --step.")
    return waiting[0]

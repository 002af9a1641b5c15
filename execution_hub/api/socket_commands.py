"""What a client of `/ws/executions` may ask for: an object with a `type` is a command, all else a heartbeat."""

import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from execution_hub.api.bodies import Body
from execution_hub.api.errors import problem_of
from execution_hub.api.params import NUMBER_MAX
from execution_hub.errors import HubError, InvalidInput
from execution_hub.hub.hub import current_hub

Number = Annotated[int, Field(ge=-NUMBER_MAX, le=NUMBER_MAX)]


class _Command(Body):
    type: str
    id: Number


class _Answer(_Command):
    """To a call of a tool, or to an approval of a workflow."""

    call: Number | None = None
    step: str | None = None
    comment: str = ""

    @property
    def name(self) -> str:
        """The step that is answered where it is no call."""
        if (self.call is None) == (self.step is None):
            raise InvalidInput("call", "Give either call, the number of a call, or step, the name of an approval.")
        return self.step or ""


class _Approval(_Answer):
    arguments: dict[str, Any] | None = None
    for_this_execution: bool = False


class _Resolution(_Command):
    call: Number
    how: Literal["run_again", "tell_agent", "fail"]


async def answer_to(text: str) -> dict[str, Any] | None:
    """Return the answer to a client's message.

    A command that is obeyed has no answer of its own: the update says it, to everybody.
    """
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return {"type": "pong"}
    if not isinstance(message, dict) or "type" not in message or message["type"] == "ping":
        return {"type": "pong"}
    kind = message["type"]
    obey = _COMMANDS.get(kind) if isinstance(kind, str) else None
    if obey is None:
        words = f"This hub knows the commands ping, {', '.join(_COMMANDS)}."
        return _error("unknown_command", words, {"type": str(kind)[:100]})
    try:
        await obey(message)
    except ValidationError as error:
        words, details = problem_of(error.errors()[0], is_request=False)
        return _error(InvalidInput.code, words, details)
    except HubError as error:
        return _error(error.code, error.message, error.details)
    return None


def _error(code: str, message: str, details: dict[str, Any]) -> dict[str, Any]:
    return {"type": "error", "error": {"code": code, "message": message, "details": details}}


async def _cancel(message: dict[str, Any]) -> None:
    execution_id = message.get("id")
    if isinstance(execution_id, bool) or not isinstance(execution_id, int) or abs(execution_id) > NUMBER_MAX:
        raise InvalidInput("id", 'id is no execution\'s number. Send {"type": "cancel", "id": 12}.')
    await current_hub().executions.cancel(execution_id)


async def _approve(message: dict[str, Any]) -> None:
    asked, executions = _Approval.model_validate(message), current_hub().executions
    name = asked.name
    if asked.call is None:
        if asked.arguments is not None or asked.for_this_execution:
            raise InvalidInput("arguments", "Only a call has arguments, and can be approved for an execution.")
        await executions.answer_step(asked.id, name, is_approved=True, comment=asked.comment)
        return
    is_for_all = asked.for_this_execution
    await executions.approve_call(
        asked.id, asked.call, arguments=asked.arguments, is_for_execution=is_for_all, comment=asked.comment
    )


async def _reject(message: dict[str, Any]) -> None:
    asked, executions = _Answer.model_validate(message), current_hub().executions
    name = asked.name
    if asked.call is None:
        await executions.answer_step(asked.id, name, is_approved=False, comment=asked.comment)
    else:
        await executions.reject_call(asked.id, asked.call, comment=asked.comment)


async def _resolve(message: dict[str, Any]) -> None:
    asked = _Resolution.model_validate(message)
    await current_hub().executions.resolve_call(asked.id, asked.call, asked.how)


_COMMANDS: dict[str, Callable[[dict[str, Any]], Awaitable[None]]] = {
    "cancel": _cancel,
    "approve": _approve,
    "reject": _reject,
    "resolve": _resolve,
}

"""What people answer to calls of tools, and what becomes of the executions that wait for it."""

from dataclasses import replace
from typing import Any

import pytest

from execution_hub.domain.call import ARGUMENTS_MAX, Call, CallStatus, Resolution
from execution_hub.domain.event import EventKind
from execution_hub.domain.status import Status
from execution_hub.errors import Conflict, InvalidInput, NotFound
from execution_hub.hub.actor import Actor
from execution_hub.hub.hub import Hub
from tests.support.calls import LOST, SENDS, TURN, asking

EDITED = {"to": "ada@example.com", "text": "Good morning"}


async def calls_of(hub: Hub, execution_id: int) -> dict[int, Call]:
    """Return the calls of an execution by number."""
    return {each.number: each for each in await hub.history.calls(execution_id)}


async def last_told(hub: Hub, execution_id: int) -> dict[str, Any]:
    """Return what the log said last of a call."""
    page = await hub.history.events(execution_id)
    return next(each.data for each in reversed(page.events) if each.kind is EventKind.TOOL_CALL)


async def test_an_approved_call_is_pending_with_the_edited_arguments_and_keeps_the_asked_ones(hub: Hub) -> None:
    """The execution goes back to the queue; the log says that a person edited, and a second answer is too late."""
    execution_id = await asking(hub, TURN, SENDS)
    after = await hub.as_(Actor("ada")).executions.approve_call(execution_id, 2, arguments=EDITED, comment=" fine ")
    assert after.status is Status.PENDING
    call = (await calls_of(hub, execution_id))[2]
    assert (call.status, call.arguments, call.asked_arguments) == (CallStatus.PENDING, EDITED, SENDS.arguments)
    assert (call.comment, call.is_for_execution) == ("fine", False)
    told = await last_told(hub, execution_id)
    assert told == {
        "number": 2,
        "server": "mail",
        "tool": "send",
        "status": "pending",
        "comment": "fine",
        "is_edited": True,
    }
    for late in (hub.executions.approve_call, hub.executions.reject_call):
        with pytest.raises(Conflict, match="Call 2 does not wait for a person: it is pending"):
            await late(execution_id, 2)


async def test_a_yes_for_the_execution_holds_for_what_waits_for_the_same_tool(hub: Hub) -> None:
    """Other tools, and one whose description has changed, are asked about on."""
    same, other = replace(SENDS, number=4), replace(SENDS, number=5, tool="delete")
    changed = replace(SENDS, number=6, digest="b")
    execution_id = await asking(hub, SENDS, same, other, changed)
    await hub.executions.approve_call(execution_id, 2, is_for_execution=True)
    found = await calls_of(hub, execution_id)
    assert {number: each.status.value for number, each in found.items()} == {
        2: "pending",
        4: "pending",
        5: "waiting",
        6: "waiting",
    }
    assert [number for number, each in found.items() if each.is_for_execution] == [2]


async def test_a_rejected_call_is_denied_with_the_reason_while_the_execution_runs_on(hub: Hub) -> None:
    """An answer is taken before the execution waits: it keeps running, and hears of it."""
    execution_id = await asking(hub, SENDS, status=Status.RUNNING)
    after = await hub.executions.reject_call(execution_id, 2, comment="Not today.")
    assert after.status is Status.RUNNING
    call = (await calls_of(hub, execution_id))[2]
    assert (call.status, call.comment) == (CallStatus.DENIED, "Not today.")
    assert call.finished_at is not None
    with pytest.raises(Conflict, match="it is denied"):
        await hub.executions.approve_call(execution_id, 2)


@pytest.mark.parametrize(("how", "status"), [("run_again", "pending"), ("tell_agent", "unknown"), ("fail", "unknown")])
async def test_an_unknown_call_is_resolved_once(hub: Hub, how: str, status: str) -> None:
    """What a person decided is kept; who comes second hears what it was."""
    execution_id = await asking(hub, SENDS, LOST)
    after = await hub.executions.resolve_call(execution_id, 3, how)
    call = (await calls_of(hub, execution_id))[3]
    assert (after.status, call.status.value, call.resolved) == (Status.PENDING, status, Resolution(how))
    assert not call.needs_person
    assert (await last_told(hub, execution_id))["resolved"] == how
    with pytest.raises(Conflict, match=f"Call 3 was resolved already: {how}"):
        await hub.executions.resolve_call(execution_id, 3, "fail")


async def test_what_is_asked_names_the_tool_and_ends_with_the_execution(hub: Hub) -> None:
    """A waiting call and an unknown one are asked about; after a stop neither is, and an answer says why."""
    execution_id = await asking(hub, TURN, SENDS, LOST)
    asked = (await hub.history.asked([execution_id]))[execution_id]
    assert [(each.number, each.status.value, each.tool) for each in asked if not hasattr(each, "name")] == [
        (2, "waiting", "send"),
        (3, "unknown", "send"),
    ]
    await hub.executions.cancel(execution_id)
    assert (await hub.history.asked([execution_id]))[execution_id] == []
    found = await calls_of(hub, execution_id)
    assert [each.status.value for each in found.values()] == ["succeeded", "cancelled", "cancelled"]
    with pytest.raises(Conflict, match="has ended: cancelled"):
        await hub.executions.approve_call(execution_id, 2)


async def test_an_answer_that_does_not_fit_says_so_and_changes_nothing(hub: Hub) -> None:
    """Arguments too deep, too long or no JSON; a call that is not there; the wrong way to answer."""
    execution_id = await asking(hub, TURN, SENDS, LOST)
    deep: Any = {}
    for _ in range(70):
        deep = {"a": [deep]}
    wrong = [deep, {"a": "x" * ARGUMENTS_MAX}, {"a": float("nan")}, {"a": "\ud800"}, [1], "{}", {"a": object()}]
    for each in wrong:
        with pytest.raises(InvalidInput, match="arguments"):
            await hub.executions.approve_call(execution_id, 2, arguments=each)
    for number in (9, 0, -1, 2**40):
        with pytest.raises(NotFound, match="There is no call"):
            await hub.executions.approve_call(execution_id, number)
    with pytest.raises(NotFound):
        await hub.executions.approve_call(execution_id + 1, 2)
    with pytest.raises(Conflict, match="Call 3 is unknown"):
        await hub.executions.approve_call(execution_id, 3)
    with pytest.raises(Conflict, match="Approve or reject it"):
        await hub.executions.resolve_call(execution_id, 2, "fail")
    with pytest.raises(Conflict, match="it is succeeded"):
        await hub.executions.approve_call(execution_id, 1)
    with pytest.raises(InvalidInput, match="run_again, tell_agent, fail"):
        await hub.executions.resolve_call(execution_id, 3, "shrug")
    assert [each.status.value for each in (await calls_of(hub, execution_id)).values()] == [
        "succeeded",
        "waiting",
        "unknown",
    ]


class Schemas:
    """Knows one tool, which wants an address."""

    def find(self, server: str, tool: str) -> str | None:
        """See ToolSchemas."""
        return tool if server == "mail" else None

    async def check(self, tool: Any, arguments: Any) -> str | None:
        """See ToolSchemas."""
        return None if "to" in arguments else f"$: 'to' is missing for {tool}"


async def test_edited_arguments_must_fit_a_tool_that_the_hub_knows(hub: Hub) -> None:
    """What does not fit is refused with its path; of a tool that is not there, the runner says it later."""
    execution_id = await asking(hub, SENDS, replace(SENDS, number=4, server="gone"))
    hub.executions._tools = Schemas()
    with pytest.raises(InvalidInput, match="'to' is missing for send"):
        await hub.executions.approve_call(execution_id, 2, arguments={})
    await hub.executions.approve_call(execution_id, 4, arguments={})
    await hub.executions.approve_call(execution_id, 2, arguments={"to": "eve@example.com"})

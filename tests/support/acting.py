"""Executions of agents that act, as they stand in a database: no model is asked, and no tool is called."""

from collections.abc import Sequence
from typing import Any

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.call import Call, CallChange, CallKind, CallStatus
from execution_hub.domain.clock import now
from execution_hub.domain.event import EventKind, NewEvent
from execution_hub.domain.execution import AGENT_TEST, NewExecution
from execution_hub.domain.status import Status
from execution_hub.domain.usage import Usage
from execution_hub.store import writes
from execution_hub.store.database import Connection, Database
from execution_hub.store.intents import Change, Submit

DEFINITION = {
    **AgentDraft("Clock reader", system_prompt="You tell the time.").definition().as_json(),
    "max_turns": 10,
    "max_tool_calls": 30,
}


def turn(number: int, text: str = "", status: CallStatus = CallStatus.SUCCEEDED, **values: Any) -> Call:
    """Return a turn."""
    usage = Usage(1_200, 40, cost_usd=0.0031)
    return Call(number, CallKind.TURN, status=status, output=text, usage=usage, **values)


def tool(number: int, name: str, arguments: dict[str, Any] | None, status: CallStatus, **values: Any) -> Call:
    """Return a call of a tool of the server `time`."""
    size = None if values.get("result") is None else len(values["result"])
    return Call(
        number,
        CallKind.TOOL,
        status=status,
        server=values.pop("server", "time"),
        tool=name,
        arguments=arguments,
        result_chars=values.pop("result_chars", size),
        **values,
    )


def add_acting(
    database: Database,
    calls: Sequence[Call],
    status: Status,
    output: str = "",
    *,
    text: str = "What time is it in Oslo?",
    agent_id: int = 1,
) -> int:
    """Store an agent test with calls, as its runner would have, and return its id."""

    def work(connection: Connection) -> int:
        new = NewExecution(AGENT_TEST, "Clock reader", text, DEFINITION, agent_id=agent_id)
        execution_id = writes.write(connection, Submit(new), now()).execution.id
        writes.write(connection, Change(execution_id, Status.RUNNING), now())
        for each in calls:
            writes.write(connection, told(execution_id, each), now())
        if status is not Status.RUNNING:
            values = {"test_output": output} if output else {}
            writes.write(connection, Change(execution_id, status, values=values), now())
        return execution_id

    return database.write(work)


def told(execution_id: int, call: Call) -> Change:
    """Return the change that stores a call, with what the log says of it."""
    kind = EventKind.TURN if call.kind is CallKind.TURN else EventKind.TOOL_CALL
    data: dict[str, Any] = {"number": call.number, "status": call.status.value}
    if call.kind is CallKind.TOOL:
        data |= {"server": call.server, "tool": call.tool, "name": f"{call.server}__{call.tool}"}
    if call.step is not None:
        data["step"] = call.step
    values: dict[str, Any] = {}
    if call.status not in (CallStatus.PENDING, CallStatus.WAITING):
        values = {"started_at": call.started_at or now(), "finished_at": now() if call.status.is_finished else None}
    return Change(
        execution_id,
        calls=(CallChange(call.number, values, new=call),),
        events=(NewEvent(kind, data),),
    )

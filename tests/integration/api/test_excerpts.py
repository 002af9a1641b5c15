"""Lists carry excerpts: what is long is asked for by itself."""

import json

from sqlalchemy import Connection
from websockets.asyncio.client import connect

from execution_hub.api.socket import OUTPUT_MAX
from execution_hub.domain.clock import now
from execution_hub.domain.execution import AGENT_TEST, EXCERPT_MAX, NewExecution
from execution_hub.domain.status import Status
from execution_hub.store import writes
from execution_hub.store.intents import Change, Submit
from tests.support.api import Api

LONG = "é" * 100_000


def add_long(api: Api) -> int:
    """Store an execution that failed after a long answer to a long question."""

    def work(connection: Connection) -> int:
        new = NewExecution(AGENT_TEST, "Long", LONG, {"model": "simulated"}, agent_id=1)
        execution_id = writes.write(connection, Submit(new), now()).execution.id
        writes.write(connection, Change(execution_id, Status.RUNNING), now())
        values = {"test_output": LONG, "error_message": "e" * 2_000, "meta": {"a": 1}}
        writes.write(connection, Change(execution_id, Status.FAILED, values=values), now())
        return execution_id

    return int(api.hub._database.write(work))


async def test_a_list_carries_excerpts(api: Api) -> None:
    """Of input, output and error; all else is there. `full=1` gives all, and so does the execution itself."""
    execution_id = add_long(api)
    (row,) = (await api.call("GET", "/api/executions"))[1]["items"]
    assert (row["input"], row["output"]) == (LONG[:EXCERPT_MAX], LONG[:EXCERPT_MAX])
    assert (row["error"], row["is_excerpt"], row["meta"]) == ("e" * EXCERPT_MAX, True, {"a": 1})
    assert EXCERPT_MAX == 200
    (whole,) = (await api.call("GET", "/api/executions?full=1"))[1]["items"]
    assert (whole["input"], whole["output"], whole["error"]) == (LONG, LONG, "e" * 2_000)
    assert whole["is_excerpt"] is False
    assert whole.keys() == row.keys()
    one = (await api.call("GET", f"/api/executions/{execution_id}"))[1]
    assert (one["output"], one["is_excerpt"]) == (LONG, False)


async def test_changes_carry_excerpts(api: Api) -> None:
    """`changed_after` as the list; `full=1` gives all."""
    add_long(api)
    (row,) = (await api.call("GET", "/api/executions?changed_after=0"))[1]["items"]
    assert (row["output"], row["is_excerpt"]) == (LONG[:EXCERPT_MAX], True)
    (whole,) = (await api.call("GET", "/api/executions?changed_after=0&full=1"))[1]["items"]
    assert (whole["output"], whole["is_excerpt"]) == (LONG, False)


async def test_the_socket_cuts_an_output_at_64_kb(api: Api) -> None:
    """Of its bytes, between two characters; in the backlog, too."""
    execution_id = add_long(api)
    async with connect(f"{api.socket_url}?client_id=a&after=0") as socket:
        told = json.loads(await socket.recv())["data"]
    assert told["id"] == execution_id
    assert told["output"] == "é" * (OUTPUT_MAX // 2)
    assert len(told["output"].encode()) <= OUTPUT_MAX == 65_536

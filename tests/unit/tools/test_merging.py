"""The tools of several processes as one list."""

from datetime import UTC, datetime

from execution_hub.tools.merging import from_json, merged, to_json
from execution_hub.tools.port import ToolServer, tool_of

ADD = tool_of("desk", "add", "Adds.", {"type": "object"}, {"readOnlyHint": True})
READY = ToolServer("desk", "ready", "", (ADD,), datetime(2026, 5, 5, tzinfo=UTC))


def test_a_server_that_several_run_comes_once_and_ready_if_one_of_them_is() -> None:
    failed = ToolServer("desk", "failed", "It died.")
    (found,) = merged({"one:1": [failed], "two:2": [READY]})
    assert (found.status, found.tools, found.error) == ("ready", (ADD,), "one:1: It died.")
    assert merged({"one:1": [READY], "two:2": [READY]}) == (READY,)


def test_what_processes_describe_differently_is_refused_by_name() -> None:
    other = ToolServer("desk", "ready", "", (tool_of("desk", "add", "Subtracts.", {"type": "object"}),))
    (found,) = merged({"one:1": [READY], "two:2": [other]})
    assert found.status == "failed"
    assert "one:1 and two:2 describe its tool add differently" in found.error


def test_servers_come_back_from_json_as_they_were() -> None:
    servers = (READY, ToolServer("hub", "starting"))
    assert from_json(to_json(servers)) == servers

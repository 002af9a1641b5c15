"""Tools of several processes: those that only serve show what the others run."""

import sys
from pathlib import Path
from typing import Any

from tests.support.cluster import Cluster, name_of, runs_at, started_by
from tests.support.server import HubProcess, poll
from tests.support.tool_servers import SUPPORT, desk, write_file


def servers(web: HubProcess) -> dict[str, dict[str, Any]]:
    return {each["server"]: each for each in web.call("GET", "/api/tools")[1]["items"]}


def test_a_web_process_shows_the_tools_of_workers_and_refuses_what_differs(cluster: Cluster, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    cluster.worker(HUB_MCP_FILE=str(write_file(first, {"desk": desk(first)})))
    web = cluster.web()
    shown = poll(lambda: (found := servers(web).get("desk", {})).get("status") == "ready" and found)
    assert shown["tools"]
    assert web.call("POST", f"/api/tools/desk/{shown['tools'][0]['name']}/try", {"arguments": {}})[0] in (409, 422)
    status, tried = web.call("POST", "/api/tools/hub/calculate/try", {"arguments": {"expression": "6 * 7"}})
    assert (status, tried["text"]) == (200, "42")

    other = {"command": sys.executable, "args": [str(second / "other_desk.py")]}
    (second / "other_desk.py").write_text(
        (SUPPORT / "mcp_desk.py").read_text().replace("Looks a word up", "Looks words up")
    )
    cluster.worker(HUB_MCP_FILE=str(write_file(second, {"desk": other})))
    refused = poll(lambda: (found := servers(web)["desk"])["status"] == "failed" and found)
    assert "differently" in refused["error"]


def test_an_execution_is_left_to_a_worker_that_has_its_tools(cluster: Cluster, tmp_path: Path) -> None:
    """Where nobody has them any more it fails, and says why."""
    lacking, having = cluster.worker(), cluster.worker(HUB_MCP_FILE=str(write_file(tmp_path, {"desk": desk(tmp_path)})))
    web = cluster.web()
    without = web.agent_id()
    shown = poll(lambda: (found := servers(web).get("desk", {})).get("status") == "ready" and found)
    tools = [{"server": "desk", "tool": shown["tools"][0]["name"], "approval": "auto"}]
    status, agent = web.call("POST", "/api/agents", {"name": "Clerk", "model": "simulated", "tools": tools})
    assert status == 201
    steps = [{"name": "ask", "agent_id": agent["id"], "input": "[fast] {input}"}]
    status, workflow = web.call("POST", "/api/workflows", {"name": "Office", "steps": steps})
    assert status == 201
    started = [web.start_test(f"[fast] {number}", agent["id"]) for number in range(6)]
    runs = [web.call("POST", f"/api/workflows/{workflow['id']}/run", {"input": "hello"})[1]["id"] for _ in range(2)]
    for each in (*started, *runs):
        assert web.ended(each)["status"] == "succeeded"
        assert started_by(web, each) == [name_of(having)]
    poll(lambda: runs_at(web, web.start_test("[fast] hello", without)) == name_of(lacking))

    having.kill()
    found = web.ended(web.start_test("[fast] hello", agent["id"]))
    assert (found["status"], found["error_code"]) == ("failed", "tool_missing")

"""Tools of several processes: those that only serve show what the others run."""

import sys
from pathlib import Path
from typing import Any

from tests.support.cluster import Cluster
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

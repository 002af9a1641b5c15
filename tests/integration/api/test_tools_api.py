"""The tools of agents over HTTP."""

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from execution_hub.console.checking import check
from execution_hub.hub.hub import Hub
from tests.support.api import Api
from tests.support.hub import eventually, make_settings
from tests.support.tool_servers import holds, write_file


async def try_it(api: Api, path: str, body: object) -> tuple[int, dict]:
    """Try a tool."""
    status, answer = await api.call("POST", f"/api/tools/{path}/try", json=body)
    return status, answer


async def test_the_tools_are_listed_and_tried_without_a_model(api: Api) -> None:
    """What they say of a mistake is a result; what does not fit never reaches them."""
    status, answer = await api.call("GET", "/api/tools")
    (hub,) = answer["items"]
    assert (status, hub["server"], hub["status"], hub["error"]) == (200, "hub", "ready", "")
    calculate = next(tool for tool in hub["tools"] if tool["name"] == "calculate")
    assert calculate["model_name"] == "hub__calculate"
    assert calculate["input_schema"]["required"] == ["expression"]
    assert calculate["hints"]["readOnlyHint"] is True

    fits = await try_it(api, "hub/calculate", {"arguments": {"expression": "6 * 7"}})
    assert fits == (200, {"text": "42", "is_error": False, "chars": 2})
    status, answer = await try_it(api, "hub/calculate", {"arguments": {"expression": "1 / 0"}})
    assert (status, answer["is_error"]) == (200, True)


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("hub/nothing", {"arguments": {}}, 404, "no tool called nothing"),
        ("other/calculate", {"arguments": {}}, 404, "no server of tools called other"),
        (f"{'x' * 3_000}/y", {"arguments": {}}, 404, "no server"),
        ("hub/calculate", {"arguments": {}}, 422, "$: 'expression' is a required property"),
        ("hub/calculate", {"arguments": {"expression": 7}}, 422, "$.expression: 7 is not of type 'string'"),
        ("hub/calculate", {"arguments": {"expression": "1", "more": 1}}, 422, "'more' was unexpected"),
        ("hub/calculate", {"arguments": []}, 422, "arguments"),
        ("hub/calculate", {}, 422, "arguments is missing"),
        ("hub/calculate", {"arguments": {"expression": "1"}, "more": 1}, 422, "more"),
    ],
)
async def test_what_does_not_fit_is_refused_in_words(
    api: Api, path: str, body: object, status: int, words: str
) -> None:
    """With the path of what is wrong."""
    found, answer = await try_it(api, path, body)
    assert found == status
    assert words in answer["error"]["message"]


@pytest.fixture
async def hub_with_servers(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    """Yield a hub whose file names a server that ends at once, with a secret in its last words."""
    monkeypatch.setenv("MCP_TOKEN", "tok-123456789")
    code = "import os, sys; sys.exit('no licence for ' + os.environ['TOKEN'])"
    servers = {"broken": {"command": sys.executable, "args": ["-c", code], "env": {"TOKEN": "${MCP_TOKEN}"}}}
    hub = await Hub.open(make_settings(data_dir, HUB_MCP_FILE=str(write_file(data_dir, servers))))
    yield hub
    await hub.close()


async def test_a_failing_server_never_stops_the_hub_and_tells_why_without_its_secret(hub_with_servers: Hub) -> None:
    """It is shown, and tried again."""
    tools = hub_with_servers.tools
    broken = await eventually(holds(lambda: next((each for each in tools.servers() if each.status == "failed"), None)))
    assert broken.name == "broken"
    assert broken.error == "Its process ended with exit code 1: no licence for [secret MCP_TOKEN]"


def test_check_tells_what_the_file_names_and_what_is_wrong_with_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before any hub runs."""

    def told(servers: dict) -> dict:
        path = write_file(tmp_path, servers)
        check(make_settings(tmp_path / "data", HUB_MCP_FILE=str(path), HUB_PORT=1), is_json=True)
        findings = json.loads(capsys.readouterr().out)["findings"]
        found: dict = next(each for each in findings if each["name"] == "tools")
        return found

    fine = told({"time": {"command": "x"}})
    assert (fine["is_fine"], "the servers time, once the hub runs" in fine["message"]) == (True, True)
    wrong = told({"time": {"args": []}})
    assert (wrong["is_fine"], "server 'time'" in wrong["message"]) == (False, True)

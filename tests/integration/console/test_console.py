"""The terminal against a hub that serves, and one opened for the moment."""

import asyncio
import io
import json
import re
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from execution_hub.cli import _input, main
from execution_hub.console import commands
from execution_hub.console.answering import answer, resolve
from execution_hub.console.catalogue import list_objects
from execution_hub.console.checking import check
from execution_hub.console.hubs import ServedHub
from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.call import CallStatus
from execution_hub.errors import Conflict, InvalidInput, NotFound
from execution_hub.logs import configure_logs, quieten_logs
from execution_hub.runners.registry import execution_types
from execution_hub.version import VERSION
from tests.support import messages_replies as replies
from tests.support.api import Api
from tests.support.calls import LOST, SENDS, TURN, asking
from tests.support.hub import ended, eventually, make_settings
from tests.support.messages_server import MessagesServer
from tests.support.server import free_port
from tests.support.terminal import run

GATES = [
    {"name": "one", "type": "approval", "input": "Is {{ input }} fine?"},
    {"name": "two", "type": "approval", "input": "And this?"},
]


@pytest.fixture
def served(api: Api) -> ServedHub:
    """Return the API of a hub, as the terminal reaches it."""
    return ServedHub(f"http://127.0.0.1:{api.port}")


async def start(hub: ServedHub, execution_type: str, target: str, text: str, *, is_json: bool = False) -> int:
    """Start an execution by the command of its type, and return the exit code."""
    return await commands.start(hub, execution_types()[execution_type], target, text, is_json=is_json)


def own(tmp_path: Path) -> dict[str, str]:
    """Return the settings of a hub that nobody serves."""
    return {"HUB_DATA_DIR": str(tmp_path / "data"), "HUB_PORT": str(free_port())}


def test_a_test_streams_its_answer_and_ends_as_it_ended(tmp_path: Path) -> None:
    """Exit 0 and the answer alone on standard output; 1 for a failure, with the reason on standard error."""
    settings = own(tmp_path)
    done = run("test", "offline helper", "[fast] hello", **settings)
    assert (done.returncode, done.stderr) == (0, "Execution 1: Offline helper\n")
    assert done.stdout.startswith("**Simulated answer.**")
    failed = run("test", "1", "[fast] [fail] hello", **settings)
    assert failed.returncode == 1
    assert "failed: The simulated model was asked to fail" in failed.stderr
    listed = run("list", "--status", "failed", **settings)
    assert listed.stdout.splitlines()[1].split()[:2] == ["2", "failed"]
    assert run("show", "1", **settings).stdout == done.stdout
    wrong = run("test", "nobody", "hello", **settings)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "There are: Claude assistant, Offline helper, Reckoner, Record keeper." in wrong.stderr
    assert run("prune", "--dry-run", **settings).stdout == "0 executions would be removed.\n"


def test_help_names_every_command() -> None:
    """What the contract lists, and what it does."""
    done = run("--help")
    for command in ("serve", "check", "test", "run", "list", "show", "rerun", "cancel", "prune"):
        assert f"  {command} " in done.stdout
    for command in ("approve", "reject", "agents", "workflows"):
        assert re.search(rf"^ +{command}\b", done.stdout, re.MULTILINE)
    told = run("--version")
    assert (told.returncode, told.stdout, told.stderr) == (0, f"execution-hub {VERSION}\n", "")


async def test_a_workflow_tells_its_steps(served: ServedHub, api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    """Steps on standard error, the output on standard output."""
    steps = [{"name": "one", "agent_id": 1, "input": "[fast] {{ input }}"}]
    await api.call("POST", "/api/workflows", json={"name": "Short", "steps": steps})
    assert await start(served, "workflow", "short", "hello") == 0
    told = capsys.readouterr()
    assert "one: running" in told.err and "one: succeeded" in told.err
    assert "**Simulated answer.**" in told.out


async def test_a_served_hub_is_used(served: ServedHub, api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    """Start, list, show, cancel and prune over its API."""
    assert await served.answers()
    slow = (await served.start("agent_test", {"agent_id": 1, "input": "[slow] hello"}))["id"]
    assert await commands.cancel(served, [slow]) == 0
    await ended(api.hub, slow)
    assert await commands.show(served, slow, is_following=True, is_json=False) == 1
    assert await commands.rerun(served, slow, "[fast] again", is_as_ran=True) == 0
    assert await commands.rerun(served, slow, "[fast] today", is_as_ran=False) == 0
    assert (await api.call("GET", f"/api/executions/{slow}"))[1]["reruns"] == [slow + 1, slow + 2]
    assert await commands.list_executions(served, {"status": "cancelled"}, is_json=True) == 0
    assert f'"id": {slow}' in capsys.readouterr().out
    assert await commands.prune(served) == 0
    with pytest.raises(NotFound):
        await commands.show(served, 999, is_following=False, is_json=False)
    with pytest.raises(InvalidInput):
        await served.start("agent_test", {"agent_id": 1, "input": ""})


async def test_a_cut_answer_ends_with_status_three(
    served: ServedHub, api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a test and of a workflow; the list, and whoever shows it, names the limit and the fix."""
    assert await start(served, "agent_test", "1", "[fast] [cut] hello") == 3
    assert "Cut at max_tokens 1024: raise the agent's limit." in capsys.readouterr().err
    assert await commands.show(served, 1, is_following=False, is_json=False) == 0
    assert "Cut at max_tokens 1024" in capsys.readouterr().err
    steps = [{"name": "one", "agent_id": 1, "input": "[fast] [cut] {{ input }}"}]
    await api.call("POST", "/api/workflows", json={"name": "Short", "steps": steps})
    assert await start(served, "workflow", "short", "hello") == 3
    told = capsys.readouterr().err
    assert "one: succeeded (cut at max_tokens" in told
    assert "Made from an answer that was cut, that of one." in told
    assert await commands.list_executions(served, {}, is_json=False) == 0
    assert [line.split()[1:3] for line in capsys.readouterr().out.splitlines()[1:]] == [["succeeded,", "cut"]] * 2


async def test_a_usage_nobody_told_is_unknown_in_the_terminal(
    served: ServedHub, api: Api, messages_server: MessagesServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither 0 nor without a cost; what is known in part is "at least", and the offline model costs nothing."""
    claude = (await api.hub.agents.create(AgentDraft(name="Claude", model="claude-sonnet-5-5"))).id
    messages_server.reply(replies.untold(), replies.untold(output_tokens=7))
    for agent, words in (
        (claude, "Tokens: unknown in, unknown out, cost unknown."),
        (claude, "Tokens: at least unknown in, 7 out, cost unknown."),
        (1, " out."),
    ):
        found = await ended(
            api.hub, (await served.start("agent_test", {"agent_id": agent, "input": "[fast] hello"}))["id"]
        )
        assert await commands.show(served, found.id, is_following=False, is_json=False) == 0
        assert words in capsys.readouterr().err


@pytest.fixture
def quiet() -> Iterator[None]:
    """Keep the log of a hub in this process off standard output, as the command line does."""
    quieten_logs()
    yield
    configure_logs()


async def test_json_is_one_value_in_the_api_s_words(
    served: ServedHub, api: Api, quiet: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command prints what the API would have answered, and nothing else on standard output."""

    def printed() -> Any:
        return json.loads(capsys.readouterr().out)

    asked = "東京　大阪 a\u00a0b"
    assert await start(served, "agent_test", "1", "[fast] [fail] a\u00a0b", is_json=True) == 1
    ran = printed()
    assert (ran["status"], ran["input"]) == ("failed", "[fast] [fail] a\u00a0b")
    assert await start(served, "agent_test", "1", f"[fast] {asked}", is_json=True) == 0
    ran = printed()
    assert asked in ran["output"]
    assert ran == (await api.call("GET", f"/api/executions/{ran['id']}"))[1]
    assert await commands.show(served, ran["id"], is_following=False, is_json=True) == 0
    assert printed() == ran
    assert await commands.list_executions(served, {"limit": "1"}, is_json=True) == 0
    listed = printed()
    assert [each["id"] for each in listed["items"]] == [ran["id"]]
    assert listed["next_cursor"]
    assert await commands.rerun(served, ran["id"], None, is_as_ran=True, is_json=True) == 0
    again = printed()
    assert again["id"] == ran["id"] + 1
    assert await commands.show(served, ran["id"], is_following=True, is_json=True) == 0
    *events, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["seq"] for event in events] == list(range(1, ran["last_seq"] + 1))
    assert last == {**ran, "reruns": [again["id"]]}
    slow = (await served.start("agent_test", {"agent_id": 1, "input": "[slow] hello"}))["id"]
    assert await commands.cancel(served, [slow], is_json=True) == 0
    assert [each["id"] for each in printed()["items"]] == [slow]
    await ended(api.hub, slow)
    assert await commands.prune(served, is_json=True) == 0
    assert printed() == {"removed": 0}


def test_what_failed_is_json_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in own(tmp_path).items():
        monkeypatch.setenv(name, value)
    assert main(("prune", "--dry-run", "--json")) == 0
    assert json.loads(capsys.readouterr().out) == {"removed": 0, "prunable": 0}
    assert main(("check", "--json")) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["is_fine"]
    names = ["settings", "address", "hub", "data", "database", "key", "tools", "node"]
    assert [each["name"] for each in told["findings"]] == names
    monkeypatch.setenv("HUB_PORT", "eighty")
    assert main(("list", "--json")) == 2
    out, err = capsys.readouterr()
    error = json.loads(out)["error"]
    assert (error["code"], error["details"]) == ("bad_setting", {"field": "HUB_PORT"})
    assert err == f"{error['message']}\n"


async def test_our_own_hub_is_reached_past_every_proxy(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead proxy, and a hub that is asked under a public name only."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert await ServedHub(f"http://127.0.0.1:{api.port}").answers()
    assert not await ServedHub(f"http://127.0.0.1:{api.port}", "elsewhere.example.com").answers()
    assert await ServedHub(f"http://127.0.0.1:{api.port}", "localhost").answers()


def test_input_that_is_not_utf_8_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("東京　大阪\n".encode()), "ascii"))
    assert _input("-") == "東京　大阪\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe")))
    with pytest.raises(InvalidInput, match="not UTF-8"):
        _input("-")


async def _waiting(api: Api, steps: list[dict[str, Any]]) -> int:
    """Run a workflow until all of its steps wait, and return the execution."""
    workflow = (await api.call("POST", "/api/workflows", json={"name": "Gates", "steps": steps}))[1]["id"]
    ran = (await api.call("POST", f"/api/workflows/{workflow}/run", json={"input": "tea"}))[1]["id"]

    async def all_wait() -> bool:
        found = (await api.call("GET", f"/api/executions/{ran}"))[1]
        return all(step["status"] == "waiting" for step in found["steps"])

    await eventually(all_wait)
    return int(ran)


async def test_a_step_is_approved_and_rejected_from_the_terminal(
    served: ServedHub, api: Api, quiet: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where several wait one is named, where one waits it need not be; a rejection needs a reason."""
    ran = await _waiting(api, GATES)
    with pytest.raises(InvalidInput, match=r"Several steps wait: one, two\. Name one with --step\."):
        await answer(served, ran, None, "", is_approved=True)
    with pytest.raises(InvalidInput, match="needs a reason"):
        await answer(served, ran, "one", "  ", is_approved=False)
    assert await answer(served, ran, "one", "well", is_approved=True) == 0
    assert capsys.readouterr() == ("", f"Approved: one of execution {ran} (Is tea fine?).\n")
    assert await answer(served, ran, None, "too cold", is_approved=False, is_json=True) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["id"] == ran
    assert told.err == f"Rejected: two of execution {ran} (And this?).\n"
    found = await ended(api.hub, ran)
    assert found.status == "failed" and "too cold" in (found.error or "")
    with pytest.raises(Conflict, match=f"Execution {ran} waits for no answer: it is failed"):
        await answer(served, ran, None, "", is_approved=True)
    with pytest.raises(NotFound):
        await answer(served, 999, None, "", is_approved=True)


async def test_calls_of_tools_are_shown_and_answered_from_the_terminal(
    served: ServedHub, api: Api, quiet: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a line each, with tool, arguments and result; several that wait are told apart by their numbers."""
    evil = replace(SENDS, number=4, tool="wipe", arguments={"path": "\x1b[2J"}, step="write")
    done = replace(SENDS, number=5, status=CallStatus.SUCCEEDED, result="sent\n\x1b[31mred")
    execution_id = await asking(api.hub, TURN, SENDS, LOST, evil, done)
    assert await commands.show(served, execution_id, is_following=False, is_json=False) == 0
    lines = capsys.readouterr().err.splitlines()
    assert "  1: turn: succeeded" in lines
    assert '  2: mail__send {"to": "ada@example.com", "text": "Hello"}: waiting' in lines
    assert '  write, 4: mail__wipe {"path": "\\u001b[2J"}: waiting' in lines
    assert any(line.startswith("  5: mail__send") and line.endswith("succeeded → sent \x1b[31mred") for line in lines)
    with pytest.raises(InvalidInput, match=r"Several questions wait: call 2, call 4\. Name one with --step or --call"):
        await answer(served, execution_id, None, "", is_approved=True)
    with pytest.raises(InvalidInput, match="no JSON object"):
        await answer(served, execution_id, 2, "", is_approved=True, arguments="[1]")
    assert await answer(served, execution_id, 2, "", is_approved=True, arguments='{"to": "eve"}') == 0
    assert f"Approved: call 2 of execution {execution_id} (mail__send" in capsys.readouterr().err
    assert await answer(served, execution_id, None, "Never.", is_approved=False) == 0
    assert await resolve(served, execution_id, None, "tell-agent", is_json=True) == 0
    found = json.loads(capsys.readouterr().out)["calls"]
    assert [each["status"] for each in found[1:4]] == ["pending", "unknown", "denied"]
    assert (found[1]["arguments"], found[2]["resolved"], found[3]["comment"]) == ({"to": "eve"}, "tell_agent", "Never.")
    with pytest.raises(Conflict, match="waits for no answer"):
        await resolve(served, execution_id, None, "fail")
    with pytest.raises(NotFound):
        await answer(served, execution_id, 99, "", is_approved=True)


def test_turns_and_calls_are_told_as_they_come(capsys: pytest.CaptureFixture[str]) -> None:
    """A line each, whatever an event of another version leaves out."""
    printer = commands._Printer(7, is_json=True)
    told: list[tuple[str, dict[str, Any]]] = [
        ("turn", {"number": 1, "status": "running"}),
        (
            "tool_call",
            {
                "number": 2,
                "server": "hub",
                "tool": "calculate",
                "status": "waiting",
                "step": "write",
                "arguments": {"expression": "6 *\n7\x1b[31m"},
            },
        ),
        ("status", {"status": "waiting"}),
        ("tool_call", {"number": 2, "server": "hub", "tool": "calculate", "status": "denied", "comment": "No."}),
        ("tool_result", {"number": 2, "status": "succeeded", "chars": 3, "excerpt": "4\n2"}),
        ("tool_call", {}),
    ]
    for seq, (kind, data) in enumerate(told, 1):
        printer.take({"seq": seq, "kind": kind, "data": data})
    assert capsys.readouterr().err.splitlines() == [
        "  1: turn running",
        """  write, 2: hub__calculate {"expression": "6 *\\n7\\u001b[31m"} waiting""",
        "  waiting: answer by execution-hub approve 7, or reject 7 WHY",
        "  2: hub__calculate denied (No.)",
        "  2: hub__calculate succeeded → 4 2",
        "  ?:",
    ]


def test_an_answer_without_a_served_hub_says_when_it_goes_on(tmp_path: Path) -> None:
    """The words as a person types them; a rejection without a reason is a wrong call."""
    settings = own(tmp_path)
    assert run("reject", "1", **settings).returncode == 2
    assert run("approve", "1", "--step", "a", "--call", "2", **settings).returncode == 2
    assert run("resolve", "1", "shrug", **settings).returncode == 2
    lost = run("resolve", "1", "--call", "3", "run-again", **settings)
    assert (lost.returncode, "There is no execution 1" in lost.stderr) == (1, True)
    done = run("approve", "1", "--step", "review", "fine", **settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no execution 1" in done.stderr
    agents = run("agents", **settings)
    assert agents.stdout.splitlines()[0].split() == ["ID", "NAME", "MODEL", "TOOLS", "DESCRIPTION"]
    assert "Offline helper" in agents.stdout
    wrong = run("workflows", "--limit", "0", **settings)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "limit" in wrong.stderr


async def test_agents_and_workflows_are_listed_in_pages(
    served: ServedHub, api: Api, quiet: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line each, and how to go on; as the API's list with --json."""
    assert await list_objects(served, "agent", 1, None, is_json=False) == 0
    told = capsys.readouterr()
    assert [line.split()[:2] for line in told.out.splitlines()] == [["ID", "NAME"], ["2", "Claude"]]
    cursor = told.err.split("--cursor ")[1].strip()
    assert await list_objects(served, "agent", 25, cursor, is_json=True) == 0
    page = json.loads(capsys.readouterr().out)
    names = ["Offline helper", "Reckoner", "Record keeper"]
    assert ([each["name"] for each in page["items"]], page["next_cursor"]) == (names, None)
    assert await list_objects(served, "workflow", 25, None, is_json=False) == 0
    told = capsys.readouterr()
    assert "STEPS" in told.out and "Reviewed research" in told.out and not told.err


async def test_check_asks_the_hub_that_runs_and_tells_another_one_apart(
    api: Api, tmp_path: Path, quiet: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its version, health and queue, instead of only the lock; another data folder at this port is in the way."""

    async def checked(data_dir: Path) -> tuple[int, str]:
        settings = make_settings(data_dir, HUB_PORT=api.port)
        return await asyncio.to_thread(check, settings), capsys.readouterr().out

    await api.hub.queue.pause(True)
    code, told = await checked(api.hub.settings.data_dir)
    assert code == 0, told
    assert f"Hub: runs at http://127.0.0.1:{api.port}, version {VERSION}, ready. Queue: 0 running, 0 pending" in told
    assert "It is paused" in told
    assert "is in use by that hub." in told and "another" not in told
    code, told = await checked(tmp_path / "other")
    assert code == 1
    assert f"Hub: another one runs at http://127.0.0.1:{api.port} (version {VERSION}" in told
    assert not (tmp_path / "other").exists()


def test_check_says_when_something_else_listens_or_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And what is wrong with the file of prices."""
    assert check(make_settings(tmp_path / "data", HUB_PORT=free_port())) == 0
    assert "Hub: none runs at " in capsys.readouterr().out
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        prices = {"HUB_PRICES_FILE": tmp_path / "none.json"}
        assert check(make_settings(tmp_path / "data", HUB_PORT=other.server_address[1], **prices)) == 1
        told = capsys.readouterr().out
        other.shutdown()
    assert "Hub: none answers at " in told and "HUB_PORT" in told
    assert "Settings: HUB_PRICES_FILE: " in told

"""The terminal against a hub that serves, and one opened for the moment."""

from pathlib import Path

import pytest

from execution_hub.console import commands
from execution_hub.console.hubs import ServedHub
from execution_hub.domain.agent import AgentDraft
from execution_hub.errors import InvalidInput, NotFound
from tests.integration.test_cli import run
from tests.support import messages_replies as replies
from tests.support.api import Api
from tests.support.hub import ended
from tests.support.messages_server import MessagesServer
from tests.support.server import free_port


@pytest.fixture
def served(api: Api) -> ServedHub:
    """Return the API of a hub, as the terminal reaches it."""
    return ServedHub(f"http://127.0.0.1:{api.port}")


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
    assert "There are: Claude assistant, Offline helper." in wrong.stderr
    assert run("prune", "--dry-run", **settings).stdout == "0 executions would be removed.\n"


def test_help_names_every_command() -> None:
    """What the contract lists, and what it does."""
    done = run("--help")
    for command in ("serve", "check", "test", "run", "list", "show", "rerun", "cancel", "prune"):
        assert f"  {command} " in done.stdout


async def test_a_workflow_tells_its_steps(served: ServedHub, api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    """Steps on standard error, the output on standard output."""
    steps = [{"name": "one", "agent_id": 1, "input": "[fast] {{ input }}"}]
    await api.call("POST", "/api/workflows", json={"name": "Short", "steps": steps})
    assert await commands.run(served, "short", "hello") == 0
    told = capsys.readouterr()
    assert "one: running" in told.err and "one: succeeded" in told.err
    assert "**Simulated answer.**" in told.out


async def test_a_served_hub_is_used(served: ServedHub, api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    """Start, list, show, cancel and prune over its API."""
    assert await served.answers()
    slow = (await served.start_test(1, "[slow] hello"))["id"]
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
        await served.start_test(1, "")


async def test_a_cut_answer_ends_with_status_three(
    served: ServedHub, api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a test and of a workflow; the list, and whoever shows it, names the limit and the fix."""
    assert await commands.test(served, "1", "[fast] [cut] hello") == 3
    assert "Cut at max_tokens 1024: raise the agent's limit." in capsys.readouterr().err
    assert await commands.show(served, 1, is_following=False, is_json=False) == 0
    assert "Cut at max_tokens 1024" in capsys.readouterr().err
    steps = [{"name": "one", "agent_id": 1, "input": "[fast] [cut] {{ input }}"}]
    await api.call("POST", "/api/workflows", json={"name": "Short", "steps": steps})
    assert await commands.run(served, "short", "hello") == 3
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
        found = await ended(api.hub, (await served.start_test(agent, "[fast] hello"))["id"])
        assert await commands.show(served, found.id, is_following=False, is_json=False) == 0
        assert words in capsys.readouterr().err


def test_what_a_model_says_is_never_a_command_to_the_terminal() -> None:
    """Escape sequences are dropped, words stay."""
    assert commands._plain("\x1b[31mred\x1b[0m\x07 — 世界\n") == "[31mred[0m — 世界\n"

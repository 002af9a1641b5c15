"""What the hub says of itself: everything that helps, and nothing secret; prices of its own, and what they cost."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.errors import SettingsError
from execution_hub.hub.hub import Hub
from execution_hub.llm.providers import providers
from execution_hub.runners.agent_test import AgentTest
from execution_hub.runners.workflow import WorkflowRun
from execution_hub.settings import Settings
from execution_hub.store import sizes
from execution_hub.store.database import Database
from execution_hub.ui.pages.settings import SettingsState
from tests.support import messages_replies as replies
from tests.support.api import Api, served
from tests.support.hub import ended, make_settings
from tests.support.messages_server import MessagesServer
from tests.support.postgres import PostgresServer
from tests.support.states import page_state

SECRET = "tell-nobody"


async def test_neither_the_api_nor_the_page_tells_a_secret(data_dir: Path, api_app: FastAPI) -> None:
    """Of every setting that can hold one: the key, and what stands in the path of an address."""
    settings = make_settings(
        data_dir,
        ANTHROPIC_API_KEY=f"sk-ant-{SECRET}",
        ANTHROPIC_BASE_URL=f"https://gateway.example.com:8443/{SECRET}/anthropic",
        OPENAI_BASE_URL=f"https://models.example.com/{SECRET}/v1",
        HUB_ALLOWED_HOSTS=f"{SECRET}.example.com,127.0.0.1",
        HUB_ALLOWED_ORIGINS=f"https://{SECRET}.example.com",
    )
    hub = await Hub.open(settings)
    try:
        async with served(hub, api_app) as api:
            status, about = await api.call("GET", "/api/about")
            state = page_state(SettingsState, "/settings")
            await state.load()
            shown = json.dumps({**about, "page": repr([state.hub, state.providers, state.prices])})
            assert about["version"] in shown and state.hub.version
            assert status == 200
            assert SECRET not in shown and "sk-ant" not in shown
            assert about["providers"] == [
                {
                    "name": "Anthropic",
                    "has_key": True,
                    "key_variable": "ANTHROPIC_API_KEY",
                    "host": "gateway.example.com:8443",
                    "host_variable": "ANTHROPIC_BASE_URL",
                    "needs_key": True,
                },
                {
                    "name": "OpenAI",
                    "has_key": False,
                    "key_variable": "OPENAI_API_KEY",
                    "host": "models.example.com",
                    "host_variable": "OPENAI_BASE_URL",
                    "needs_key": False,
                },
            ]
    finally:
        await hub.close()


def test_no_database_of_a_server_and_no_address_tells_its_password() -> None:
    """Where the settings let an address with credentials pass, it would still not be told."""
    lax = Settings.model_construct(
        anthropic_base_url=f"https://me:{SECRET}@gateway.example.com/x", anthropic_api_key=None
    )
    assert [(each.host, each.has_key) for each in providers(lax)][:1] == [("gateway.example.com", False)]


async def test_a_hub_says_what_it_is_and_measures_at_most_once_a_minute(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Path] = []
    measure = sizes.folder_size

    def noted(folder: Path) -> sizes.FolderSize:
        looked.append(folder)
        return measure(folder)

    monkeypatch.setattr(sizes, "folder_size", noted)
    status, about = await api.call("GET", "/api/about")
    assert (status, about["database"], about["transport"]) == (200, "sqlite", "auto")
    assert about["queue"]["max_concurrency"] == about["max_concurrency"] == 10
    assert about["data_dir"] == str(api.hub.settings.data_dir)
    found = about["sizes"]
    assert [each["name"] for each in found["databases"]] == ["hub.sqlite3", "engine.sqlite3"]
    assert 0 < sum(each["bytes"] for each in found["databases"]) <= found["data_bytes"]
    assert (found["executions"], found["is_more"], found["is_partial"]) == (0, False, False)
    assert not any(price["is_own"] for price in about["prices"])
    assert (await api.call("GET", "/api/about"))[1]["sizes"] == found
    assert looked == [api.hub.settings.data_dir]


def test_a_folder_without_end_is_measured_in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links are not followed; what is past the bound is not looked at, and said to be missing."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "file").write_bytes(b"12345")
    (tmp_path / "link").symlink_to("/")
    assert sizes.folder_size(tmp_path) == sizes.FolderSize(5, is_partial=False)
    monkeypatch.setattr(sizes, "ENTRIES_MAX", 1)
    assert sizes.folder_size(tmp_path).is_partial


def _prices(tmp_path: Path, content: Any) -> str:
    file = tmp_path / "prices.json"
    file.write_text(json.dumps(content))
    return str(file)


async def test_a_cost_by_the_hub_s_own_prices_says_so(
    data_dir: Path, tmp_path: Path, messages_server: MessagesServer
) -> None:
    """Of a test, of a step and its workflow, when it is read again; a published price is not marked.

    What its cache saved is kept beside it.
    """
    file = _prices(tmp_path, {"mine": {"input": 1_000, "output": 2_000}})
    settings = make_settings(
        data_dir,
        HUB_PRICES_FILE=file,
        ANTHROPIC_API_KEY="test-key-not-secret",
        ANTHROPIC_BASE_URL=messages_server.url,
    )
    messages_server.default = replies.text(["Hello"])
    hub = await Hub.open(settings)
    try:
        assert "mine" in {each.name for each in hub.models.known()}
        mine = (await hub.agents.create(AgentDraft(name="Mine", model="mine"))).id
        theirs = (await hub.agents.create(AgentDraft(name="Theirs", model="claude-sonnet-5"))).id
        found = await ended(hub, (await hub.executions.start(AgentTest(mine, "hello"))).id)
        assert found.usage.cost_usd is not None and found.usage.is_own_price
        assert found.as_json()["usage"]["is_own_price"] is True
        assert found.meta["request_id"]
        assert found.usage.saved_usd is None
        messages_server.reply(replies.text(["Hello"], usage={"input_tokens": 9, "cache_read_input_tokens": 1_000}))
        other = await ended(hub, (await hub.executions.start(AgentTest(theirs, "hello"))).id)
        assert other.usage.cost_usd is not None and not other.usage.is_own_price
        assert other.as_json()["usage"]["saved_usd"] == pytest.approx(1_000 * 1.8e-6)
        steps = [
            WorkflowStep(name="a", agent_id=mine, input="{{ input }}"),
            WorkflowStep(name="b", agent_id=theirs, input="{{ steps.a.output }}"),
        ]
        workflow = await hub.workflows.create(WorkflowDraft(name="Both", steps=steps))
        ran = await ended(hub, (await hub.executions.start(WorkflowRun(workflow.id, None, "hello"))).id)
        assert ran.usage.is_own_price
        assert [each.usage.is_own_price for each in await hub.history.steps(ran.id)] == [True, False]
    finally:
        await hub.close()


async def test_a_wrong_file_of_prices_stops_the_start_before_anything_is_touched(tmp_path: Path) -> None:
    settings = make_settings(tmp_path / "data", HUB_PRICES_FILE=_prices(tmp_path, {"mine": {"input": -1}}))
    with pytest.raises(SettingsError, match="HUB_PRICES_FILE: 'mine': "):
        await Hub.open(settings)
    assert not (tmp_path / "data").exists()


async def test_the_documentation_is_readable_without_the_internet(api: Api) -> None:
    """Every file the page Settings links to; nothing else by this way."""
    for name in ("readme", "readme-zh", "workflows", "agents", "limits", "security", "reliability", "deploy", "scale"):
        answer = await api.client.get(f"/api/docs/guide/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
        assert answer.text.startswith("# ")
    assert (await api.client.get("/api/docs/guide/readme-en")).text.startswith("# Execution Hub")
    for name in ("..%2F.env", "%2Fetc%2Fpasswd", "architecture", "README.md"):
        assert (await api.client.get(f"/api/docs/guide/{name}")).status_code == 404


def test_a_server_tells_the_size_of_its_database(postgres_server: PostgresServer) -> None:
    """Where the database is no file of the hub's."""
    database = Database(postgres_server.url("postgres"))
    try:
        assert database.read(sizes.server_size) > 1_000_000
    finally:
        database.close()

"""A third execution type is one class and one registration: it starts, runs, repeats and shows like the others."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
import reflex as rx
from websockets.asyncio.client import connect

from execution_hub import cli
from execution_hub.domain.execution import Execution, NewExecution
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.status import Status
from execution_hub.errors import InvalidInput
from execution_hub.hub.hub import Hub
from execution_hub.logs import configure_logs
from execution_hub.runners import registry
from execution_hub.runners.agent_test import AgentTest
from execution_hub.runners.port import Command, ExecutionType, Outcome, RunContext, Start
from execution_hub.store.database import Connection
from execution_hub.ui.components.status import type_word
from execution_hub.ui.pages.dashboard.view import _types
from execution_hub.views.rows import ExecutionRow
from tests.support.api import Api
from tests.support.hub import ended

POEM = "poem"
COLOURS = ("red", "blue")


@dataclass(frozen=True, slots=True)
class Poem(Start):
    """What somebody asks for."""

    execution_type: ClassVar[str] = POEM

    colour: str
    parent_id: int | None = None

    def __post_init__(self) -> None:
        """Check the colour."""
        if self.colour not in COLOURS:
            raise InvalidInput("colour", f"colour is none of {', '.join(COLOURS)}.")

    def prepare(self, connection: Connection) -> NewExecution:
        """See Start."""
        return NewExecution(POEM, "A poem", self.colour, {"model": None}, parent_id=self.parent_id)


class PoemType(ExecutionType):
    """Writes a poem: with `Poem` the whole of a new execution type."""

    start = Poem
    one, many = "poem (limerick)", "Poems of the hub"
    command = Command("poem", "write a poem", parameter="colour")

    def again(self, old: Execution, text: str) -> Start:
        """See ExecutionType."""
        return Poem(text)

    async def run(self, context: RunContext) -> Outcome:
        """See ExecutionType."""

        async def work() -> str:
            return f"Roses are {context.execution.input}"

        text = await context.durable.reserve().run("write", work)
        context.journal.text(text)
        return Outcome(text)


@pytest.fixture(autouse=True)
def _poems(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register it, before a hub opens: the one line."""
    monkeypatch.setattr(registry, "TYPES", (*registry.TYPES, PoemType()))


async def test_it_runs_and_shows_in_list_filter_and_log(hub: Hub) -> None:
    """With nothing changed in hub, engine or database."""
    agent = (await hub.agents.every())[-1]
    starts = [await hub.executions.start(Poem("red"), idempotency_key=key) for key in (None, "key", "key")]
    ids = [each.id for each in starts]
    assert ids[1] == ids[2]
    test = await hub.executions.start(AgentTest(agent.id, "[fast] x"))
    found = await ended(hub, ids[0])
    assert (found.status, found.output, found.execution_type) == (Status.SUCCEEDED, "Roses are red", POEM)
    await ended(hub, ids[1])
    await ended(hub, test.id)
    poems = (await hub.history.page(ExecutionFilter(execution_type=POEM))).items
    assert [each.id for each in poems] == [ids[1], ids[0]]
    assert [each.id for each in (await hub.history.page(ExecutionFilter(q="roses"))).items] == [ids[1], ids[0]]
    assert len((await hub.history.page(ExecutionFilter())).items) == 3
    kinds = [event.kind.value for event in (await hub.history.events(ids[0])).events]
    assert kinds == ["status", "status", "text", "status"]


async def test_it_is_repeated_as_it_ran_or_as_it_is_today(hub: Hub) -> None:
    """With another input too; a part of another execution says whose."""
    first = await hub.executions.start(Poem("red"))
    part = await hub.executions.start(Poem("red", parent_id=first.id))
    assert (first.parent_id, part.parent_id, part.as_json()["parent_id"]) == (None, first.id, first.id)
    again = await hub.executions.rerun(first.id)
    today = await hub.executions.rerun(first.id, "blue", is_as_ran=False)
    found = [await ended(hub, each.id) for each in (again, today)]
    assert [(each.output, each.rerun_of_id) for each in found] == [
        ("Roses are red", first.id),
        ("Roses are blue", first.id),
    ]
    with pytest.raises(InvalidInput, match="colour is none of"):
        await hub.executions.rerun(first.id, "green", is_as_ran=False)


async def test_it_starts_and_shows_in_api_and_socket(api: Api) -> None:
    """Started, listed, filtered, read, repeated and pushed like any other; what does not fit is named."""
    asked = {"execution_type": POEM, "parameters": {"colour": "blue"}}
    async with connect(f"{api.socket_url}?client_id=reader") as socket:
        assert json.loads(await socket.recv())["type"] == "snapshot"
        status, started = await api.call("POST", "/api/executions", json=asked)
        assert (status, started["status"]) == (202, "pending")
        pushed: dict[str, Any] = {}
        async with asyncio.timeout(60):
            while pushed.get("status") != "succeeded":
                message = json.loads(await socket.recv())
                assert message["type"] == "execution_update"
                pushed = message["data"]
    assert (pushed["id"], pushed["execution_type"], pushed["output"]) == (started["id"], POEM, "Roses are blue")
    _, listed = await api.call("GET", f"/api/executions?type={POEM}")
    assert [each["id"] for each in listed["items"]] == [started["id"]]
    assert (await api.call("GET", "/api/executions?type=workflow"))[1]["items"] == []
    _, found = await api.call("GET", f"/api/executions/{started['id']}")
    assert (found["name"], found["steps"], found["agent_id"], found["workflow_id"]) == ("A poem", [], None, None)
    status, again = await api.call("POST", f"/api/executions/{started['id']}/rerun", json={"as_ran": False})
    assert (status, again["rerun_of_id"]) == (202, started["id"])
    for wrong, field in (
        ({"execution_type": "sonnet"}, "execution_type"),
        ({"execution_type": POEM}, "colour"),
        ({"execution_type": POEM, "parameters": {"colour": "green"}}, "colour"),
        ({"execution_type": POEM, "parameters": {"colour": "red", "length": 3}}, "length"),
        ({"execution_type": "agent_test", "parameters": {"agent_id": "1", "input": "x"}}, "agent_id"),
    ):
        status, refused = await api.call("POST", "/api/executions", json=wrong)
        assert (status, refused["error"]["details"]["field"]) == (422, field)


async def test_it_shows_on_pages_in_its_own_words(hub: Hub) -> None:
    """A row of the history, its tag, and the filter of the dashboard."""
    execution = await ended(hub, (await hub.executions.start(Poem("red"))).id)
    assert ExecutionRow.of(execution).execution_type == POEM
    assert PoemType.one in str(type_word(rx.Var("row.type")))
    assert PoemType.many in str(dict(_types())[POEM])


@pytest.fixture
def in_thread() -> Iterator[Callable[..., int]]:
    """Return what runs the command line in a thread: it brings its own event loop."""

    def run(*words: str) -> int:
        codes: list[int] = []
        thread = threading.Thread(target=lambda: codes.append(cli.main(words)))
        thread.start()
        thread.join(60)
        return codes[0]

    yield run
    # The command line keeps the log off standard output.
    configure_logs()


async def test_it_starts_and_repeats_in_a_terminal(
    api: Api, in_thread: Callable[..., int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the word of its command, in the hub that serves."""
    monkeypatch.setenv("HUB_PORT", str(api.port))
    assert await asyncio.to_thread(in_thread, "poem", "red") == 0
    assert capsys.readouterr().out.strip() == "Roses are red"
    poem = (await api.hub.history.page(ExecutionFilter(execution_type=POEM))).items[0]
    assert await asyncio.to_thread(in_thread, "rerun", str(poem.id), "--input", "blue") == 0
    assert capsys.readouterr().out.strip() == "Roses are blue"
    assert await asyncio.to_thread(in_thread, "poem", "green") == 1
    assert "colour is none of" in capsys.readouterr().err

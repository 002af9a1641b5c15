"""What ends its process is found out and given up; whoever runs beside it ends well."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from execution_hub.domain.clock import now
from execution_hub.domain.execution import Execution
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.store import executions
from execution_hub.store.database import Connection, Database
from execution_hub.store.workflows import workflows
from tests.support import messages_replies as replies
from tests.support.audit import audit
from tests.support.bare_hub import BareHub
from tests.support.messages_server import MessagesServer
from tests.support.server import poll

LIMIT = 8
# Of the agents that a new hub begins with.
CLAUDE = 2
PIECE_SECONDS = 0.04
POISON = "poison"
POISON_SECONDS = 0.7


class Processes:
    """Some processes of one hub, each of which asks the provider at an address of its own; who dies comes back."""

    def __init__(self, folder: Path, url: str, server: MessagesServer, count: int, **settings: str) -> None:
        """Start them."""
        self._folder = folder
        self._server = server
        self._settings = {
            "HUB_DATABASE_URL": url,
            "HUB_MAX_CONCURRENCY": str(LIMIT),
            "ANTHROPIC_API_KEY": "test-key-not-secret",
            **settings,
        }
        self._living: dict[str, BareHub] = {}
        self._killed: list[str] = []
        self._began = 0
        server.default = self._reply
        for _ in range(count):
            self._start()

    def first(self) -> BareHub:
        """Return one of them."""
        return next(iter(self._living.values()))

    def close(self) -> None:
        """Kill all of them."""
        for each in self._living.values():
            each.kill()

    def revive(self) -> int:
        """Have another process come where one has died; return how many have."""
        while self._killed and (dead := self._living.pop(self._killed.pop(), None)):
            dead.kill()
            self._start()
        return self._began

    def _start(self) -> None:
        name = f"process-{self._began}"
        self._began += 1
        # Those of a hub of one process have its folder.
        folder = self._folder / (name if "HUB_ROLE" in self._settings else "data")
        hub = BareHub(folder, ANTHROPIC_BASE_URL=f"{self._server.url}/{name}", **self._settings)
        self._living[name] = hub.start()

    def _reply(self, call: replies.Call) -> Iterator[replies.Step]:
        if call.input != POISON:
            yield from replies.default_reply(call, 0 if call.input.startswith("first") else PIECE_SECONDS)
            return
        # First steps have ended by then, second ones have not.
        yield POISON_SECONDS
        # Whoever asks this is dead before it hears an answer.
        name = call.path.split("/")[1]
        self._living[name].shoot()
        self._killed.append(name)
        yield None


@pytest.fixture
def processes(
    tmp_path: Path, make_postgres: Callable[[], str], messages_server: MessagesServer, request: pytest.FixtureRequest
) -> Iterator[tuple[Processes, Database]]:
    """Yield the processes of a hub, and its database."""
    url = make_postgres()
    made = Processes(tmp_path, url, messages_server, **request.param)
    database = Database(url)
    yield made, database
    database.close()
    made.close()


@pytest.mark.parametrize("processes", [{"count": 2, "HUB_ROLE": "worker"}, {"count": 1}], indirect=["processes"])
def test_what_ends_its_process_is_given_up_after_three_and_all_beside_it_end_well(
    processes: tuple[Processes, Database], messages_server: MessagesServer
) -> None:
    """Those beside it lose at most two processes: then they run without it, and what was recorded is not paid again."""
    hub, database = processes
    names = ["innocent 1", "innocent 2", POISON, *(f"innocent {number}" for number in range(3, 8))]
    # All of it waits before any of it begins: whom it is told may be the one that ends.
    hub.first().call("queue.pause", is_paused=True)
    ids = {name: start(hub.first(), name, type="agent_test", agent_id=CLAUDE) for name in names}
    workflow_id = database.write(two_steps)
    ids["workflow"] = start(hub.first(), "workflow", type="workflow", workflow_id=workflow_id)
    hub.first().call("queue.pause", is_paused=False)

    def have_ended() -> list[Execution] | None:
        hub.revive()
        found = database.read(lambda connection: [executions.get(connection, each) for each in ids.values()])
        return found if all(each.is_finished for each in found) else None

    found = {each.input: each for each in poll(have_ended, 240)}
    poison = found.pop(POISON)
    assert (poison.status, poison.error_code, poison.crashes, poison.attempt) == ("failed", "interrupted", 3, 3)
    assert "three times" in (poison.error or "")
    assert audit(database, messages_server, [each.id for each in found.values()], LIMIT).found() == {}
    assert 1 <= max(each.crashes for each in found.values()) <= 2


def start(hub: BareHub, text: str, **what: Any) -> int:
    return int(hub.call("executions.start", input=text, **what)["id"])


def two_steps(connection: Connection) -> int:
    """Store a workflow of two steps, one after the other; return its id."""
    steps = [
        WorkflowStep(name="first", agent_id=CLAUDE, input="first of {{ input }}"),
        WorkflowStep(name="second", agent_id=CLAUDE, input="second of {{ input }}", depends_on=["first"]),
    ]
    return workflows.add(connection, WorkflowDraft(name="Two steps", steps=steps), now()).id

"""What ends its process is found out: it runs alone after it did, and not a fourth time; nothing else is lost by it."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from execution_hub.domain.execution import Execution
from execution_hub.store import executions
from execution_hub.store.database import Database
from tests.support import messages_replies as replies
from tests.support.bare_hub import BareHub
from tests.support.messages_server import MessagesServer
from tests.support.server import poll

TAKEN_OVER_SECONDS = 30


class Processes:
    """The processes of one hub, one after the other, and what they leave in the database."""

    def __init__(self, folder: Path, url: str, **settings: str) -> None:
        self.url = url
        self._folder = folder
        self._settings = settings
        self._made: list[BareHub] = []

    def start(self) -> BareHub:
        """Start one more."""
        # Those of a hub of one process have its folder.
        name = "data" if "HUB_ROLE" not in self._settings else f"process-{len(self._made)}"
        self._made.append(BareHub(self._folder / name, HUB_DATABASE_URL=self.url, **self._settings))
        return self._made[-1].start()

    def close(self) -> None:
        """Kill all of them."""
        for each in self._made:
            each.kill()

    def found(self, *ids: int) -> list[Execution]:
        """Return executions."""
        database = Database(self.url)
        try:
            return database.read(lambda connection: [executions.get(connection, each) for each in ids])
        finally:
            database.close()

    def is_alone(self, first: int, second: int, crashes: int) -> bool:
        """Tell whether the first of two that have seen a crash runs, after so many; the other waits, or has ended."""
        one, other = self.found(first, second)
        return (one.status, one.crashes) == ("running", crashes) and other.status != "running"

    def statuses(self, *ids: int) -> list[str]:
        """Return what executions are."""
        return [each.status.value for each in self.found(*ids)]


@pytest.fixture
def processes(
    tmp_path: Path, make_postgres: Callable[[], str], messages_server: MessagesServer, request: pytest.FixtureRequest
) -> Iterator[Processes]:
    """Yield the processes of a hub that has been started never."""
    messages_server.default = lambda call: replies.default_reply(call, delay=1.0)
    provider = {"ANTHROPIC_API_KEY": "test-key-not-secret", "ANTHROPIC_BASE_URL": messages_server.url}
    made = Processes(tmp_path, make_postgres(), **provider, **request.param)
    yield made
    made.close()


@pytest.mark.parametrize(("processes", "shared_lives"), [({"HUB_ROLE": "worker"}, 1), ({}, 2)], indirect=["processes"])
def test_what_ends_its_process_runs_alone_and_is_given_up_after_three(
    processes: Processes, shared_lives: int, messages_server: MessagesServer
) -> None:
    """Of two that have lost their process, each runs without the other from then on: one lives, the other does not."""
    hub = processes.start()
    poison, innocent = start(hub, "poison"), start(hub, "innocent")
    for left in reversed(range(shared_lives)):
        poll(lambda: processes.statuses(poison, innocent) == ["running"] * 2, TAKEN_OVER_SECONDS)
        hub.kill()
        if not left:
            messages_server.default = lambda call: replies.default_reply(call, delay=call.input == "poison")
        hub = processes.start()
    for crashes in range(shared_lives, 3):
        poll(partial(processes.is_alone, poison, innocent, crashes), TAKEN_OVER_SECONDS)
        hub.kill()
        hub = processes.start()
    poll(lambda: processes.statuses(poison, innocent) == ["failed", "succeeded"], TAKEN_OVER_SECONDS)
    given_up, spared = processes.found(poison, innocent)
    assert (given_up.error_code, given_up.crashes, given_up.attempt) == ("interrupted", 3, 3)
    assert "three times" in (given_up.error or "")
    assert (spared.crashes, spared.output) == (shared_lives, replies.default_text("innocent"))
    later = start(hub, "later")
    poll(lambda: processes.statuses(later) == ["succeeded"])


def start(hub: BareHub, text: str) -> int:
    # Of the agents that a new hub begins with, Claude.
    return int(hub.call("executions.start", type="agent_test", agent_id=2, input=text)["id"])

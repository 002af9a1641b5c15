"""Agents that act, and whose process dies: a finished turn or call is never repeated, one that ran is asked about."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from execution_hub.domain.clock import now
from execution_hub.store import calls
from execution_hub.store.agents import agents
from execution_hub.store.database import Database
from execution_hub.store.migrate import migrate
from tests.support import messages_replies as replies
from tests.support.bare_hub import BareHub
from tests.support.bench_tools import actor
from tests.support.messages_replies import Call
from tests.support.messages_server import MessagesServer
from tests.support.server import poll

# For a hub to come up again and go on, beside all that runs here.
SECONDS = 60


class Act:
    """A hub to be killed, an agent that calls one tool and answers, and what was called."""

    def __init__(self, folder: Path, server: MessagesServer, tool: str) -> None:
        (folder / "data").mkdir()
        self.url = f"sqlite:///{folder / 'data' / 'hub.sqlite3'}"
        migrate(self.url)
        database = Database(self.url)
        draft = actor(f"bench/{tool}", model="claude-sonnet-5-5")
        self.agent_id = database.write(lambda connection: agents.add(connection, draft, now())).id
        database.close()
        self.folder, self._log = folder, folder / "made.log"
        self.asked: Counter[str] = Counter()
        # Turns that do not end.
        self.hanging: set[str] = set()
        self._tool = tool
        server.default = self._reply
        self.hub = BareHub(
            folder / "data",
            ANTHROPIC_API_KEY="test-key-not-secret",
            ANTHROPIC_BASE_URL=server.url,
            BENCH_TOOLS=str(self._log),
        )
        self.id = 0

    def _reply(self, call: Call) -> Any:
        kind = "last" if len(call.body["messages"]) > 1 else "first"
        is_hanging = kind in self.hanging
        self.asked[kind] += 1
        if is_hanging:
            return replies.hanging(["on "])(call)
        if kind == "last":
            return replies.text(["Done."])(call)
        return replies.tool_calls(("a", f"bench__{self._tool}", ['{"word": "w"}']))(call)

    def start(self) -> None:
        self.hub.start()
        self.id = self.hub.call("executions.start", type="agent_test", agent_id=self.agent_id, input="Go")["id"]

    def kill(self, *, lets_end: bool = False) -> None:
        """Kill the hub and start it again; a call that hangs may end from then on."""
        self.hub.kill()
        if lets_end:
            (self.folder / "may_end").touch()
        self.hub.start()

    def made(self) -> Counter[str]:
        """Count the calls that began and ended, over all lives."""
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        return Counter(line.split()[0] for line in lines)

    def is_(self, status: str) -> bool:
        found = self.hub.call("history.get", execution_id=self.id)
        assert found["status"] == status or not found["error"], found["error"]
        return bool(found["status"] == status)

    def call(self, number: int) -> dict[str, Any]:
        database = Database(self.url)
        found = database.read(lambda connection: calls.find(connection, self.id, number))
        database.close()
        assert found is not None
        return found.as_json()

    def rows(self) -> list[tuple[str, str, int]]:
        database = Database(self.url)
        found = database.read(lambda connection: calls.of(connection, self.id))
        database.close()
        return [(call.kind.value, call.status.value, call.attempt) for call in found]


@pytest.fixture
def make(tmp_path: Path, messages_server: MessagesServer) -> Iterator[Any]:
    made: list[Act] = []

    def start(tool: str, *hanging: str) -> Act:
        act = Act(tmp_path, messages_server, tool)
        act.hanging.update(hanging)
        made.append(act)
        act.start()
        return act

    yield start
    for act in made:
        act.hub.kill()


def test_killed_before_a_call_the_turn_is_asked_again(make: Any) -> None:
    """The first turn had not ended: it is bought anew, and the call is made once."""
    act = make("count", "first")
    poll(lambda: act.asked["first"], SECONDS)
    act.hanging.clear()
    act.kill()
    poll(lambda: act.is_("succeeded"), SECONDS)
    assert act.made() == {"begin": 1, "end": 1}
    assert act.rows() == [("turn", "succeeded", 2), ("tool", "succeeded", 1), ("turn", "succeeded", 1)]


def test_killed_after_a_call_it_is_not_made_again(make: Any) -> None:
    """While the next turn ran: that one is asked again, what ended before it is not."""
    act = make("count", "last")
    poll(lambda: act.asked["last"], SECONDS)
    act.hanging.clear()
    act.kill()
    poll(lambda: act.is_("succeeded"), SECONDS)
    assert (act.made(), act.asked["first"]) == ({"begin": 1, "end": 1}, 1)
    assert act.rows() == [("turn", "succeeded", 1), ("tool", "succeeded", 1), ("turn", "succeeded", 2)]


def test_killed_during_a_call_that_may_be_repeated_it_is(make: Any) -> None:
    """The admin said so: nobody is asked."""
    act = make("again")
    poll(lambda: act.made()["begin"] == 1, SECONDS)
    act.kill(lets_end=True)
    poll(lambda: act.is_("succeeded"), SECONDS)
    assert (act.made()["begin"], act.asked["first"]) == (2, 1)
    assert act.rows()[1] == ("tool", "succeeded", 2)


@pytest.mark.parametrize("how", ["run_again", "tell_agent", "fail"])
def test_killed_during_a_call_a_person_is_asked(make: Any, how: str) -> None:
    """It is not repeated by itself; whatever is decided, and killed while it waits, it happens once."""
    act = make("hang")
    poll(lambda: act.made()["begin"] == 1, SECONDS)
    act.kill(lets_end=True)
    poll(lambda: act.is_("waiting"), SECONDS)
    act.kill()
    assert act.rows()[1] == ("tool", "unknown", 1)
    asked = act.call(2)
    assert asked["asked_at"] > asked["started_at"] and asked["answered_by"] is None
    act.hub.call("executions.resolve_call", execution_id=act.id, number=2, how=how)
    poll(lambda: act.is_("succeeded" if how != "fail" else "failed"), SECONDS)
    assert act.made()["begin"] == (2 if how == "run_again" else 1)
    assert act.asked == ({"first": 1} if how == "fail" else {"first": 1, "last": 1})
    assert (act.call(2)["asked_at"], act.call(2)["answered_by"]) == (asked["asked_at"], "local")
    found = act.hub.call("history.get", execution_id=act.id)
    assert found["error_code"] == ("call_unknown" if how == "fail" else None)

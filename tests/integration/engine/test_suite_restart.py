"""Runs of suites whose process dies: no case that has ended is paid again, none is lost."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.clock import now
from execution_hub.domain.suite import SuiteDraft
from execution_hub.store import children, results
from execution_hub.store.agents import agents
from execution_hub.store.database import Connection, Database
from execution_hub.store.migrate import migrate
from execution_hub.store.suites import suites
from tests.support import messages_replies as replies
from tests.support.bare_hub import BareHub
from tests.support.messages_replies import Call, Step
from tests.support.messages_server import MessagesServer
from tests.support.server import poll

CASES = 30
KILLS = 3


def test_a_run_goes_on_after_each_death_and_pays_no_ended_case_twice(tmp_path: Path) -> None:
    """Asked twice is only what was under way when the process died."""
    data = tmp_path / "data"
    data.mkdir()
    url = f"sqlite:///{data / 'hub.sqlite3'}"
    migrate(url)
    database = Database(url)

    def make(connection: Connection) -> int:
        agent = agents.add(connection, AgentDraft(name="A", model="claude-sonnet-5-5"), now())
        checks = [{"type": "contains", "value": "Done"}]
        cases = [{"name": f"c{index}", "input": f"case {index}", "checks": checks} for index in range(CASES)]
        draft = SuiteDraft("S", targets=[{"agent_id": agent.id}], cases=cases)  # type: ignore[arg-type]
        return suites.add(connection, draft, now()).id

    suite_id = database.write(make)
    asked: Counter[str] = Counter()

    def reply(call: Call) -> Iterator[Step]:
        asked[str(call.body["messages"][0]["content"])] += 1
        return replies.text(["Done."], delay=0.1)(call)

    with MessagesServer(default=reply) as server:
        environment = {"ANTHROPIC_API_KEY": "test-key-not-secret", "ANTHROPIC_BASE_URL": server.url}
        hub = BareHub(data, HUB_MAX_CONCURRENCY="4", **environment).start()
        run_id = hub.call("executions.start", type="suite_run", suite_id=suite_id)["id"]

        def ended() -> int:
            found = database.read(lambda connection: results.of(connection, run_id))
            return sum(each.outcome is not None for each in found)

        open_at_death = 0
        for kill in range(1, KILLS + 1):
            poll(lambda: ended() >= kill * CASES // (KILLS + 2))  # noqa: B023 - called here
            hub.kill()
            open_at_death += 4
            hub.start()
        poll(lambda: hub.call("history.get", execution_id=run_id)["status"] == "succeeded", seconds=60)
        found = database.read(lambda connection: results.of(connection, run_id))
        used = hub.call("history.get", execution_id=run_id)["usage"]["output_tokens"]
        hub.stop()
    parts = database.read(lambda connection: children.usages_of(connection, run_id))
    database.close()
    assert [each.outcome for each in found] == ["passed"] * CASES
    assert len({each.child_id for each in found}) == CASES
    assert len(asked) == CASES
    assert sum(asked.values()) - CASES <= open_at_death
    # Also what earlier attempts have spent.
    assert used == sum(usage.output_tokens or 0 for _, _, usage in parts) > 0

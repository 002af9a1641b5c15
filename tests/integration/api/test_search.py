"""Looking for a text: whatever its case and form, under a deadline, and honest about what was not looked at."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from execution_hub.domain.clock import now
from execution_hub.domain.execution import AGENT_TEST, WORKFLOW, NewExecution
from execution_hub.domain.filters import WORD_MAX, ExecutionFilter
from execution_hub.domain.status import Status
from execution_hub.hub import history as readings
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.store import history, search, writes
from execution_hub.store.database import Connection, Database
from execution_hub.store.intents import Change, Submit
from tests.support.api import Api

PAIRS = [
    ("ПРИВЕТ, мир", "привет"),
    ("привет, мир", "ПРИВЕТ"),
    ("Äpfel und Birnen", "äPFEL"),
    ("A\u0308pfel", "Äpfel"),
    ("Große Straße", "STRASSE"),
    ("STRASSE", "straße"),
    ("ΟΔΟΣ", "οδος"),
    ("ＡＢＣ公司", "abc"),
    ("abc", "ＡＢＣ"),
    ("ﬁnal ﬁgures", "final"),
    ("100 % sure_1", "% SURE_"),
    ("a\\b", "A\\B"),
    ("日本語のテキスト", "テキスト"),
]


@pytest.fixture
def anywhere(migrated_url: str) -> Iterator[Database]:
    """Yield a migrated database of each kind."""
    found = Database(migrated_url)
    yield found
    found.close()


def add(connection: Connection, text: str, **values: Any) -> int:
    """Store an execution that ran on a text."""
    what: dict[str, Any] = {"execution_type": AGENT_TEST, "agent_id": 1, **values}
    new = NewExecution(name="Some", input=text, definition={"model": "simulated"}, **what)
    return writes.write(connection, Submit(new), now()).execution.id


def found(database: Database, where: ExecutionFilter, limit: int = 10, seconds: float = 20) -> list[int]:
    """Return what a search finds, the newest first."""
    return search.find(database.read, where, limit, None, seconds).ids


def test_a_text_is_found_in_any_case_and_form(anywhere: Database) -> None:
    """As people read it, in every script; what is not there is not found."""
    for text, wanted in PAIRS:
        execution_id = anywhere.write(partial(add, text=text))
        assert execution_id in found(anywhere, ExecutionFilter(q=wanted), 50), (text, wanted)
        matched = anywhere.read(partial(history.matching, where=ExecutionFilter(q=wanted), ids=[execution_id]))
        assert [each.id for each in matched] == [execution_id], (text, wanted)
    for missing in ("прощай", "zzz", "%%", "ÿ"):
        assert found(anywhere, ExecutionFilter(q=missing), 50) == [], missing


def test_all_texts_of_an_execution_are_looked_at(anywhere: Database) -> None:
    """Name, input, output and error, also where there is none."""
    execution_id = anywhere.write(lambda c: add(c, "input here"))
    values = {"test_output": "ВЫХОД", "error_message": "the ERROR Ä"}
    anywhere.write(lambda c: writes.write(c, Change(execution_id, values=values), now()))
    empty = anywhere.write(lambda c: add(c, "nothing"))
    for wanted in ("SOME", "INPUT", "выход", "error ä"):
        assert execution_id in found(anywhere, ExecutionFilter(q=wanted)), wanted
    assert empty not in found(anywhere, ExecutionFilter(q="выход"))


def test_a_search_goes_with_every_other_filter(anywhere: Database) -> None:
    """Only what passes all of them is found, and pairs that no index holds are found too."""
    mine = anywhere.write(lambda c: add(c, "needle", agent_id=2))
    anywhere.write(lambda c: add(c, "needle", agent_id=3))
    run = anywhere.write(lambda c: add(c, "needle", execution_type=WORKFLOW, agent_id=None, workflow_id=5, task_id=6))
    both = anywhere.write(lambda c: add(c, "needle", execution_type="poem", agent_id=2, workflow_id=5))
    cases: list[tuple[dict[str, Any], list[int]]] = [
        ({"q": "needle", "agent_id": 2}, [both, mine]),
        ({"q": "needle", "agent_id": 2, "status": Status.FAILED}, []),
        ({"agent_id": 2, "execution_type": AGENT_TEST}, [mine]),
        ({"agent_id": 2, "execution_type": "poem"}, [both]),
        ({"agent_id": 2, "execution_type": WORKFLOW}, []),
        ({"agent_id": 2, "workflow_id": 5}, [both]),
        ({"workflow_id": 5, "task_id": 6}, [run]),
        ({"workflow_id": 5}, [both, run]),
        ({"workflow_id": 5, "execution_type": AGENT_TEST}, []),
        ({"task_id": 6, "execution_type": WORKFLOW, "status": Status.PENDING}, [run]),
        ({"q": "needle", "until": now() - timedelta(hours=1)}, []),
        ({"q": "needle", "since": now() - timedelta(hours=1), "execution_type": WORKFLOW}, [run]),
        ({"agent_id": 2**40}, []),
    ]
    for values, wanted in cases:
        assert found(anywhere, ExecutionFilter(**values)) == wanted, values


def test_a_search_that_runs_out_of_time_says_where_to_go_on(anywhere: Database) -> None:
    """Every execution is found exactly once by going on, however short the time."""
    wanted = anywhere.write(lambda c: [add(c, "needle" if n % 40 == 0 else "hay") for n in range(260)][::40])
    ids, before, pieces = list[int](), None, 0
    while True:
        part = search.find(anywhere.read, ExecutionFilter(q="needle"), 3, before, 0)
        ids, before, pieces = ids + part.ids, part.next_id, pieces + 1
        if before is None:
            break
        assert part.is_partial or len(part.ids) == 3
    assert ids == wanted[::-1]
    assert pieces > 3


async def test_the_api_says_that_not_all_was_searched(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """`is_partial`, with a cursor that goes on; a list and a finished search have no such word."""
    monkeypatch.setattr(readings, "SEARCH_SECONDS", 0)
    api.hub._database.write(lambda c: [add(c, "needle" if n == 0 else "hay") for n in range(120)])
    status, first = await api.call("GET", "/api/executions?q=NEEDLE")
    assert (status, first["items"], first["is_partial"]) == (200, [], True)
    _, second = await api.call("GET", f"/api/executions?q=NEEDLE&cursor={first['next_cursor']}")
    _, third = await api.call("GET", f"/api/executions?q=NEEDLE&cursor={second['next_cursor']}")
    assert [each["input"] for each in third["items"]] == ["needle"]
    assert (third["next_cursor"], "is_partial" in third) == (None, False)
    assert "is_partial" not in (await api.call("GET", "/api/executions"))[1]


async def test_too_long_a_search_is_refused(api: Api) -> None:
    """With the field and the limit named."""
    status, answer = await api.call("GET", "/api/executions", params={"q": "x" * (WORD_MAX + 1)})
    assert (status, answer["error"]["details"]["field"]) == (422, "q")
    assert str(WORD_MAX) in answer["error"]["message"]
    assert (await api.call("GET", "/api/executions", params={"q": "x" * WORD_MAX}))[0] == 200


async def test_a_terminal_searches_to_the_end(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks again for as long as the answer is partial and there is room."""
    from execution_hub.console.opened import OpenedHub

    monkeypatch.setattr(readings, "SEARCH_SECONDS", 0)
    hub._database.write(lambda c: [add(c, "needle" if n < 2 else "hay") for n in range(200)])
    assert len((await OpenedHub(hub).executions({"q": "needle"}))["items"]) == 2
    assert len((await OpenedHub(hub).executions({"q": "hay", "limit": "1"}))["items"]) == 1


async def test_a_number_finds_its_execution(hub: Hub) -> None:
    """With a # that one and no other, however far down; without, also those whose texts hold it."""
    agent = (await hub.agents.page()).items[0]
    first = (await hub.executions.start(AgentTest(agent.id, "[fast] one"))).id
    second = (await hub.executions.start(AgentTest(agent.id, f"[fast] like {first}"))).id

    async def ids(q: str, **more: Any) -> list[int]:
        page = await hub.history.page(ExecutionFilter(q=q, **more))
        assert page.next_cursor is None
        return [each.id for each in page.items]

    assert await ids(f"#{first}") == [first]
    assert await ids(f" {first} ") == [second, first]
    assert await ids("#99999999") == []
    assert await ids(f"#{'9' * 30}") == []
    assert await ids(f"#{first}", execution_type=WORKFLOW) == []
    assert [each.id for each in await hub.history.matching(ExecutionFilter(q=f"#{first}"), [first, second])] == [first]

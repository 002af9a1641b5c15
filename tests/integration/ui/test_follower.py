"""An execution that pages look at: followed once, sent once to all of them, whole to who comes late."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.status import Status
from execution_hub.domain.tool_choice import ASK, ToolChoice
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.errors import NotFound
from execution_hub.hub.hub import Hub, set_current_hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.runners.workflow import WorkflowRun
from execution_hub.ui import follower as followers
from execution_hub.ui.follower import Followed, Follower, follow_once, following
from execution_hub.ui.page_sockets import BACKLOG_MAX
from execution_hub.ui.shared_vars import note_visibility
from execution_hub.ui.transcripts import StepOutputState, TranscriptState
from execution_hub.ui.turns import TurnsState
from tests.support import messages_replies as replies
from tests.support.hub import ended, eventually
from tests.support.messages_server import MessagesServer
from tests.support.page_sockets import FakeApp, reached

WORDS = [f"w{number} " for number in range(60)]
TEXT = "".join(WORDS)


@pytest.fixture
def app() -> Iterator[FakeApp]:
    """Yield an app with twenty pages that are reached."""
    with reached(*(f"page {number}" for number in range(20))) as app:
        yield app


@pytest.fixture
async def watched(hub: Hub, messages_server: MessagesServer) -> AsyncIterator[Hub]:
    """Yield the hub as the one whose pages look on; its Claude takes 1.2 s for an answer."""
    messages_server.default = replies.text(WORDS, delay=0.02)
    set_current_hub(hub)
    yield hub
    set_current_hub(None)


class Shown:
    """What one page shows of its execution: it applies deltas, and leaves out what is older (ui/transport.py)."""

    def __init__(self, state: Any = TranscriptState) -> None:
        self.name = state.get_full_name()
        self.vars: dict[str, Any] = {}

    def take(self, *deltas: dict[str, Any]) -> "Shown":
        """Apply deltas in the order in which they come."""
        for delta in deltas:
            values = {name.removesuffix("_rx_state_"): each for name, each in delta.get(self.name, {}).items()}
            if values.get("version", 0) >= self.vars.get("version", 0):
                self.vars.update(values)
        return self

    @property
    def output(self) -> str:
        """The output that it shows."""
        shown = self.vars
        return "".join([*shown["settled"], *shown["blocks"], *shown["open_parts"], shown["tail"]])

    @property
    def status(self) -> str:
        """The status that it shows."""
        return str(self.vars["facts"]["status"])


async def start(hub: Hub) -> int:
    """Start a test of an agent that asks the local Messages API."""
    agent = await hub.agents.create(AgentDraft(name="Claude", model="claude-sonnet-5-5", max_tokens=100))
    return (await hub.executions.start(AgentTest(agent.id, "hello"))).id


async def to_the_end(execution_id: int, token: str) -> list[Followed]:
    """Look at an execution on a page until it has ended, and return what the page is told of."""
    async with following(execution_id, token) as follower:
        return [each async for each in follower.updates()]


async def read_on(app: FakeApp, pages: dict[str, Shown]) -> None:
    """Have pages read what comes, until cancelled."""
    while True:
        for token, shown in pages.items():
            shown.take(*app.pages[token].read())
        await asyncio.sleep(0.02)


async def test_twenty_pages_that_look_at_one_execution_cost_as_much_as_one(
    watched: Hub, app: FakeApp, messages_server: MessagesServer
) -> None:
    """One follower, and each packet encoded once; no page is told of pieces of text one by one."""
    messages_server.default = replies.text(WORDS, delay=0.06)
    execution_id, packets = await start(watched), dict[str, list[Any]]()

    async def read(token: str) -> None:
        queue = app.pages[token].queue
        while True:
            packets.setdefault(token, []).append(await queue.get())

    reading = [asyncio.create_task(read(token)) for token in app.pages]
    looking = [asyncio.create_task(to_the_end(execution_id, token)) for token in app.pages]
    await asyncio.sleep(0)
    assert len(followers._followers) == 1
    told = await asyncio.gather(*looking)
    await asyncio.sleep(0.1)
    for each in reading:
        each.cancel()
    # All but the first, which brings what there is to the page that opens.
    first, *others = [packets[token][1:] for token in app.pages]
    assert len(first) > 10
    assert all(mine is other for rest in others for mine, other in zip(first, rest, strict=True))
    assert max(map(len, told)) <= 6
    assert not followers._followers


async def test_who_comes_late_has_all_of_it_at_once(
    watched: Hub, app: FakeApp, messages_server: MessagesServer
) -> None:
    messages_server.default = replies.hanging(WORDS[:20])
    execution_id, page = await start(watched), Shown()
    async with following(execution_id, "page 0") as follower:
        await eventually(lambda: has_words(follower, 20))
        async with following(execution_id, "page 1"):
            page.take(*app.pages["page 1"].read()[:1])
            assert page.output.startswith("".join(WORDS[:20]))
            assert page.status == Status.RUNNING
    await watched.executions.cancel(execution_id)


async def has_words(follower: Follower, count: int) -> bool:
    """Tell whether so many words have come."""
    return follower.followed is not None and len(follower.followed.transcript.own.output.split()) >= count


async def test_each_page_shows_the_output_exactly(watched: Hub, app: FakeApp) -> None:
    """Those that come at different times, too."""
    execution_id, pages = await start(watched), {token: Shown() for token in app.pages}
    reading = asyncio.create_task(read_on(app, pages))
    async with AsyncExitStack() as stack, asyncio.timeout(20):
        for token in pages:
            follower = await stack.enter_async_context(following(execution_id, token))
            await asyncio.sleep(0.05)
        async for _ in follower.updates():
            pass
        await asyncio.gather(*(follower.taken(token) for token in pages))
        await asyncio.sleep(0.1)
    reading.cancel()
    assert {(shown.output, shown.status) for shown in pages.values()} == {(TEXT, "succeeded")}


async def test_a_page_that_reads_nothing_is_passed_over_and_then_has_the_latest(watched: Hub, app: FakeApp) -> None:
    """What waits for it does not grow, and nobody waits for it."""
    execution_id, page = await start(watched), Shown()
    async with following(execution_id, "page 0") as follower:
        async for _ in follower.updates():
            pass
        assert app.pages["page 0"].queue.qsize() == BACKLOG_MAX
        page.take(*app.pages["page 0"].read())
        assert page.output != TEXT
        async with asyncio.timeout(60):
            await follower.taken("page 0")
        assert page.take(*app.pages["page 0"].read()).output == TEXT


async def test_a_page_that_nobody_sees_is_told_the_end_alone(
    watched: Hub, app: FakeApp, messages_server: MessagesServer
) -> None:
    messages_server.default = replies.text(WORDS, delay=0.1)
    execution_id, page = await start(watched), Shown()
    async with following(execution_id, "page 0") as follower:
        await eventually(lambda: has_words(follower, 5))
        note_visibility("page 0", is_visible=False)
        page.take(*app.pages["page 0"].read())
        await eventually(lambda: has_words(follower, 30))
        assert not app.pages["page 0"].read()
        async for _ in follower.updates():
            pass
        (end,) = app.pages["page 0"].read()
        assert (page.take(end).output, page.status) == (TEXT, "succeeded")


async def test_an_execution_that_has_ended_is_read_once_and_followed_no_more(watched: Hub, app: FakeApp) -> None:
    execution_id, page = await start(watched), Shown()
    await ended(watched, execution_id)
    async with following(execution_id, "page 0") as follower:
        assert page.take(*app.pages["page 0"].read()).output == TEXT
        assert [each.execution.status async for each in follower.updates()] == [Status.SUCCEEDED]
        async with following(execution_id, "page 1") as other:
            assert other is follower
            assert Shown().take(*app.pages["page 1"].read()).output == TEXT


async def test_a_page_that_is_loaded_anew_in_its_tab_is_sent_all_of_it(watched: Hub, app: FakeApp) -> None:
    """Also while the look before it has not ended, as one that a press began: the page has nothing of that any more."""
    tools = (ToolChoice("hub", "calculate", ASK),)
    agent = await watched.agents.create(AgentDraft(name="Asks", tools=tools))
    execution_id = (await watched.executions.start(AgentTest(agent.id, "[fast] 12*(3+4)"))).id
    async with following(execution_id, "page 0") as follower:
        await eventually(lambda: is_waiting(follower))
        app.pages["page 0"].read()
        async with following(execution_id, "page 0"):
            page = Shown(TurnsState).take(*app.pages["page 0"].read())
            assert [call["status"] for call in page.vars["open_turns"][0]["calls"]] == ["waiting"]


async def is_waiting(follower: Follower) -> bool:
    """Tell whether the execution waits for a person, as its follower knows it."""
    return follower.followed is not None and follower.followed.execution.status is Status.WAITING


async def test_what_is_not_there_is_told_and_leaves_nothing(watched: Hub, app: FakeApp) -> None:
    with pytest.raises(NotFound):
        await to_the_end(12345, "page 0")
    with pytest.raises(NotFound):
        await follow_once(12345)
    assert not followers._followers
    assert not app.pages["page 0"].read()


async def test_pages_that_look_at_steps_are_each_sent_theirs(watched: Hub, app: FakeApp) -> None:
    """Two look at the same step, one at another: while it is written, after it has ended, and whoever chose late."""
    agent = await watched.agents.create(AgentDraft(name="Claude", model="claude-sonnet-5-5", max_tokens=100))
    steps = [WorkflowStep(name=name, agent_id=agent.id, input=name) for name in ("a", "b")]
    workflow = await watched.workflows.create(WorkflowDraft(name="Two", steps=steps))
    execution_id = (await watched.executions.start(WorkflowRun(workflow.id, input="x"))).id
    pages = {f"page {number}": Shown(StepOutputState) for number in range(4)}
    reading = asyncio.create_task(read_on(app, pages))
    async with AsyncExitStack() as stack, asyncio.timeout(20):
        for token in pages:
            follower = await stack.enter_async_context(following(execution_id, token))
        assert follower.followed is not None
        a, b = follower.followed.steps
        for token, step in (("page 0", a), ("page 1", a), ("page 2", b)):
            await follower.show_output(step, token)
        async for _ in follower.updates():
            pass
        await follower.show_output(follower.followed.steps[1], "page 3")
        await asyncio.gather(*(follower.taken(token) for token in pages))
        await asyncio.sleep(0.1)
    reading.cancel()
    assert [(shown.vars["name"], shown.output) for shown in pages.values()] == [
        ("a", TEXT),
        ("a", TEXT),
        ("b", TEXT),
        ("b", TEXT),
    ]

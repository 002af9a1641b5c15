"""Passing faults of the provider are tried again, permanent ones are not."""

import pytest

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.status import Status
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from tests.support import messages_replies as replies
from tests.support.hub import ended
from tests.support.messages_server import MessagesServer


def claude(**values: object) -> AgentDraft:
    return AgentDraft("Claude", model="claude-sonnet-5-5", **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "fault",
    [replies.overloaded(), replies.rate_limited(retry_after=1), replies.cut()],
    ids=["overloaded", "rate limited", "cut mid-stream"],
)
async def test_a_passing_fault_is_tried_again(hub: Hub, messages_server: MessagesServer, fault: replies.Reply) -> None:
    """The second try's words are the output; each failed try is an event, and no other call is made."""
    messages_server.reply(fault)
    agent = await hub.agents.create(claude(retries=2))
    found = await ended(hub, (await hub.executions.start(AgentTest(agent.id, "hello"))).id)
    assert (found.status, found.output) == (Status.SUCCEEDED, replies.default_text("hello"))
    assert len(messages_server.calls) == 2
    events = [event for event in (await hub.history.events(found.id)).events if event.kind == "retry"]
    assert len(events) == 1 and events[0].data["seconds"] >= 0.5


async def test_retry_after_is_honoured(hub: Hub, messages_server: MessagesServer) -> None:
    """The provider says when: the next try is not made before."""
    messages_server.reply(replies.rate_limited(retry_after=2))
    agent = await hub.agents.create(claude(retries=1))
    await ended(hub, (await hub.executions.start(AgentTest(agent.id, "hello"))).id)
    first, second = messages_server.calls
    assert second.started_at - first.started_at >= 2


async def test_the_cap_is_the_agents(hub: Hub, messages_server: MessagesServer) -> None:
    """One retry, then it fails with the provider's last fault."""
    messages_server.reply(*[replies.overloaded()] * 5)
    agent = await hub.agents.create(claude(retries=1))
    found = await ended(hub, (await hub.executions.start(AgentTest(agent.id, "hello"))).id)
    assert (found.status, found.error_code, len(messages_server.calls)) == (Status.FAILED, "overloaded", 2)


async def test_a_permanent_fault_fails_at_once(hub: Hub, messages_server: MessagesServer) -> None:
    """A refused key is not tried again."""
    messages_server.reply(*[replies.fault(401, "authentication_error", "invalid x-api-key")] * 3)
    agent = await hub.agents.create(claude(retries=5))
    found = await ended(hub, (await hub.executions.start(AgentTest(agent.id, "hello"))).id)
    assert (found.error_code, len(messages_server.calls)) == ("bad_api_key", 1)


async def test_an_agent_may_have_a_time_limit_of_its_own(hub: Hub, messages_server: MessagesServer) -> None:
    """Past it the execution fails and says so; the connection is closed."""
    messages_server.default = replies.hanging(["half an ", "answer"])
    agent = await hub.agents.create(claude(timeout_seconds=5))
    found = await ended(hub, (await hub.executions.start(AgentTest(agent.id, "a story"))).id)
    assert (found.status, found.error_code) == (Status.FAILED, "timed_out")
    assert found.output == "half an answer"

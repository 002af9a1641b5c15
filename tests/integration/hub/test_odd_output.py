"""What a model may write and a database may not hold."""

from pathlib import Path

import pytest

from execution_hub.domain.status import Status
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from tests.support import messages_replies as replies
from tests.support.hub import ended, make_settings
from tests.support.messages_server import MessagesServer


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_characters_no_database_holds_become_a_mark(
    kind: str, data_dir: Path, messages_server: MessagesServer, request: pytest.FixtureRequest
) -> None:
    """A NUL and half a character in an answer: the rest is kept, and the execution succeeds."""
    url = {"sqlite": None, "postgresql": "postgres_url"}[kind]
    more = {} if url is None else {"HUB_DATABASE_URL": request.getfixturevalue(url).replace("+psycopg", "")}
    messages_server.reply(replies.text(["be\x00fore ", "\ud83d", " after"]))
    settings = make_settings(
        data_dir, ANTHROPIC_API_KEY="test-key-not-secret", ANTHROPIC_BASE_URL=messages_server.url, **more
    )
    hub = await Hub.open(settings)
    try:
        agent = next(each for each in await hub.agents.every() if each.model.startswith("claude"))
        found = await ended(hub, (await hub.executions.start(AgentTest(agent.id, "odd"))).id)
        assert (found.status, found.error) == (Status.SUCCEEDED, None)
        assert found.output == "be\ufffdfore \ufffd after"
    finally:
        await hub.close()

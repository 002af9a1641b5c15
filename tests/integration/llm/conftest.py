"""Providers, pointed at local servers, with nothing of the machine's own."""

from collections.abc import AsyncIterator

import pytest

from execution_hub.llm.claude import Claude
from execution_hub.llm.openai_compatible import OpenAiCompatible
from execution_hub.llm.prices import Price
from tests.support import completion_replies, completions
from tests.support.claude import claude_settings
from tests.support.messages_server import MessagesServer


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's own proxies, keys and profiles out."""
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_CUSTOM_HEADERS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture
async def claude(messages_server: MessagesServer) -> AsyncIterator[Claude]:
    """Claude, pointed at the local server, patient for one second."""
    model = Claude(claude_settings(messages_server.url), read_timeout_seconds=1)
    yield model
    await model.close()


@pytest.fixture
async def openai(messages_server: MessagesServer) -> AsyncIterator[OpenAiCompatible]:
    """A server of chat completions with a price for its model, asked with patience for one second."""
    messages_server.default = completion_replies.default_reply
    prices = {completions.MODEL: Price(1.0, 10.0, None, 0.1, is_own=True)}
    settings = completions.completion_settings(messages_server.url)
    model = OpenAiCompatible(settings, prices, read_timeout_seconds=1)
    yield model
    await model.close()

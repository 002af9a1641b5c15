"""Providers, pointed at local servers, with nothing of the machine's own."""

from collections.abc import AsyncIterator

import pytest

from execution_hub.llm.claude import Claude
from execution_hub.llm.openai_compatible import OpenAiCompatible
from execution_hub.llm.prices import Price
from tests.support import completion_replies, completions
from tests.support.claude import claude_settings
from tests.support.messages_server import MessagesServer

SILENT_SECONDS = 1
"""How long a provider may say nothing where that is tested; elsewhere a busy machine is given more."""


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's own proxies, keys and profiles out."""
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_CUSTOM_HEADERS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture
def read_timeout_seconds(request: pytest.FixtureRequest) -> float:
    """How long a model waits for the next bytes: short where the provider of a test is `silent`."""
    return SILENT_SECONDS if request.node.get_closest_marker("silent") else 30


@pytest.fixture
async def claude(messages_server: MessagesServer, read_timeout_seconds: float) -> AsyncIterator[Claude]:
    """Claude, pointed at the local server."""
    model = Claude(claude_settings(messages_server.url), read_timeout_seconds=read_timeout_seconds)
    yield model
    await model.close()


@pytest.fixture
async def openai(messages_server: MessagesServer, read_timeout_seconds: float) -> AsyncIterator[OpenAiCompatible]:
    """A server of chat completions with a price for its model."""
    messages_server.default = completion_replies.default_reply
    prices = {completions.MODEL: Price(1.0, 10.0, None, 0.1, is_own=True)}
    settings = completions.completion_settings(messages_server.url)
    model = OpenAiCompatible(settings, prices, read_timeout_seconds=read_timeout_seconds)
    yield model
    await model.close()

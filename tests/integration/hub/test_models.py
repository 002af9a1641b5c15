"""The models a hub offers: what the providers list, what has a price, and the offline one."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from execution_hub.hub.hub import Hub
from execution_hub.llm import catalogue
from execution_hub.llm.model_info import MODELS_MAX, ModelInfo
from execution_hub.views.model_offer import ModelOffer
from tests.support import messages_replies as replies
from tests.support.api import Api
from tests.support.hub import make_settings
from tests.support.messages_server import MessagesServer

SUPPORTED = {"supported": True}
SONNET = {
    "type": "model",
    "id": "claude-sonnet-5",
    "display_name": "Claude Sonnet 5",
    "created_at": "2026-01-01T00:00:00Z",
    "lifecycle": "active",
    "max_input_tokens": 200_000,
    "max_tokens": 64_000,
    "retires_at": "2027-03-01T00:00:00Z",
    "capabilities": {"thinking": SUPPORTED, "effort": {"supported": False}, "image_input": SUPPORTED},
}
LLAMA = {"id": "llama", "object": "model", "max_model_len": 8_192, "supported_parameters": ["tools", "top_k"]}


@asynccontextmanager
async def opened(data_dir: Path, **settings: str) -> AsyncIterator[Hub]:
    hub = await Hub.open(make_settings(data_dir, **settings))
    try:
        yield hub
    finally:
        await hub.close()


def both(server: MessagesServer) -> dict[str, str]:
    """Return settings with which both providers are this server."""
    return {
        "ANTHROPIC_API_KEY": "test-key-not-secret",
        "ANTHROPIC_BASE_URL": server.url,
        "OPENAI_BASE_URL": f"{server.url}/v1",
    }


def by_name(found: tuple[ModelInfo, ...]) -> dict[str, ModelInfo]:
    return {each.name: each for each in found}


async def test_models_are_listed_with_sizes_abilities_and_prices(
    data_dir: Path, messages_server: MessagesServer
) -> None:
    """The offline one first, each by the name an agent needs; one with a price that nobody lists is there too."""
    messages_server.listing = lambda call: replies.listing(
        *([SONNET] if "anthropic-version" in call.headers else [LLAMA, {"id": "nomic-embed-text", "object": "model"}])
    )(call)
    async with opened(data_dir, **both(messages_server)) as hub:
        listed = await hub.models.fresh()
    found = by_name(listed)
    assert listed[0].name == "simulated"
    sonnet, llama = found["claude-sonnet-5"], found["openai/llama"]
    assert (sonnet.display_name, sonnet.context_tokens, sonnet.max_output_tokens) == (
        "Claude Sonnet 5",
        200_000,
        64_000,
    )
    assert sonnet.capabilities == {"tools", "thinking", "image_input"}
    assert sonnet.price is not None and sonnet.retires_at.startswith("2027-03-01")
    assert (llama.context_tokens, llama.capabilities, llama.price) == (8_192, frozenset({"tools"}), None)
    assert "openai/nomic-embed-text" not in found, "it does not answer"
    assert not found["claude-opus-5"].is_listed and found["claude-opus-5"].price is not None
    # Of thinking and effort its provider tells; whether it can be held to a schema, it does not say.
    label = "Claude Sonnet 5 · 200k · $2 / $10 · † 2027-03-01"
    assert ModelOffer.of(sonnet) == ModelOffer("claude-sonnet-5", label, "anthropic", ("effort",))
    assert ModelOffer.of(llama).lacks == ("output_schema",)


FAULTY: dict[str, Callable[..., Any]] = {
    "an error": replies.internal_error(),
    "a page": replies.page(200),
    "another shape": replies.listing({"name": 7}),
    "no connection": replies.refusing_connection(),
    "silence": replies.hanging(),
}


@pytest.mark.parametrize("name", FAULTY)
async def test_a_provider_that_does_not_list_is_left_out_quietly(
    data_dir: Path, messages_server: MessagesServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Within a bounded time; what has a price is there all the same."""
    monkeypatch.setattr(catalogue, "LIST_TIMEOUT_SECONDS", 0.5)
    messages_server.listing = FAULTY[name]
    async with opened(data_dir, **both(messages_server)) as hub:
        found = by_name(await hub.models.fresh())
    assert {"simulated", "claude-sonnet-5"} <= set(found)
    assert not any(each.is_listed for each in found.values() if each.name != "simulated")


async def test_names_no_agent_can_have_are_left_out(data_dir: Path, messages_server: MessagesServer) -> None:
    """What a provider says is untrusted, and there are a thousand at most."""
    odd = [{"id": name, "object": "model"} for name in ("", "x" * 500, "a\u202eb", " a")]
    many = [{"id": f"m{number}", "object": "model", "name": "T" * 900} for number in range(MODELS_MAX + 50)]
    messages_server.listing = replies.listing(*odd, *many)
    async with opened(data_dir, OPENAI_BASE_URL=f"{messages_server.url}/v1") as hub:
        found = [each for each in await hub.models.fresh() if each.name.startswith("openai/")]
    assert found and len(found) <= MODELS_MAX
    assert all(each.name.startswith("openai/m") and len(each.display_name) <= 200 for each in found)


async def test_they_are_asked_for_once_in_some_minutes(data_dir: Path, messages_server: MessagesServer) -> None:
    """However often a form is opened, and by however many."""
    async with opened(data_dir, OPENAI_BASE_URL=f"{messages_server.url}/v1") as hub:
        for _ in range(3):
            hub.models.refresh()
            await hub.models.fresh()
    assert len(messages_server.listings) == 1


async def test_the_api_lists_them(api: Api) -> None:
    """Without a key too: the offline one, and those with a price."""
    status, listed = await api.call("GET", "/api/models")
    assert (status, listed["next_cursor"]) == (200, None)
    first = listed["items"][0]
    assert (first["name"], first["provider"], first["price"]) == ("simulated", "hub", None)
    assert any(each["name"] == "claude-sonnet-5" and each["price"]["input"] == 2 for each in listed["items"])

"""Claude through the Anthropic Messages API. The only module that imports the anthropic SDK."""

from collections.abc import AsyncGenerator
from dataclasses import asdict
from typing import Any

import httpx2
from anthropic import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AsyncAnthropic,
    DefaultAsyncHttpxClient,
)

from execution_hub.llm.endpoint import Endpoint
from execution_hub.llm.model_info import MODELS_MAX, ModelInfo, whole_number
from execution_hub.llm.port import NONE, ModelEvent, ModelRequest
from execution_hub.llm.prices import Prices, price_table
from execution_hub.llm.providers import ANTHROPIC_URL, secret_of
from execution_hub.llm.reply import Reply
from execution_hub.llm.sdk_client import SdkClient
from execution_hub.llm.sdk_faults import Sdk
from execution_hub.settings import Settings

READ_TIMEOUT_SECONDS = 120.0
# About 2,000 tokens. Writing to the cache costs a quarter more and reading a tenth, so it pays from the second time on;
# what is shorter than some 1,000 to 4,000 tokens, by model, the provider does not keep, and takes no more for it.
CACHED_PROMPT_MIN_CHARS = 8_000
_CACHED = {"type": "ephemeral"}

_SDK = Sdk(
    APIStatusError,
    APITimeoutError,
    APIConnectionError,
    APIError,
    DefaultAsyncHttpxClient,
    request_id="request-id",
    status_and_kind=lambda error: (error.status_code, error.type),
)


class Claude:
    """The model port over the Messages API."""

    def __init__(
        self,
        settings: Settings,
        prices: Prices | None = None,
        *,
        read_timeout_seconds: float = READ_TIMEOUT_SECONDS,
    ) -> None:
        """Remember how to reach the provider; nothing is connected yet.

        Args:
            settings: The key and the base URL.
            prices: What tokens cost; as published if omitted.
            read_timeout_seconds: The longest silence between two bytes, where a request names none; the API sends
                pings well within the default.
        """
        self._prices = price_table() if prices is None else prices
        self._read_timeout_seconds = read_timeout_seconds
        # Both given to the SDK, else it looks for addresses and keys in places of its own.
        endpoint = Endpoint(
            url=settings.anthropic_base_url or ANTHROPIC_URL,
            key=secret_of(settings.anthropic_api_key),
            url_variable="ANTHROPIC_BASE_URL",
            key_variable="ANTHROPIC_API_KEY",
            example=ANTHROPIC_URL,
        )
        self._client = SdkClient(
            _SDK, endpoint, lambda given: AsyncAnthropic(api_key=endpoint.key, base_url=endpoint.url, **given)
        )

    def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Answer a request; see `port.Model.stream`."""

        async def ask(client: AsyncAnthropic, limits: httpx2.Timeout) -> Any:
            return await client.messages.create(**_body(request), stream=True, timeout=limits)

        return self._client.stream(
            ask,
            lambda request_id: Reply(request.model, request_id, self._prices),
            model=request.model,
            silence_seconds=request.silence_seconds or self._read_timeout_seconds,
        )

    async def list_models(self) -> list[ModelInfo]:
        """Return the provider's models; see `catalogue.Lists.list_models`."""

        async def ask(client: AsyncAnthropic, limits: httpx2.Timeout) -> list[ModelInfo]:
            page = await client.models.list(limit=MODELS_MAX, timeout=limits)
            return [_info(each) for each in page.data or () if isinstance(each.id, str)]

        return await self._client.list_models(ask)

    async def close(self) -> None:
        """Close the connections on every loop that streamed and still runs."""
        await self._client.close()


def _info(told: Any) -> ModelInfo:
    can = getattr(told, "capabilities", None)
    names = ("effort", "image_input", "pdf_input", "structured_outputs", "thinking")
    found = {name for name in names if getattr(getattr(can, name, None), "supported", False)}
    retires_at = getattr(told, "retires_at", None)
    return ModelInfo(
        told.id,
        "anthropic",
        str(getattr(told, "display_name", "") or told.id),
        whole_number(getattr(told, "max_input_tokens", None)),
        whole_number(getattr(told, "max_tokens", None)),
        # Every one of them takes tools.
        frozenset({"tools", *found}),
        "" if retires_at is None else str(retires_at),
        told=frozenset(name for name in names if getattr(can, name, None) is not None),
    )


def _body(request: ModelRequest) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": request.model,
        "max_tokens": request.max_tokens,
        "messages": list(request.messages),
    }
    # The API refuses an empty system prompt.
    if request.system_prompt.strip():
        body["system"] = _system(request.system_prompt)
    if request.tools:
        body["tools"] = [asdict(tool) for tool in request.tools]
        # Another turn follows at once, and begins with all that this one is told: from there on it is read again.
        body["cache_control"] = _CACHED
        if request.tool_choice == NONE:
            body["tool_choice"] = {"type": "none"}
    if request.thinking == "adaptive":
        # Some models leave the words of their thinking out unless they are asked for.
        body["thinking"] = {"type": "adaptive", "display": "summarized"}
    elif request.thinking is not None:
        body["thinking"] = {"type": request.thinking}
    output: dict[str, Any] = {}
    if request.effort is not None:
        output["effort"] = request.effort
    if request.output_schema is not None:
        output["format"] = {"type": "json_schema", "schema": request.output_schema}
    return body | ({"output_config": output} if output else {})


def _system(prompt: str) -> str | list[dict[str, Any]]:
    """Return the prompt as it is sent: a long one marked, so that the agent's next execution finds it in the cache."""
    if len(prompt) < CACHED_PROMPT_MIN_CHARS:
        return prompt
    return [{"type": "text", "text": prompt, "cache_control": _CACHED}]

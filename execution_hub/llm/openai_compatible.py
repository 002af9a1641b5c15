"""OpenAI, and whatever speaks its chat completions. The only module that imports the openai SDK.

Models are named `openai/NAME` for the server's NAME: those of OpenAI, or of OPENAI_BASE_URL (Ollama, vLLM, LM Studio,
llama.cpp, OpenRouter).
"""

from collections.abc import AsyncGenerator
from typing import Any

import httpx2
from openai import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AsyncOpenAI,
    DefaultAsyncHttpxClient,
)

from execution_hub.llm.completion import Completion
from execution_hub.llm.completion_request import completion_body
from execution_hub.llm.endpoint import Endpoint
from execution_hub.llm.model_info import ModelInfo, whole_number
from execution_hub.llm.port import ModelEvent, ModelRequest
from execution_hub.llm.prices import Prices, price_table
from execution_hub.llm.providers import OPENAI_PREFIX, OPENAI_URL, secret_of
from execution_hub.llm.sdk_client import SdkClient
from execution_hub.llm.sdk_faults import Sdk
from execution_hub.settings import Settings

# A local server may load a model first, and says nothing meanwhile.
READ_TIMEOUT_SECONDS = 300.0
# The SDK wants some key; servers that need none look at none.
_NO_KEY = "none"

_OTHER_KINDS = ("embed", "whisper", "tts", "dall-e", "moderation", "transcribe", "gpt-image", "sora", "rerank")

# What is wrong, where the status does not say it or there is none within a stream.
_KINDS = {
    "insufficient_quota": "billing_error",
    "rate_limit_exceeded": "rate_limit_error",
    "rate_limit_error": "rate_limit_error",
    "invalid_request_error": "invalid_request_error",
    "BadRequestError": "invalid_request_error",
    "context_length_exceeded": "invalid_request_error",
    "exceed_context_size_error": "invalid_request_error",
    "model_not_found": "not_found_error",
    "invalid_model": "not_found_error",
    "NotFoundError": "not_found_error",
}


def _status_and_kind(error: Any) -> tuple[int, str | None]:
    """Return an error's status, and its name where that says more: an error within a stream has no status."""
    kind = _KINDS.get(str(error.code)) or _KINDS.get(str(error.type))
    if isinstance(error, APIStatusError):
        # The types of answers with a status are too coarse: a bad key is an "invalid request" among them.
        is_exact = kind == "billing_error" or (kind == "not_found_error" and error.status_code == 400)
        return error.status_code, kind if is_exact else None
    told = str(error.code or "")
    return (int(told), None) if told.isdigit() and 400 <= int(told) < 600 else (500, kind)


_SDK = Sdk(
    APIStatusError,
    APITimeoutError,
    APIConnectionError,
    APIError,
    DefaultAsyncHttpxClient,
    request_id="x-request-id",
    status_and_kind=_status_and_kind,
)


class OpenAiCompatible:
    """The model port over chat completions."""

    def __init__(
        self,
        settings: Settings,
        prices: Prices | None = None,
        *,
        read_timeout_seconds: float = READ_TIMEOUT_SECONDS,
    ) -> None:
        """Remember how to reach the server; nothing is connected yet.

        Args:
            settings: The key and the base URL.
            prices: What tokens cost; as published if omitted.
            read_timeout_seconds: The longest silence between two bytes, where a request names none.
        """
        self._prices = price_table() if prices is None else prices
        self._read_timeout_seconds = read_timeout_seconds
        self._endpoint = Endpoint(
            url=settings.openai_base_url or OPENAI_URL,
            key=secret_of(settings.openai_api_key),
            url_variable="OPENAI_BASE_URL",
            key_variable="OPENAI_API_KEY",
            example=OPENAI_URL,
            needs_key=not settings.openai_base_url,
        )
        self._client = SdkClient(_SDK, self._endpoint, self._made)

    def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Answer a request; see `port.Model.stream`."""

        async def ask(client: AsyncOpenAI, limits: httpx2.Timeout) -> Any:
            body = completion_body(request, self._endpoint.url)
            return await client.chat.completions.create(**body, stream=True, timeout=limits)

        return self._client.stream(
            ask,
            lambda request_id: Completion(request.model, request_id, self._prices),
            model=request.model,
            silence_seconds=request.silence_seconds or self._read_timeout_seconds,
        )

    async def list_models(self) -> list[ModelInfo]:
        """Return the server's models; see `catalogue.Lists.list_models`."""

        async def ask(client: AsyncOpenAI, limits: httpx2.Timeout) -> list[ModelInfo]:
            page = await client.models.list(timeout=limits)
            return [_info(each) for each in page.data or () if _writes_text(each.id)]

        return await self._client.list_models(ask)

    async def close(self) -> None:
        """Close the connections on every loop that streamed and still runs."""
        await self._client.close()

    def _made(self, given: dict[str, Any]) -> AsyncOpenAI:
        client = AsyncOpenAI(api_key=self._endpoint.key or _NO_KEY, base_url=self._endpoint.url, **given)
        # The SDK has read these from the environment; another server has no business with them.
        client.organization = client.project = client.admin_api_key = None
        return client


def _info(told: Any) -> ModelInfo:
    """Return what a server tells of a model: most tell its name alone, some more, each under a name of its own."""
    sizes = (getattr(told, name, None) for name in ("context_length", "max_model_len", "context_window"))
    can = getattr(told, "supported_parameters", None)
    known = frozenset({"tools", "structured_outputs"})
    return ModelInfo(
        f"{OPENAI_PREFIX}{told.id}",
        "openai",
        str(getattr(told, "name", "") or told.id),
        next((size for size in map(whole_number, sizes) if size is not None), None),
        # A server's words: what is in the list may be anything.
        capabilities=known.intersection(each for each in can if isinstance(each, str))
        if isinstance(can, list)
        else frozenset(),
        retires_at=str(getattr(told, "shutdown_date", None) or ""),
        told=known if isinstance(can, list) else frozenset(),
    )


def _writes_text(name: object) -> bool:
    """Tell whether a model may hold a conversation: the lists hold others too."""
    if not isinstance(name, str) or not name or name != name.strip():
        return False
    return not any(kind in name.lower() for kind in _OTHER_KINDS)

"""Claude through the Anthropic Messages API. The only module that imports the anthropic SDK (and its httpx2)."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import httpx2
from anthropic import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    AsyncAnthropic,
    AsyncStream,
    DefaultAsyncHttpxClient,
)
from anthropic.types import RawMessageStreamEvent

from execution_hub.errors import (
    BadKey,
    ConnectionFailed,
    ExecutionError,
    InvalidRequest,
    MalformedReply,
    MissingKey,
    ModelTimeout,
    StreamCut,
)
from execution_hub.llm.faults import WAY, Complaint, explain, redact, retry_after
from execution_hub.llm.port import NONE, ModelEvent, ModelRequest, UsageSoFar
from execution_hub.llm.prices import Prices, price_table
from execution_hub.llm.providers import ANTHROPIC_URL as API_URL
from execution_hub.llm.reply import Reply
from execution_hub.network import is_loopback
from execution_hub.settings import Settings, proxy_for

PROXY_EXAMPLE = "http://proxy.example.com:3128"
CONNECT_TIMEOUT_SECONDS = 10.0
READ_TIMEOUT_SECONDS = 120.0
_CLOSE_TIMEOUT_SECONDS = 5.0
# About 2,000 tokens. Writing to the cache costs a quarter more and reading a tenth, so it pays from the second time on;
# what is shorter than some 1,000 to 4,000 tokens, by model, the provider does not keep, and takes no more for it.
CACHED_PROMPT_MIN_CHARS = 8_000
_CACHED = {"type": "ephemeral"}

# What the SDK and its HTTP library raise; ValueError is bad JSON or UTF-8, RecursionError JSON that is too deep.
_FAULTS = (APIError, httpx2.HTTPError, httpx2.InvalidURL, ValueError, RecursionError)


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
        self._settings = settings
        self._prices = price_table() if prices is None else prices
        # Both given to the SDK, else it looks for addresses and keys in places of its own.
        self._base_url = settings.anthropic_base_url or API_URL
        self._read_timeout_seconds = read_timeout_seconds
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncAnthropic] = WeakKeyDictionary()
        self._lock = threading.Lock()

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Answer a request; see `port.Model.stream`."""
        key = self._key()
        fault: ExecutionError | None = None
        stream: AsyncStream[RawMessageStreamEvent] | None = None
        reply = Reply(request.model, None, self._prices)
        try:
            stream = await self._client(key).messages.create(
                **_body(request), stream=True, timeout=self._timeout(request)
            )
            reply = Reply(request.model, stream.response.headers.get("request-id"), self._prices)
            # From here on it costs something, and nobody has told how much.
            yield UsageSoFar(reply.usage)
            async for event in stream:
                for piece in reply.take(event):
                    yield piece
            _check_kind(stream.response, reply)
            yield reply.end()
        except _FAULTS as error:
            fault = self._explain(error, request, reply, key)
        finally:
            if stream is not None:
                await stream.close()
        if fault is not None:
            if stream is None and isinstance(fault, ModelTimeout):
                # The request was sent: whether it was answered, and for how much, nobody can tell.
                yield UsageSoFar(reply.usage)
            # Raised out here, so that it has no __context__: the SDK's error holds the request with its key.
            raise fault

    async def close(self) -> None:
        """Close the connections on every loop that streamed and still runs."""
        with self._lock:
            clients = list(self._clients.items())
            self._clients.clear()
        here = asyncio.get_running_loop()
        for loop, client in clients:
            if loop is here:
                await client.close()
            elif loop.is_running():
                # That loop may stop before it gets to it, and then nobody would answer.
                with suppress(TimeoutError):
                    closing = asyncio.run_coroutine_threadsafe(client.close(), loop)
                    await asyncio.wait_for(asyncio.wrap_future(closing), _CLOSE_TIMEOUT_SECONDS)

    def _key(self) -> str:
        secret = self._settings.anthropic_api_key
        key = secret.get_secret_value().strip() if secret else ""
        if not key:
            raise MissingKey
        # Checked here, for the HTTP library would quote the whole key in its complaint.
        if not key.isascii() or not key.isprintable() or " " in key:
            raise BadKey("ANTHROPIC_API_KEY holds characters no key has. Copy the key again and restart.")
        return key

    def _client(self, key: str) -> AsyncAnthropic:
        """Return the client of the running loop: its connections cannot be used from another."""
        loop = asyncio.get_running_loop()
        with self._lock:
            if loop not in self._clients:
                client = _made(key, self._base_url)
                if client is None:
                    # Out here, so that it has no __context__: that one may hold the proxy's password.
                    name, _ = proxy_for(self._base_url) or ("HTTPS_PROXY", "")
                    raise ConnectionFailed(f"The proxy in {name} cannot be used. Example: {name}={PROXY_EXAMPLE}")
                self._clients[loop] = client
            return self._clients[loop]

    def _silence_seconds(self, request: ModelRequest) -> float:
        return request.silence_seconds or self._read_timeout_seconds

    def _timeout(self, request: ModelRequest) -> httpx2.Timeout:
        return httpx2.Timeout(self._silence_seconds(request), connect=CONNECT_TIMEOUT_SECONDS)

    def _explain(self, error: Exception, request: ModelRequest, reply: Reply, key: str) -> ExecutionError:
        """Return our error for one of the SDK's or the HTTP library's."""
        match error:
            case APIStatusError():
                headers = error.response.headers
                return explain(
                    Complaint(
                        status=error.status_code,
                        kind=error.type,
                        words=redact(str(error.api_message or ""), key),
                        model=redact(request.model, key),
                        request_id=headers.get("request-id"),
                        retry_after_seconds=retry_after(headers),
                        # The API answers in JSON, whatever happens.
                        is_page=isinstance(error.body, str) and bool(error.body),
                        way=self._way(),
                    )
                )
            case APITimeoutError() if isinstance(error.__cause__, httpx2.ConnectTimeout):
                return self._unreachable(error, f"no connection within {CONNECT_TIMEOUT_SECONDS:g} s")
            case APITimeoutError() | httpx2.TimeoutException():
                silence = f"{self._silence_seconds(request):g}"
                return ModelTimeout(
                    f"The provider sent nothing for {silence} s. Try again, or give the agent a longer time limit."
                )
            case APIConnectionError() if isinstance(error.__cause__, httpx2.RemoteProtocolError | httpx2.ReadError):
                return self._unreachable(error, "it closed the connection without an answer")
            case APIConnectionError():
                return self._unreachable(error, redact(str(error.__cause__ or "connection error"), key))
            case httpx2.InvalidURL():
                return ConnectionFailed(f"ANTHROPIC_BASE_URL is no address. Example: {API_URL}")
            case httpx2.HTTPError():
                return StreamCut()
            case UnicodeEncodeError():
                return InvalidRequest("The input or the prompt holds half a character (a lone surrogate). Remove it.")
            case _:
                begun = "" if reply.is_started else f" Check {self._way()}."
                return MalformedReply(f"The provider's answer could not be understood.{begun}")

    def _unreachable(self, error: APIConnectionError, reason: str) -> ConnectionFailed:
        # Only the host: an address may hold a password.
        host, proxy = error.request.url.host, proxy_for(self._base_url)
        through = f" through the proxy {proxy[1]}" if proxy else ""
        return ConnectionFailed(
            f"The provider at {host} could not be reached{through} ({reason}). Check {self._way()}.", host=host
        )

    def _way(self) -> str:
        """Return what lies between us and the provider, for a person to check."""
        proxy = proxy_for(self._base_url)
        return f"{proxy[0]} (the proxy {proxy[1]}) and ANTHROPIC_BASE_URL" if proxy else WAY


def _made(key: str, base_url: str) -> AsyncAnthropic | None:
    """Return a client, None if the environment's proxy cannot be used."""
    direct: dict[str, Any] = {}
    if is_loopback(urlsplit(base_url).hostname or ""):
        # A proxy's 127.0.0.1 is another one. With a transport of its own a client asks no environment for proxies.
        direct["http_client"] = DefaultAsyncHttpxClient(transport=httpx2.AsyncHTTPTransport(), trust_env=False)
    try:
        return AsyncAnthropic(api_key=key, base_url=base_url, max_retries=0, **direct)
    except (ValueError, ImportError, httpx2.InvalidURL):
        return None


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


def _check_kind(response: httpx2.Response, reply: Reply) -> None:
    """Refuse what is no event stream at all: the page of a proxy, a wrong address."""
    kind = response.headers.get("content-type", "")
    if not reply.is_started and not kind.startswith("text/event-stream"):
        raise ValueError("not an event stream")

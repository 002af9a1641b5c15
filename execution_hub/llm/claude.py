"""Claude through the Anthropic Messages API. The only module that imports the anthropic SDK (and its httpx2)."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

import httpx2
from anthropic import APIConnectionError, APIError, APIStatusError, APITimeoutError, AsyncAnthropic, AsyncStream
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
from execution_hub.llm.faults import Complaint, explain, redact, retry_after
from execution_hub.llm.port import ModelEvent, ModelRequest, UsageSoFar
from execution_hub.llm.reply import Reply
from execution_hub.settings import Settings

API_URL = "https://api.anthropic.com"
CONNECT_TIMEOUT_SECONDS = 10.0
READ_TIMEOUT_SECONDS = 120.0
_CLOSE_TIMEOUT_SECONDS = 5.0

# What the SDK and its HTTP library raise; ValueError is bad JSON or UTF-8.
_FAULTS = (APIError, httpx2.HTTPError, httpx2.InvalidURL, ValueError)


class Claude:
    """The model port over the Messages API."""

    def __init__(self, settings: Settings, *, read_timeout_seconds: float = READ_TIMEOUT_SECONDS) -> None:
        """Remember how to reach the provider; nothing is connected yet.

        Args:
            settings: The key and the base URL.
            read_timeout_seconds: The longest silence between two bytes; the API sends pings well within the default.
        """
        self._settings = settings
        self._read_timeout_seconds = read_timeout_seconds
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncAnthropic] = WeakKeyDictionary()
        self._lock = threading.Lock()

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Answer a request; see `port.Model.stream`."""
        key = self._key()
        fault: ExecutionError | None = None
        stream: AsyncStream[RawMessageStreamEvent] | None = None
        reply = Reply(request.model, None)
        try:
            stream = await self._client(key).messages.create(**_body(request), stream=True)
            reply = Reply(request.model, stream.response.headers.get("request-id"))
            # From here on it costs something, and nobody has told how much.
            yield UsageSoFar(reply.usage)
            async for event in stream:
                for piece in reply.take(event):
                    yield piece
            _check_kind(stream.response, reply)
            yield reply.end()
        except _FAULTS as error:
            fault = self._explain(error, request.model, reply, key)
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
                self._clients[loop] = AsyncAnthropic(
                    # Both given, else the SDK looks for tokens, profiles and addresses in places of its own.
                    api_key=key,
                    base_url=self._settings.anthropic_base_url or API_URL,
                    max_retries=0,
                    timeout=httpx2.Timeout(self._read_timeout_seconds, connect=CONNECT_TIMEOUT_SECONDS),
                )
            return self._clients[loop]

    def _explain(self, error: Exception, model: str, reply: Reply, key: str) -> ExecutionError:
        """Return our error for one of the SDK's or the HTTP library's."""
        match error:
            case APIStatusError():
                headers = error.response.headers
                return explain(
                    Complaint(
                        status=error.status_code,
                        kind=error.type,
                        words=redact(str(error.api_message or ""), key),
                        model=redact(model, key),
                        request_id=headers.get("request-id"),
                        retry_after_seconds=retry_after(headers),
                    )
                )
            case APITimeoutError() if isinstance(error.__cause__, httpx2.ConnectTimeout):
                return _unreachable(error, f"no connection within {CONNECT_TIMEOUT_SECONDS:g} s")
            case APITimeoutError() | httpx2.TimeoutException():
                silence = f"{self._read_timeout_seconds:g}"
                return ModelTimeout(f"The provider sent nothing for {silence} s. Try again.")
            case APIConnectionError() if isinstance(error.__cause__, httpx2.RemoteProtocolError | httpx2.ReadError):
                return _unreachable(error, "it closed the connection without an answer")
            case APIConnectionError():
                return _unreachable(error, redact(str(error.__cause__ or "connection error"), key))
            case httpx2.InvalidURL():
                return ConnectionFailed(f"ANTHROPIC_BASE_URL is no address. Example: {API_URL}")
            case httpx2.HTTPError():
                return StreamCut()
            case UnicodeEncodeError():
                return InvalidRequest("The input or the prompt holds half a character (a lone surrogate). Remove it.")
            case _:
                begun = "" if reply.is_started else " Check ANTHROPIC_BASE_URL if it is set."
                return MalformedReply(f"The provider's answer could not be understood.{begun}")


def _unreachable(error: APIConnectionError, reason: str) -> ConnectionFailed:
    # Only the host: an address may hold a password.
    host = error.request.url.host
    return ConnectionFailed(
        f"The provider at {host} could not be reached ({reason}). Check the network and ANTHROPIC_BASE_URL.",
        host=host,
    )


def _body(request: ModelRequest) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": request.model,
        "max_tokens": request.max_tokens,
        "messages": [{"role": "user", "content": request.input}],
    }
    if request.so_far:
        body["messages"].append({"role": "assistant", "content": list(request.so_far)})
    # The API refuses an empty system prompt.
    return body | {"system": request.system_prompt} if request.system_prompt.strip() else body


def _check_kind(response: httpx2.Response, reply: Reply) -> None:
    """Refuse what is no event stream at all: the page of a proxy, a wrong address."""
    kind = response.headers.get("content-type", "")
    if not reply.is_started and not kind.startswith("text/event-stream"):
        raise ValueError("not an event stream")

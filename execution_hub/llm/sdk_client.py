"""One provider behind its SDK: how a stream of it is opened, read and closed, and how its faults are told."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from typing import Any, Generic, Protocol, TypeVar

import httpx2

from execution_hub.domain.usage import Usage
from execution_hub.errors import ExecutionError, ModelTimeout
from execution_hub.llm.endpoint import Clients, Closable, Endpoint
from execution_hub.llm.model_info import LIST_TIMEOUT_SECONDS, ModelInfo
from execution_hub.llm.port import ModelEvent, UsageSoFar
from execution_hub.llm.rate_headers import RateTold, read_rate
from execution_hub.llm.sdk_faults import Moment, Sdk, check_kind, explain_fault, timeout_of


class Answer(Protocol):
    """What has arrived of one answer, in a provider's own shape.

    Attributes:
        is_started: Whether the answer has begun.
        usage: What the provider has told of it so far.
    """

    is_started: bool
    usage: Usage

    def take(self, event: Any) -> Iterator[ModelEvent]:
        """Take in the next event of the stream and yield what it means."""
        ...

    def end(self) -> Iterator[ModelEvent]:
        """Yield the last events, now that the stream has ended."""
        ...


Client = TypeVar("Client", bound=Closable)


class SdkClient(Generic[Client]):
    """Asks one provider, through a client of its SDK for each event loop."""

    def __init__(self, sdk: Sdk, endpoint: Endpoint, make: Callable[[dict[str, Any]], Client]) -> None:
        """Remember how to reach it; nothing is connected yet.

        Args:
            sdk: Its SDK.
            endpoint: Where it is.
            make: Makes a client, given what it takes besides key and address.
        """
        self._sdk = sdk
        self._endpoint = endpoint
        self._make = make
        self.clients: Clients[Client] = Clients()

    async def stream(
        self,
        ask: Callable[[Client, httpx2.Timeout], Awaitable[Any]],
        begin: Callable[[str | None], Answer],
        *,
        model: str,
        silence_seconds: float,
    ) -> AsyncGenerator[ModelEvent, None]:
        """Answer a request; see `port.Model.stream`.

        Args:
            ask: Sends the request and returns the SDK's stream.
            begin: Makes an empty answer, given the provider's id of the request.
            model: Who is asked.
            silence_seconds: The longest silence between two bytes.
        """
        client = self._client()
        fault: ExecutionError | None = None
        stream: Any = None
        answer = begin(None)
        try:
            stream = await ask(client, timeout_of(silence_seconds))
            answer = begin(stream.response.headers.get(self._sdk.request_id))
            told = read_rate(stream.response.headers)
            if told != RateTold():
                yield told
            # From here on it costs something, and nobody has told how much.
            yield UsageSoFar(answer.usage)
            async for event in stream:
                for piece in answer.take(event):
                    yield piece
            check_kind(stream.response, is_started=answer.is_started)
            for piece in answer.end():
                yield piece
        except self._sdk.faults as error:
            moment = Moment(model, silence_seconds, stream is not None, answer.is_started)
            fault = explain_fault(error, self._sdk, self._endpoint, moment)
        finally:
            if stream is not None:
                await stream.close()
        if fault is not None:
            if stream is None and isinstance(fault, ModelTimeout):
                # The request was sent: whether it was answered, and for how much, nobody can tell.
                yield UsageSoFar(answer.usage)
            # Raised out here, so that it has no __context__: the SDK's error holds the request with its key.
            raise fault

    async def list_models(self, ask: Callable[[Client, httpx2.Timeout], Awaitable[list[ModelInfo]]]) -> list[ModelInfo]:
        """Return its models; see `catalogue.Lists.list_models`.

        Args:
            ask: Sends the request and reads the answer.
        """
        client = self._client()
        try:
            return await ask(client, timeout_of(LIST_TIMEOUT_SECONDS))
        except self._sdk.faults_of_lists as error:
            fault = explain_fault(error, self._sdk, self._endpoint, Moment("", LIST_TIMEOUT_SECONDS, False, False))
        # Out here: see `stream`.
        raise fault

    async def close(self) -> None:
        """Close the connections on every loop that streamed and still runs."""
        await self.clients.close()

    def _client(self) -> Client:
        self._endpoint.check_key()
        client = self.clients.here(self._made)
        if client is None:
            # Out here, so that it has no __context__: that one may hold the proxy's password.
            raise self._endpoint.bad_proxy()
        return client

    def _made(self) -> Client | None:
        """Return a client, None if the environment's proxy cannot be used."""
        direct: dict[str, Any] = {"max_retries": 0}
        if self._endpoint.is_local:
            # With a transport of its own a client asks no environment for proxies.
            direct["http_client"] = self._sdk.http_client(transport=httpx2.AsyncHTTPTransport(), trust_env=False)
        try:
            return self._make(direct)
        except (ValueError, ImportError, httpx2.InvalidURL):
            return None

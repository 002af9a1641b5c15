"""What an SDK, or the HTTP library under it, raises: from those errors to ours. The SDKs are of one make."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from execution_hub.errors import (
    ExecutionError,
    InvalidRequest,
    MalformedReply,
    ModelTimeout,
    StreamCut,
)
from execution_hub.llm.endpoint import Endpoint
from execution_hub.llm.faults import Complaint, explain, redact, retry_after
from execution_hub.llm.rate_headers import read_rate

CONNECT_TIMEOUT_SECONDS = 10.0
RATE_LIMITED = 429


@dataclass(frozen=True, slots=True)
class Sdk:
    """What is an SDK's own: its errors, its HTTP client.

    Attributes:
        status_error: An answer that is an error.
        timeout_error: No answer in time.
        connection_error: No connection.
        stream_error: An error within a stream, and the base of the others.
        http_client: The SDK's own kind of HTTP client.
        request_id: The header that holds the provider's id of a request.
        status_and_kind: The status and the name of an error, as `explain` knows them.
    """

    status_error: type[Exception]
    timeout_error: type[Exception]
    connection_error: type[Exception]
    stream_error: type[Exception]
    http_client: Callable[..., httpx2.AsyncClient]
    request_id: str
    status_and_kind: Callable[[Any], tuple[int, str | None]]

    @property
    def faults(self) -> tuple[type[Exception], ...]:
        """What may be raised while it streams."""
        # ValueError is bad JSON or UTF-8, RecursionError JSON that is too deep.
        return (self.stream_error, httpx2.HTTPError, httpx2.InvalidURL, ValueError, RecursionError)

    @property
    def faults_of_lists(self) -> tuple[type[Exception], ...]:
        """What may be raised where a list is asked for: its entries may lack anything."""
        return (*self.faults, AttributeError, TypeError)


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a call was when its fault came.

    Attributes:
        model: The model that was asked.
        silence_seconds: For how long the provider might say nothing.
        has_stream: Whether it had taken the request.
        is_started: Whether its answer had begun.
    """

    model: str
    silence_seconds: float
    has_stream: bool
    is_started: bool


def timeout_of(silence_seconds: float) -> httpx2.Timeout:
    """Return the limits of one call: how long until it is connected, and between two bytes."""
    return httpx2.Timeout(silence_seconds, connect=CONNECT_TIMEOUT_SECONDS)


def check_kind(response: httpx2.Response, *, is_started: bool) -> None:
    """Refuse what is no event stream at all: the page of a proxy, a wrong address.

    Raises:
        ValueError: It is none.
    """
    kind = response.headers.get("content-type", "")
    if not is_started and not kind.startswith("text/event-stream"):
        raise ValueError("not an event stream")


def explain_fault(error: Exception, sdk: Sdk, endpoint: Endpoint, moment: Moment) -> ExecutionError:
    """Return our error for one of an SDK's or the HTTP library's.

    Args:
        error: It; the key may stand anywhere in it.
        sdk: Whose it is.
        endpoint: Who was asked.
        moment: Where the call was.
    """
    if isinstance(error, sdk.connection_error):
        return _unconnected(error, sdk, endpoint, moment)
    if isinstance(error, sdk.status_error) or (isinstance(error, sdk.stream_error) and _has_words(error)):
        return explain(_complaint(error, sdk, endpoint, moment))
    match error:
        case httpx2.TimeoutException():
            return _silent(moment)
        case httpx2.InvalidURL():
            return endpoint.no_address()
        case httpx2.HTTPError():
            return StreamCut()
        case UnicodeEncodeError():
            return InvalidRequest("The input or the prompt holds half a character (a lone surrogate). Remove it.")
        case _:
            begun = "" if moment.is_started else f" Check {endpoint.way}."
            return MalformedReply(f"The provider's answer could not be understood.{begun}")


def _has_words(error: Any) -> bool:
    return getattr(error, "body", None) is not None


def _complaint(error: Any, sdk: Sdk, endpoint: Endpoint, moment: Moment) -> Complaint:
    response = getattr(error, "response", None)
    headers = {} if response is None else response.headers
    status, kind = sdk.status_and_kind(error)
    body = getattr(error, "body", None)
    return Complaint(
        status=status,
        kind=kind,
        words=redact(str(getattr(error, "api_message", None) or _said(body) or ""), endpoint.key),
        model=redact(moment.model, endpoint.key),
        request_id=headers.get(sdk.request_id),
        retry_after_seconds=_after(headers, status),
        # The API answers in JSON, whatever happens.
        is_page=isinstance(body, str) and bool(body) and "json" not in headers.get("content-type", ""),
        way=endpoint.way,
        url_variable=endpoint.url_variable,
        key_variable=endpoint.key_variable,
    )


def _after(headers: Mapping[str, str], status: int) -> float | None:
    """Return when the provider wants to be asked again: what has run out of its limit says it, too."""
    told = retry_after(headers)
    return read_rate(headers).wait_seconds if told is None and status == RATE_LIMITED else told


def _said(body: Any) -> Any:
    """Return the words of an error's body, where they mostly stand."""
    if not isinstance(body, dict):
        return body if isinstance(body, str) else None
    inner = body.get("error")
    return body.get("message") or body.get("detail") or (inner.get("message") if isinstance(inner, dict) else inner)


def _unconnected(error: Any, sdk: Sdk, endpoint: Endpoint, moment: Moment) -> ExecutionError:
    cause = error.__cause__
    host = error.request.url.host
    match cause:
        case httpx2.ConnectTimeout():
            return endpoint.unreachable(host, f"no connection within {CONNECT_TIMEOUT_SECONDS:g} s")
        case _ if isinstance(error, sdk.timeout_error):
            return _silent(moment)
        case _ if moment.has_stream:
            return StreamCut()
        case httpx2.RemoteProtocolError() | httpx2.ReadError():
            return endpoint.unreachable(host, "it closed the connection without an answer")
        case _:
            return endpoint.unreachable(host, redact(str(cause or "connection error"), endpoint.key))


def _silent(moment: Moment) -> ModelTimeout:
    return ModelTimeout(
        f"The provider sent nothing for {moment.silence_seconds:g} s. Try again, or give the agent a longer time limit."
    )

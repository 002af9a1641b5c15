"""How errors look on the wire: `{"error": {"code", "message", "details"}}`."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from execution_hub.errors import Conflict, HubError, InvalidInput, NotFound, NotSigned, QueueFull, Stale, Unavailable

logger = structlog.get_logger(__name__)

_STATUSES: tuple[tuple[type[HubError], int], ...] = (
    (InvalidInput, 422),
    (NotSigned, 401),
    (NotFound, 404),
    (Conflict, 409),
    (Stale, 412),
    (QueueFull, 429),
    (Unavailable, 503),
)
FIELD_MAX = 200
# What FastAPI says of a body that is no text, or nested without end.
_UNREADABLE = "There was an error parsing the body"
_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}


def error_response(status: int, code: str, message: str, details: dict[str, Any] | None = None) -> JSONResponse:
    """Return an error as on the wire."""
    return _ErrorResponse({"error": {"code": code, "message": message, "details": details or {}}}, status)


class _ErrorResponse(JSONResponse):
    def render(self, content: Any) -> bytes:
        # The caller's own words may hold half a character, which no answer can carry.
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _field(place: Sequence[str | int]) -> str:
    """Return where in a request something is, as its caller writes it.

    >>> _field(["body", "steps", 2, "when", "op"]), _field(["path", "agent_id"]), _field(["body"])
    ('steps[2].when.op', 'agent_id', 'body')
    """
    # ("body", "input") names a field; a number alone is a position in malformed JSON.
    words = place[1:] if any(isinstance(part, str) for part in place[1:]) else place[:1]
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in words)
    # The caller's own word: it may be endless, or hold half a character.
    return text.removeprefix(".")[:FIELD_MAX].encode(errors="replace").decode()


def status_of(error: HubError) -> int:
    """Return the HTTP status of one of our errors."""
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)


def nothing_at(path: str) -> NotFound:
    """Return the error for a path that leads nowhere."""
    return NotFound(f"There is nothing at {path}.", path=path)


def install(app: FastAPI) -> None:
    """Make an app answer every error in our form."""
    app.add_exception_handler(HubError, _on_hub_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_mistake)


async def _on_hub_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HubError)
    return error_response(status_of(error), error.code, error.message, error.details)


async def _on_invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return _invalid_json()
    return error_response(422, InvalidInput.code, *problem_of(first))


def problem_of(told: Mapping[str, Any], *, is_request: bool = True) -> tuple[str, dict[str, Any]]:
    """Return what pydantic says of a value, in our words, and the details of the error.

    Args:
        told: One of its errors.
        is_request: Whether its place begins with the part of a request in which it is.
    """
    field = _field(told["loc"] if is_request else ("message", *told["loc"]))
    problem = told["msg"].removeprefix("Value error, ")
    message = f"{field}: {problem[:1].lower()}{problem[1:]}."
    if told["type"] == "extra_forbidden":
        message = f"{field}: there is no such field. Remove it."
    elif told["type"] == "missing":
        message = f"{field} is missing. Add it."
    return message, {"field": field, **_limit(told.get("ctx", {}))}


def _limit(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the limit that a value was over, as pydantic tells it: of characters, of items, or of a number."""
    return next(({"limit": told[word]} for word in ("max_length", "le", "lt") if word in told), {})


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 400 and error.detail == _UNREADABLE:
        return _invalid_json()
    code = _CODES.get(error.status_code, "http_error")
    response = error_response(error.status_code, code, f"{request.method} {request.url.path}: {error.detail}.")
    response.headers.update(error.headers or {})
    return response


def _invalid_json() -> Response:
    return error_response(422, "invalid_json", "The body is not valid JSON.", {"field": "body"})


async def _on_mistake(request: Request, error: Exception) -> Response:
    logger.error("api.mistake", path=request.url.path, exc_info=error)
    return error_response(500, "internal_error", "The hub made a mistake. Its log says more.")

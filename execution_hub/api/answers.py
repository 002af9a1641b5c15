"""What the OpenAPI document says of answers: the shape of the good one, and every error that may come instead."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from execution_hub.api import wire

_NOT_POST = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "PUT", "TRACE"]
# Whatever is asked: see guard.py, limit.py and errors.py.
_ALWAYS = {
    403: "A page of another origin asked (`foreign_origin`).",
    421: "The hub is not asked under this name (`host_not_allowed`).",
    422: "Something sent does not fit: `details.field` names it (`invalid_input`, `invalid_json`).",
    503: "The database is away, or the hub is starting or stopping (`unavailable`): try again in a moment.",
}
_WITH_BODY = {
    408: "The body did not arrive in time (`too_slow`): `details.limit` tells in how many seconds it must.",
    413: "The body is too large (`too_large`): `details.limit` tells how many bytes it may have.",
    415: "The body is not sent as JSON (`not_json`).",
}
_ERRORS = {
    401: "It is not signed with the hub's secret (`not_signed`).",
    404: "There is no such object (`not_found`).",
    409: "It clashes with what is there (`conflict`).",
    412: "It has changed since: `details` holds what it is now (`stale`).",
    429: "1 000 executions are pending (`queue_full`): try again when some have begun.",
}


def answers(
    model: type[BaseModel] | None,
    *errors: int,
    status: int = 200,
    has_body: bool = False,
    also: Mapping[int, type[BaseModel]] | None = None,
    **headers: str,
) -> dict[str, Any]:
    """Return what a route's decorator is told of its answers.

    Only the document follows from it: the answers themselves are the domain's own JSON, neither copied nor
    filtered on their way out. That both agree is tested by schemathesis.

    Args:
        model: The shape of the good answer; None where it is empty.
        *errors: The statuses of errors besides those that any request may meet: 401, 404, 409, 412, 429.
        status: The status of the good answer.
        has_body: Whether the request may have a body.
        also: The shapes of other good answers, by status.
        **headers: Headers of the good answer, each with what it means.
    """
    good: dict[str, Any] = {"description": "Done." if model is None else model.__doc__}
    if model is not None:
        good["model"] = model
    if headers:
        good["headers"] = {
            name: {"description": meaning, "schema": {"type": "string"}} for name, meaning in headers.items()
        }
    others = {each: {"model": shape, "description": shape.__doc__} for each, shape in (also or {}).items()}
    told = _ALWAYS | (_WITH_BODY if has_body else {}) | {error: _ERRORS[error] for error in errors}
    responses = {each: {"model": wire.Error, "description": told[each]} for each in sorted(told)}
    return {"status_code": status, "response_model": None, "responses": {status: good, **others, **responses}}


def only_post(router: APIRouter, path: str) -> None:
    """Have a path refuse every method but POST, which would take its last word for an id.

    Args:
        router: Where the path is; before the routes with ids.
        path: The path, below the router's prefix.
    """

    async def refuse() -> None:
        raise HTTPException(405, "Method Not Allowed", {"Allow": "POST"})

    router.add_api_route(path, refuse, methods=_NOT_POST, include_in_schema=False)

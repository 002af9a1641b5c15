"""Versions in headers: `ETag` tells one, `If-Match` says which one a change was made to.

RFC 9110: https://www.rfc-editor.org/rfc/rfc9110#name-conditional-requests
"""

import re
from typing import Annotated, Any

from fastapi import Header, Response
from pydantic import Field, WithJsonSchema

from execution_hub.api.params import JSON_NUMBER_MAX
from execution_hub.domain.numbers import Whole
from execution_hub.domain.stored import Stored
from execution_hub.errors import InvalidInput

IF_MATCH = "If-Match"
# A proxy that compresses makes the tag weak: it still names the version.
_TAG = re.compile(r'\s*(?:W/)?"(\d{1,18})"\s*')
_PATTERN = r'^(\*|(W/)?"[0-9]{1,18}")?$'
# For the document: what answers carry.
ETAG: dict[str, Any] = {"ETag": "The version, for `If-Match`."}

IfMatch = Annotated[
    str,
    WithJsonSchema({"type": "string", "pattern": _PATTERN}),
    Header(description="The `ETag` of what was read; an older one gets 412. Left out, the last save wins."),
]
# In a body. Its default is never used: only what was sent counts, and null is a wrong type.
Version = Annotated[
    Whole,
    Field(ge=1, le=JSON_NUMBER_MAX),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": JSON_NUMBER_MAX}),
]


def tagged(response: Response, found: Stored) -> dict[str, Any]:
    """Return an object as on the wire, and put its version into the header."""
    response.headers["ETag"] = f'"{found.version}"'
    return found.as_json()


def seen_version(if_match: str, version: int | None = None) -> int | None:
    """Return the version a change was made to; None if the caller does not say.

    Args:
        if_match: The header `If-Match`; empty if it was left out.
        version: What the body says. Of two that differ the older counts: one of them is stale.

    Raises:
        InvalidInput: The header is none that this hub gave out.

    >>> seen_version('"3"'), seen_version("*"), seen_version("", 2), seen_version('W/"3"', 2)
    (3, None, 2, 2)
    """
    if if_match.strip() in ("", "*"):
        return version
    tag = _TAG.fullmatch(if_match)
    if tag is None:
        raise InvalidInput(IF_MATCH, 'If-Match: send the ETag of one answer as it is. Example: "3", with the quotes.')
    return int(tag[1]) if version is None else min(int(tag[1]), version)

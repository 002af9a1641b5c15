"""Answers that are files."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from execution_hub.api.answers import answers

JSON_LINES = "application/x-ndjson"
CSV = "text/csv"
HTML = "text/html"


def attachment(name: str, text: str, media_type: str, **headers: str) -> Response:
    """Return a file, to be kept and not shown.

    Args:
        name: What it is called; the letters outside of ASCII come in the form of RFC 6266.
        text: What it holds, written as UTF-8.
        media_type: What it is.
        **headers: Further headers, with underscores for hyphens.
    """
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-._") else "_" for letter in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(text, media_type=media_type, headers={"Content-Disposition": disposition, **told})


def file_answers(meaning: str, examples: Mapping[str, str], *errors: int) -> dict[str, Any]:
    """Return what a route's decorator is told of answers that are files: see `answers`.

    Args:
        meaning: What the file is.
        examples: An example of each media type it may have.
        *errors: The statuses of errors besides those that any request may meet.
    """
    told = answers(None, *errors)
    content = {kind: {"schema": {"type": "string"}, "example": text} for kind, text in examples.items()}
    good = {"description": meaning, "content": content}
    return {**told, "response_class": Response, "responses": {**told["responses"], told["status_code"]: good}}

"""Numbers and times in requests: whole, and no larger than what reads or stores them can hold, either way."""

from typing import Annotated

from fastapi import Header, Path, Query
from pydantic import BeforeValidator, Field, WithJsonSchema

from execution_hub.domain.execution import KEY_MAX
from execution_hub.domain.filters import LIMIT_MAX

# What a database can hold, and what every reader of JSON keeps exact.
NUMBER_MAX = 2**63 - 1
JSON_NUMBER_MAX = 2**53 - 1


def _absent(word: object) -> object:
    return None if word == "" else word


Id = Annotated[int, Path(ge=-NUMBER_MAX, le=NUMBER_MAX, description="Its number.")]
After = Annotated[int, Query(ge=0, le=NUMBER_MAX, description="Only what came after this number.")]
# An empty word in a query is as an absent one: `?agent_id=&status=failed`.
MaybeId = Annotated[Annotated[int, Field(ge=-NUMBER_MAX, le=NUMBER_MAX)] | None, BeforeValidator(_absent), Query()]
MaybeAfter = Annotated[Annotated[int, Field(ge=0, le=NUMBER_MAX)] | None, BeforeValidator(_absent), Query()]

_TIME = {"anyOf": [{"type": "string", "format": "date-time"}, {"const": ""}], "examples": ["2026-01-02T03:04:05Z"]}
MaybeTime = Annotated[str, WithJsonSchema(_TIME)]
# Of a page of agents, workflows or tasks: as many as there may be, since programs from before there were pages ask so.
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="How many at most; a page of long ones holds fewer.")]
Cursor = Annotated[str | None, Query(description="The `next_cursor` of the page before.")]
# Told here, checked by the hub.
IdempotencyKey = Annotated[
    Annotated[str, WithJsonSchema({"type": "string", "minLength": 1, "maxLength": KEY_MAX})] | None,
    Header(description="The same key and body give the same execution again, never a second one."),
]

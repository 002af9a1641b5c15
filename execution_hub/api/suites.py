"""Suites of tests over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BeforeValidator, Field, JsonValue

from execution_hub.api import wire, wire_comparison, wire_suites, wire_verdicts
from execution_hub.api.answers import answers
from execution_hub.api.bodies import Body, TextLimit, example
from execution_hub.api.etags import ETAG, IfMatch, Version, seen_version, tagged
from execution_hub.api.executions import as_response, whole
from execution_hub.api.params import NUMBER_MAX, Cursor, Id, IdempotencyKey, Limit
from execution_hub.domain import suite as limits
from execution_hub.domain.execution_text import LIGHT_CHARS, cases_chars
from execution_hub.domain.filters import LIMIT_MAX
from execution_hub.domain.numbers import Whole
from execution_hub.domain.schedule import SCHEDULE_MAX
from execution_hub.domain.suite import Suite
from execution_hub.domain.target import TARGETS_MAX
from execution_hub.hub.hub import current_hub
from execution_hub.hub.run_comparisons import Pair
from execution_hub.runners.suite_run import SuiteRun

router = APIRouter(prefix="/api/suites", tags=["suites"])

Name = Annotated[str, TextLimit(limits.NAME_MAX, is_needed=True, is_name=True)]
Description = Annotated[str, TextLimit(limits.DESCRIPTION_MAX)]
Schedule = Annotated[str, TextLimit(SCHEDULE_MAX)]
# Read by the domain, which names the place of what does not fit.
Objects = list[dict[str, JsonValue]]
Targets = Annotated[Objects, Field(json_schema_extra={"maxItems": TARGETS_MAX})]
Cases = Annotated[Objects, Field(json_schema_extra={"maxItems": limits.CASES_MAX})]
# Checked by the hub.
RunId = Annotated[int, Query(ge=-NUMBER_MAX, le=NUMBER_MAX, description="A run of this suite.")]
Place = Annotated[
    Annotated[int, Field(ge=0, lt=TARGETS_MAX)] | None,
    BeforeValidator(lambda word: None if word == "" else word),
    Query(description="The only target of that run to look at, by its place from 0; of both runs, or of neither."),
]
_EXAMPLE: dict[str, Any] = {
    "name": "Sums",
    "description": "What the reckoner must know.",
    "targets": [{"agent_id": 1}],
    "cases": [wire_suites.CASE_EXAMPLE],
    "repeats": 3,
    "pass_rate": 0.9,
}


class NewSuite(Body):
    """A new suite."""

    model_config = example(**_EXAMPLE)

    name: Name
    description: Description = ""
    targets: Targets = Field([])
    cases: Cases = Field([])
    repeats: Whole = 1
    pass_rate: float = 1.0
    on_save: bool = False
    schedule: Schedule | None = None
    max_cost_usd: float | None = None
    max_seconds: float | None = None


class SuiteChanges(Body):
    """What to change of a suite; what is left out stays, `cases` replaces all of them."""

    model_config = example(repeats=5)

    # Only what was sent counts: the defaults are never used, and null is a wrong type.
    name: Name = ""
    description: Description = ""
    targets: Targets = Field([])
    cases: Cases = Field([])
    repeats: Whole = 1
    pass_rate: float = 1.0
    on_save: bool = False
    schedule: Schedule | None = None
    max_cost_usd: float | None = None
    max_seconds: float | None = None
    version: Version = 1


class NewSuiteRun(Body):
    """Which cases to run, by name; or of which run those that did not pass. All if both are left out."""

    model_config = example(cases=["A sum"])

    cases: Annotated[list[str], Field(json_schema_extra={"maxItems": limits.CASES_MAX})] | None = None
    failed_of: Whole | None = None


@router.get("", **answers(wire_verdicts.SuiteList))
async def list_suites(limit: Limit = LIMIT_MAX, cursor: Cursor = None) -> dict[str, Any]:
    """List suites by name, in pages, without their cases, each with its newest run."""
    hub = current_hub()
    page = await hub.suites.page(limit=limit, cursor=cursor or None)
    runs = await hub.suites.last_runs([each.id for each in page.items])
    found = page.as_json()
    for each in found["items"]:
        del each["cases"]
        each["last_run"] = runs[each["id"]].brief() if each["id"] in runs else None
    return found


@router.post("", **answers(wire_suites.Suite, status=201, has_body=True, **ETAG))
async def create_suite(body: NewSuite, response: Response) -> Any:
    """Create a suite."""
    hub = current_hub()
    return await answered(await hub.suites.create(await hub.suites.read(body.model_dump())), response, 201)


@router.get("/{suite_id}", **answers(wire_suites.Suite, 404, **ETAG))
async def get_suite(suite_id: Id, response: Response) -> Any:
    """Return a suite with its cases."""
    return await answered(await current_hub().suites.get(suite_id), response)


@router.patch("/{suite_id}", **answers(wire_suites.Suite, 404, 412, has_body=True, **ETAG))
async def update_suite(suite_id: Id, body: SuiteChanges, response: Response, if_match: IfMatch = "") -> Any:
    """Change a suite; its runs keep what they ran with."""
    changes = body.model_dump(exclude_unset=True)
    seen = seen_version(if_match, changes.pop("version", None))
    return await answered(await current_hub().suites.update(suite_id, changes, version=seen), response)


@router.delete("/{suite_id}", **answers(None, 404, 409, 412, status=204))
async def delete_suite(suite_id: Id, if_match: IfMatch = "") -> None:
    """Delete a suite and its cases; its runs stay in the history."""
    await current_hub().suites.delete(suite_id, version=seen_version(if_match))


@router.get("/{suite_id}/compare", **answers(wire_comparison.ComparedRuns, 404))
async def compare_runs(
    suite_id: Id, first: RunId, second: RunId, first_target: Place = None, second_target: Place = None
) -> Any:
    """Compare two runs of a suite, regressions first, or two targets of one run or of two.

    Cases are matched by name, targets by agent and model. `chance` says how often a difference as large comes by
    chance alone: McNemar's exact test where each case passed or not, a permutation test where repeats give it a rate.
    """
    pair = Pair(suite_id, first, second, first_target, second_target)
    return Response(await current_hub().suites.compare_text(pair), media_type="application/json")


@router.post("/{suite_id}/run", **answers(wire.ExecutionPage, 404, 409, 429, status=202, has_body=True))
async def run_suite(suite_id: Id, body: NewSuiteRun | None = None, idempotency_key: IdempotencyKey = None) -> Any:
    """Run a suite: answers before any model call with an execution whose children are the cases.

    With `cases` only those. With `failed_of`, an ended run of the suite, only those of its cells that did not pass and
    are still in the suite, as it is now; the results of the others are taken over, and the verdict is of all of them.
    """
    given = body or NewSuiteRun()
    start = SuiteRun(suite_id, given.cases, given.failed_of)
    return await whole(await current_hub().executions.start(start, idempotency_key=idempotency_key), 202)


async def answered(suite: Suite, response: Response, status: int = 200) -> Any:
    """Return a suite with its cases and its version; one with many is written in another process.

    Args:
        suite: It, whole.
        response: Of the route.
        status: The status of the answer.
    """
    found = tagged(response, suite)
    if cases_chars(found["cases"]) <= LIGHT_CHARS:
        return found
    large = await as_response(found, status)
    large.headers["ETag"] = response.headers["ETag"]
    return large

"""The cases of suites as files over HTTP, in and out."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from execution_hub.api import wire_suites
from execution_hub.api.answers import answers, only_post
from execution_hub.api.attachments import CSV, JSON_LINES, attachment, file_answers
from execution_hub.api.bodies import Body, TextLimit, example
from execution_hub.api.etags import ETAG, IfMatch, seen_version, tagged
from execution_hub.api.params import Id
from execution_hub.api.suites import Description, Name, Targets
from execution_hub.domain.numbers import Whole
from execution_hub.hub.hub import current_hub
from execution_hub.suite_files.decoding import FILE_MAX_BYTES
from execution_hub.suite_files.formats import Format

router = APIRouter(prefix="/api/suites", tags=["suites"])

Kind = Literal["jsonl", "csv", "promptfoo"]
Text = Annotated[str, TextLimit(FILE_MAX_BYTES)]
_LINE = '{"name": "A sum", "input": "12*(3+4)", "golden": "84"}\n'
_MEDIA = {Format.JSONL: JSON_LINES, Format.CSV: CSV}


class ImportedSuite(Body):
    """A file that becomes a suite: its text, and what the file does not say."""

    model_config = example(format="jsonl", text=_LINE, name="Sums", targets=[{"agent_id": 1}])

    format: Kind
    text: Text
    name: Name = ""
    description: Description = ""
    targets: Targets = Field([])
    repeats: Whole | None = None
    judge_agent_id: int | None = None


class ImportedCases(Body):
    """A file whose cases a suite gets."""

    model_config = example(format="jsonl", text=_LINE, mode="append")

    format: Kind
    text: Text
    mode: Literal["append", "replace"] = "append"
    judge_agent_id: int | None = None


@router.post("/import", **answers(wire_suites.SuiteOfFile, status=201, has_body=True, **ETAG))
async def import_suite(body: ImportedSuite, response: Response) -> dict[str, Any]:
    """Store a suite with the cases of a file: JSON Lines, CSV, or a configuration of promptfoo.

    Name, description and repeats are those of the file where they are left out. `unmapped` tells what of the file has
    no place here. `judge_agent_id` is who judges what a configuration has a model grade; without it such checks are
    left out. A text of more than 2.4 MB is refused, as in any body: `execution-hub suite import` sends it in parts.
    """
    suite, unmapped = await current_hub().suites.import_file(
        body.format,
        body.text,
        name=body.name,
        description=body.description,
        targets=body.targets,
        repeats=body.repeats,
        judge_agent_id=body.judge_agent_id,
    )
    return {**tagged(response, suite), "unmapped": [each.as_json() for each in unmapped]}


only_post(router, "/import")


@router.post("/{suite_id}/import", **answers(wire_suites.SuiteOfFile, 404, 412, has_body=True, **ETAG))
async def import_cases(suite_id: Id, body: ImportedCases, response: Response, if_match: IfMatch = "") -> dict[str, Any]:
    """Give a suite the cases of a file, after those it has or in their place.

    Appended, a case whose name is taken gets a number. In the place of others, a case that is still there keeps the
    execution it was pinned from.
    """
    suite, unmapped = await current_hub().suites.import_into(
        suite_id,
        body.format,
        body.text,
        mode=body.mode,
        judge_agent_id=body.judge_agent_id,
        version=seen_version(if_match),
    )
    return {**tagged(response, suite), "unmapped": [each.as_json() for each in unmapped]}


@router.get(
    "/{suite_id}/cases",
    **file_answers("The file.", {JSON_LINES: _LINE, CSV: "name,input,golden\r\nA sum,12*(3+4),84\r\n"}, 404),
)
async def export_cases(
    suite_id: Id,
    format: Annotated[  # noqa: A002 - the word of the query
        Literal["jsonl", "csv"], Query(description="A line of JSON for each case, or a table.")
    ] = "jsonl",
) -> Response:
    """Return the cases of a suite as a file, which any hub imports as the same ones."""
    name, text = await current_hub().suites.export(suite_id, format)
    return attachment(name, text, _MEDIA[Format(format)])

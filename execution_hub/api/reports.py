"""Reports of suites' runs over HTTP."""

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Header, Query, Response

from execution_hub.api.attachments import HTML, attachment, file_answers
from execution_hub.api.params import Id
from execution_hub.domain.naming import as_file_name
from execution_hub.hub.hub import current_hub
from execution_hub.views.run_report import POLICY, problem_ids, write_report
from execution_hub.words.catalogue import CATALOGUES
from execution_hub.words.say import preferred_language

if TYPE_CHECKING:
    Language = str
else:
    # Those that there are; empty for what the request's headers ask for.
    Language = Literal[("", *CATALOGUES)]

router = APIRouter(prefix="/api/executions", tags=["executions"])


@router.get(
    "/{execution_id}/report",
    **file_answers("The page.", {HTML: "<!doctype html><html><body><h1>Sums</h1></body></html>"}, 404),
)
async def report_run(
    execution_id: Id,
    language: Annotated[Language, Query(description="Of its words; what Accept-Language asks for if empty.")] = "",
    accept_language: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """Return a run of a suite as a page to send around: one file without scripts that asks nobody for anything.

    It has the verdict with its interval, the matrix of cases and targets, and of the first 200 that did not pass why,
    and what was asked and answered.
    """
    hub = current_hub()
    found = await hub.suites.reported(execution_id, problem_ids)
    chosen = language or preferred_language(accept_language)
    page = await hub.pool.run(write_report, found.run, found.children, chosen)
    name = f"{as_file_name(found.run['name'], 'suite')}-{execution_id}.html"
    return attachment(name, page, HTML, content_security_policy=POLICY)

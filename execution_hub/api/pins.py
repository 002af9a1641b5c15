"""Cases made of executions, over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field

from execution_hub.api import wire_suites
from execution_hub.api.answers import answers
from execution_hub.api.bodies import Body, example
from execution_hub.api.etags import ETAG
from execution_hub.api.params import JSON_NUMBER_MAX, Id
from execution_hub.api.suites import Name, answered
from execution_hub.domain.numbers import as_whole
from execution_hub.hub.hub import current_hub

router = APIRouter(prefix="/api/executions/{execution_id}/pin", tags=["suites"])


class NewPin(Body):
    """Which suite a case is put in: by its id, or by its name, under which one is made where there is none."""

    model_config = example(suite_name="Sums")

    suite_id: Annotated[int, Field(ge=1, le=JSON_NUMBER_MAX), as_whole] | None = None
    suite_name: Name | None = None


@router.post("", **answers(wire_suites.Suite, 404, 409, status=201, has_body=True, **ETAG))
async def pin_execution(execution_id: Id, body: NewPin, response: Response) -> Any:
    """Make a case of an execution that has ended: its input, with its output as the golden answer.

    What is a case of the suite already is not made one again.
    """
    return await answered(await current_hub().suites.pin(execution_id, body.suite_id, body.suite_name), response, 201)

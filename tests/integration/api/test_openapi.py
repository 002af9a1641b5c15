"""The OpenAPI document is true: what it allows is taken, what it forbids is refused, and answers are as it says."""

import asyncio
import json
from pathlib import Path

from tests.support.api import Api
from tests.support.fuzz import command

CASES = 300
SECONDS = 180


async def test_the_api_does_what_its_document_says(api: Api, tmp_path: Path) -> None:
    """Of 300 requests made from the document, always the same, none gets an answer that it does not tell."""
    report = tmp_path / "report.json"
    asking = await asyncio.create_subprocess_exec(
        *command(str(api.client.base_url), "fuzzing", CASES, 1, report), stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(SECONDS):
        words, _ = await asking.communicate()
    assert asking.returncode == 0, words.decode()[-8000:]
    found = json.loads(report.read_text())
    assert found["operations"]["tested"] == found["operations"]["total"] > 30
    # Those without parameters cannot be asked in as many ways.
    assert found["test_cases"]["generated"] > CASES / 2


async def test_the_document_shows_examples_and_says_how_errors_look(api: Api) -> None:
    """It is OpenAPI 3.1; each operation tells its errors in our own form, and what is sent has an example."""
    document = (await api.call("GET", "/api/openapi.json"))[1]
    assert document["openapi"].startswith("3.1")
    operations = [each for methods in document["paths"].values() for each in methods.values()]
    for operation in operations:
        told = {int(status): answer for status, answer in operation["responses"].items()}
        for status, answer in told.items():
            is_error = answer.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
            assert status < 400 or is_error.endswith("/Error"), operation["operationId"]
        assert {422, 503} <= set(told), operation["operationId"]
    shapes = document["components"]["schemas"]
    for name in ("NewAgent", "TestInput", "NewWorkflow", "NewTask", "RunInput"):
        assert shapes[name].get("examples"), name

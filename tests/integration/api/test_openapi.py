"""The OpenAPI document is true: what it allows is taken, what it forbids is refused, and answers are as it says."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from execution_hub.api.app import MODULES, TAGS
from execution_hub.api.examples import MISSING, shape_called
from tests.support.api import Api
from tests.support.fuzz import command

CASES = 300
SECONDS = 180


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every operation of a document with its name."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text in a JSON value."""
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts_of(part)


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


def test_every_operation_says_what_it_does_and_shows_what_it_takes_and_gives(api_app: FastAPI) -> None:
    """Summary and description in plain words, a tag with a description, a typed answer with an example that fits it."""
    document = api_app.openapi()
    tags = [tag["name"] for tag in TAGS]
    assert document["tags"] == TAGS and all(tag["description"].endswith(".") for tag in TAGS)
    for name, operation in operations(document):
        summary, description = operation["summary"], operation["description"]
        assert summary[0].isupper() and summary[1:] == summary[1:].lower() and not summary.endswith("."), name
        assert description[0].isupper() and description.rstrip().endswith(".") and description != summary, name
        assert len(operation["tags"]) == 1 and operation["tags"][0] in tags, name
        good = [(status, answer) for status, answer in operation["responses"].items() if status < "300"]
        assert good, name
        for status, answer in operation["responses"].items():
            assert answer["description"].endswith("."), (name, status)
            if status == "204":
                continue
            kinds = answer["content"]
            if "application/json" not in kinds:
                # A file.
                assert all(each["schema"] == {"type": "string"} and each["example"] for each in kinds.values()), name
                continue
            shown = answer["content"]["application/json"]
            shape = shown["schema"]["$ref"].rpartition("/")[2]
            assert "example" in shown, f"{name} {status}: {shape} is not in api/wire.py or api/wire_hub.py"
            model = shape_called(shape)
            assert model is not None
            model.model_validate_json(json.dumps(shown["example"]))
            told = list(texts_of(shown["example"]))
            assert MISSING not in told, f"a text of {shape} has no Field(examples=[…]): {shown['example']}"


def test_every_body_has_an_example_that_is_taken(api_app: FastAPI) -> None:
    """What a reader copies from the document fits its shape."""
    document = api_app.openapi()
    bodies = 0
    for route in (route for module in MODULES for route in module.router.routes):
        if not isinstance(route, APIRoute) or route.body_field is None:
            continue
        for method in route.methods or ():
            shown = document["paths"][route.path][method.lower()]["requestBody"]["content"]["application/json"]
            assert "example" in shown, f"{method} {route.path}: its body needs `model_config = example(…)`"
            shape: Any = route.body_field.field_info.annotation
            TypeAdapter(shape).validate_json(json.dumps(shown["example"]))
            bodies += 1
    told = sum("requestBody" in operation for _, operation in operations(document))
    assert bodies == told > 10

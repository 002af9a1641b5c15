"""An example of each body and each answer in the OpenAPI document, put together from the examples of its fields."""

import types
from collections.abc import Iterable
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, RootModel
from pydantic.fields import FieldInfo

from execution_hub.api import (
    wire,
    wire_agents,
    wire_bench,
    wire_calls,
    wire_comparison,
    wire_hub,
    wire_models,
    wire_suites,
    wire_tools,
    wire_verdicts,
    wire_workers,
)

# Where a text has no example. The document must not show it: tests/integration/api/test_openapi.py looks.
MISSING = "…"
# Where the shapes of answers are.
_MODULES = (
    wire,
    wire_agents,
    wire_bench,
    wire_calls,
    wire_comparison,
    wire_hub,
    wire_models,
    wire_suites,
    wire_tools,
    wire_verdicts,
    wire_workers,
)
_PLAIN: dict[Any, Any] = {bool: False, int: 1, float: 1.0, dict: {}, types.NoneType: None}


_ERRORS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "401": ("not_signed", "This is not signed with this hub's HUB_WEBHOOK_SECRET.", {}),
    "403": ("foreign_origin", "A page of another origin may not do this. Open the hub under its own address.", {}),
    "404": ("not_found", "There is no execution 12.", {"id": 12}),
    "408": ("too_slow", "The body did not arrive within 30 s. Send it faster.", {"limit": 30}),
    "409": ("conflict", "Execution 12 has ended already.", {"id": 12}),
    "412": ("stale", "It was saved since, by somebody else. Read it again.", {"id": 1, "version": 4, "current": {}}),
    "413": ("too_large", "The body has more than 4194304 bytes. Send less.", {"limit": 4_194_304}),
    "415": ("not_json", "Send JSON with Content-Type: application/json.", {}),
    "421": ("host_not_allowed", "This hub is not asked as 'hub.local'. Add it to HUB_ALLOWED_HOSTS.", {}),
    "422": ("invalid_input", "input is empty. Write what the agent should answer.", {"field": "input"}),
    "429": ("queue_full", "1000 executions wait already. Try again when some have ended.", {}),
    "503": ("unavailable", "The hub is starting or stopping. Try again in a moment.", {}),
}


def add_examples(document: dict[str, Any]) -> None:
    """Give each body and each answer of a document its example, where a reader and Swagger look for it.

    Put in here, not by the routes: FastAPI leaves out whatever is null.

    Args:
        document: The OpenAPI document; changed.
    """
    for methods in document["paths"].values():
        for operation in methods.values():
            if "requestBody" in operation:
                _add_to_body(operation["requestBody"], document["components"]["schemas"])
            for status, answer in operation["responses"].items():
                shown = answer.get("content", {}).get("application/json", {})
                name = shown.get("schema", {}).get("$ref", "").rpartition("/")[2]
                if name == wire.Error.__name__:
                    shown["example"] = _error(status)
                elif shape := shape_called(name):
                    shown["example"] = example_of(shape)


def shape_called(name: str) -> type[BaseModel] | None:
    """Return the shape of an answer by its name in the document; None if it is not one of ours."""
    return next((found for module in _MODULES if (found := getattr(module, name, None))), None)


def _add_to_body(body: dict[str, Any], shapes: dict[str, Any]) -> None:
    shown = body["content"]["application/json"]
    # A body that may be left out is one of its shape and null.
    named = [shown["schema"], *shown["schema"].get("anyOf", [])]
    shape = next((each["$ref"].rpartition("/")[2] for each in named if "$ref" in each), "")
    if examples := shapes.get(shape, {}).get("examples") or shown["schema"].get("examples"):
        shown["example"] = examples[0]


def _error(status: str) -> dict[str, Any]:
    code, message, details = _ERRORS[status]
    return {"error": {"code": code, "message": message, "details": details}}


def example_of(model: type[BaseModel]) -> Any:
    """Return an example of a shape: its own, else of each field the example it has, its default, or one of its type.

    Args:
        model: The shape; its texts need examples (`Field(examples=[…])`), numbers and flags have one by themselves.
    """
    extra = model.model_config.get("json_schema_extra")
    if isinstance(extra, dict) and isinstance(own := extra.get("examples"), list):
        return own[0]
    found = {field.alias or name: _of_field(field) for name, field in model.model_fields.items()}
    return found["root"] if issubclass(model, RootModel) else found


def _of_field(field: FieldInfo) -> Any:
    if field.examples:
        return field.examples[0]
    if not field.is_required():
        return field.get_default(call_default_factory=True, validated_data={})
    return _of_type(field.annotation)


def _of_type(kind: Any) -> Any:
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _of_annotated(parts[0], parts[1:])
    if origin in (Union, types.UnionType):
        return _of_type(next(part for part in parts if part is not types.NoneType))
    if origin is list:
        return [_of_type(parts[0])]
    if origin is Literal:
        return parts[0]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return example_of(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind)).value
    return _PLAIN.get(origin or kind, MISSING)


def _of_annotated(kind: Any, notes: Iterable[Any]) -> Any:
    told = next((note.examples for note in notes if isinstance(note, FieldInfo) and note.examples), None)
    return told[0] if told else _of_type(kind)

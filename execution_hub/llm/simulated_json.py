"""What the simulated model answers to an output schema: a small JSON value that fits it, where that can be told."""

import json
import math
from typing import Any

_DEPTH_MAX = 32
# Deeper only what must be there: a schema may hold itself.
_OPTIONAL_DEPTH = 4
_LENGTH_MAX = 10_000
_ITEMS_MAX = 100
_VALUES_MAX = 2_000
_WORD = "simulated"
_FORMATS = {
    "date": "2026-01-01",
    "date-time": "2026-01-01T00:00:00Z",
    "time": "00:00:00Z",
    "email": "simulated@example.com",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def fitting(schema: dict[str, Any]) -> str:
    """Return JSON that fits a schema; of what a schema can say, it minds what people mostly say.

    >>> fitting({"type": "object", "properties": {"n": {"type": "integer", "minimum": 3}, "ok": {"type": "boolean"}}})
    '{"n": 3, "ok": true}'

    Args:
        schema: A JSON schema.
    """
    return json.dumps(_Example(schema).value(schema), ensure_ascii=False)


class _Example:
    """A value made from a schema."""

    def __init__(self, whole: dict[str, Any]) -> None:
        self._whole = whole
        # A schema that holds itself twice would grow without end.
        self._room = _VALUES_MAX

    def value(self, schema: Any, depth: int = 0) -> Any:
        self._room -= 1
        if not isinstance(schema, dict) or depth > _DEPTH_MAX or self._room < 0:
            return None
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return schema["enum"][0]
        simpler = self._simpler(schema)
        return self._of_type(schema, depth) if simpler is None else self.value(simpler, depth + 1)

    def _simpler(self, schema: dict[str, Any]) -> dict[str, Any] | None:
        """Return a schema made of others as one of its own; None for one that is that already."""
        if isinstance(schema.get("$ref"), str):
            return self._part(schema)
        for name in ("anyOf", "oneOf", "allOf"):
            if schema.get(name):
                found = {key: each for key, each in schema.items() if key != name}
                for part in schema[name] if name == "allOf" else schema[name][:1]:
                    found = _merged(found, self._part(part))
                return found
        return None

    def _of_type(self, schema: dict[str, Any], depth: int) -> Any:
        match _type_of(schema):
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, depth)
            case "integer" | "number" as kind:
                return _figure(schema, 1 if kind == "integer" else 0.5)
            case "boolean":
                return True
            case "null":
                return None
            case _:
                return _text(schema)

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        told = schema.get("properties") or {}
        needed = list(schema.get("required") or [])
        names = needed if depth >= _OPTIONAL_DEPTH else list(dict.fromkeys([*told, *needed]))
        return {name: self.value(told.get(name, {}), depth + 1) for name in names}

    def _array(self, schema: dict[str, Any], depth: int) -> list[Any]:
        least = max(_number(schema, "minItems"), 1 if depth < _OPTIONAL_DEPTH else 0)
        count = min(least, _ITEMS_MAX, _number(schema, "maxItems", _ITEMS_MAX))
        return [self.value(schema.get("items", {}), depth + 1) for _ in range(count)]

    def _part(self, schema: Any) -> dict[str, Any]:
        found = self._referred(schema["$ref"]) if isinstance(schema, dict) and "$ref" in schema else schema
        return found if isinstance(found, dict) else {}

    def _referred(self, reference: str) -> Any:
        """Return what a reference into the same schema names; None for another's."""
        found: Any = self._whole if reference.startswith("#") else None
        for part in reference.removeprefix("#").split("/")[1:]:
            name = part.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, dict) else None
        return found


def _text(schema: dict[str, Any]) -> str:
    text = _FORMATS.get(str(schema.get("format")), _WORD)
    text = text.ljust(min(_number(schema, "minLength"), _LENGTH_MAX), ".")
    return text[: _number(schema, "maxLength", len(text))]


def _figure(schema: dict[str, Any], step: float) -> float:
    """Return the least number a schema allows, or 0 where it allows that."""
    step = schema.get("multipleOf") or step
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is None and "exclusiveMinimum" in schema:
        low = schema["exclusiveMinimum"] + step
    if high is None and "exclusiveMaximum" in schema:
        high = schema["exclusiveMaximum"] - step
    steps = math.ceil(low / step) if low is not None else min(0, 0 if high is None else math.floor(high / step))
    return steps * step


def _type_of(schema: dict[str, Any]) -> Any:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next(iter(kind), None)
    if kind is None:
        return "object" if "properties" in schema or "required" in schema else "array" if "items" in schema else None
    return kind


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    both = {**one, **other}
    for name in ("properties", "required"):
        if name in one and name in other:
            both[name] = {**one[name], **other[name]} if name == "properties" else [*one[name], *other[name]]
    return both


def _number(schema: dict[str, Any], name: str, otherwise: int = 0) -> int:
    value = schema.get(name, otherwise)
    return int(value) if isinstance(value, int | float) else otherwise

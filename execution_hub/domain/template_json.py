"""What of a step a template takes: its output as text, or a place in the JSON that it is."""

from typing import Any, Self

from jinja2 import Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from execution_hub.domain.json_path import PARTS_MAX, NotJson, as_text, find, read_json
from execution_hub.domain.template_filters import TemplateProblem

STEPS = "steps"
OUTPUT = "output"
JSON = "json"
SHOWN_MAX = 60


class JsonText(str):
    """A value in JSON, as text: a text as it is, all else as JSON. Its parts are looked up by name and place only."""

    __slots__ = ("_value",)
    _value: Any

    def __new__(cls, value: Any) -> Self:
        """Make it of what `read_json` returns."""
        made = super().__new__(cls, as_text(value))
        made._value = value
        return made

    def part(self, key: str | int) -> "JsonText":
        """Return what stands at a name or a place.

        Raises:
            LookupError: Nothing does.
        """
        return JsonText(find(self._value, (key,)))


class SampleJson(JsonText):
    """Stands for JSON of which nobody knows yet what it will be: every part of it is there."""

    __slots__ = ()

    def part(self, _key: str | int) -> "JsonText":
        """See JsonText."""
        return self


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, where a field of JSON is never mistaken for a method of a text: many are called `title`."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """See Environment.getattr."""
        found = self._part(obj, attribute)
        return super().getattr(obj, attribute) if found is None else found

    def getitem(self, obj: Any, argument: Any) -> Any:
        """See Environment.getitem."""
        found = self._part(obj, argument)
        return super().getitem(obj, argument) if found is None else found

    def json_of(self, output: str) -> Any:
        """Return a step's output as JSON; undefined where it is none."""
        try:
            return JsonText(read_json(output))
        except NotJson:
            return self.undefined(hint="the output is no JSON")

    def _part(self, value: object, key: str | int) -> Any:
        """Return what stands at a key of JSON; None where the value is something else."""
        if isinstance(value, Undefined):
            # What is in nothing is nothing: the filter `default` takes care of either.
            return value
        if not isinstance(value, JsonText):
            return None
        try:
            return value.part(key)
        except LookupError:
            return self.undefined(hint=f"there is no {str(key)[:SHOWN_MAX]} in the JSON")


def taken(node: nodes.Getattr | nodes.Getitem) -> tuple[str, bool]:
    """Return NAME of `steps.NAME.output` or of `steps.NAME.json.field[0]`, and whether it is taken as JSON.

    Raises:
        TemplateProblem: It is neither.
    """
    keys: list[str | int | None] = []
    inner: nodes.Node = node
    while isinstance(inner, nodes.Getattr | nodes.Getitem):
        keys.append(_key(inner))
        inner = inner.node
    keys.reverse()
    if isinstance(inner, nodes.Name) and inner.name == STEPS and len(keys) > 1 and None not in keys:
        name, word, *path = keys
        # No step begins with an underscore, and the sandbox would refuse it when it is filled.
        if isinstance(name, str) and not name.startswith("_"):
            if word == OUTPUT and not path:
                return name, False
            if word == JSON and len(path) <= PARTS_MAX:
                return name, True
    outer = str(keys[0]) if str(keys[0]).startswith("_") else keys[-1]
    word = outer if isinstance(outer, str) else "?"
    message = f"There is no {word} here. Use input, steps.NAME.output or steps.NAME.json.FIELD."
    raise TemplateProblem("not_output", message, word)


def _key(node: nodes.Getattr | nodes.Getitem) -> str | int | None:
    if isinstance(node, nodes.Getattr):
        return node.attr
    value = node.arg.value if isinstance(node.arg, nodes.Const) else None
    return value if isinstance(value, str | int) and not isinstance(value, bool) else None

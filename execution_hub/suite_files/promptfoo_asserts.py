"""The assertions of promptfoo as checks: those that mean the same, and why not for the others.

https://www.promptfoo.dev/docs/configuration/expected-outputs/
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import re2

from execution_hub.domain.check import WEIGHT_MAX, read_check
from execution_hub.errors import InvalidInput
from execution_hub.suite_files.found import FoundSuite
from execution_hub.suite_files.nunjucks import NotMapped, as_text, rendered
from execution_hub.suite_files.yaml_text import read_yaml
from execution_hub.words.marking import Phrase

_CASELESS = Phrase("Compared here whatever the case of its letters; use a check matches where the case counts.")
_CASED = ("equals", "contains", "contains-any", "contains-all")
# What ends an answer, in the words of the Messages API.
_STOPS = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal", "tool_calls": "tool_use"}
_REASONS = {
    **dict.fromkeys(("javascript", "python", "ruby", "webhook"), Phrase("A program: this hub runs none of a file.")),
    "similar": Phrase("It compares embeddings; a check similar compares letters."),
    "levenshtein": Phrase("It counts edits; a check similar, from 0 to 1, is near to it."),
    **dict.fromkeys(
        ("contains-json", "contains-html", "contains-sql", "contains-xml"), Phrase("No check looks within a text.")
    ),
}
_UNKNOWN = Phrase("No check of this hub does this.")
_JUDGED = ("llm-rubric", "model-graded-closedqa")
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Asserts:
    """Turns assertions into checks.

    Attributes:
        found: Where is noted what does not map.
        templates: The file's `assertionTemplates`, by name.
        judge_agent_id: Who judges rubrics; None for nobody.
        read_file: Gives the text of a file that the configuration names; raises NotMapped.
    """

    found: FoundSuite
    templates: Mapping[str, Any]
    judge_agent_id: int | None
    read_file: Callable[[str], str]

    def read(self, where: str, values: object, variables: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return checks as on the wire, and note what does not map.

        Args:
            where: The place of the assertions in the file.
            values: A list of them.
            variables: What `{{ name }}` in them stands for.
        """
        if values is None:
            return []
        if not isinstance(values, list):
            self.found.leave_out(where, Phrase("No list of assertions."))
            return []
        checks = []
        for place, each in enumerate(values):
            spot = f"{where}[{place}]"
            try:
                checks.append(self._one(spot, self._meant(each), variables))
            except NotMapped as reason:
                self.found.leave_out(spot, reason.reason)
        return checks

    def _meant(self, value: Any) -> Mapping[str, Any]:
        if isinstance(value, Mapping) and isinstance(value.get("$ref"), str):
            name = value["$ref"].removeprefix("#/assertionTemplates/")
            value = self.templates.get(name)
            if value is None:
                raise NotMapped(Phrase("There is no assertion template {name}.", name=repr(name[:_SHOWN])))
        if not isinstance(value, Mapping) or not isinstance(value.get("type"), str):
            raise NotMapped(Phrase("No assertion: it has no type."))
        return value

    def _one(self, spot: str, given: Mapping[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
        name = given["type"]
        kind, is_not = name.removeprefix("not-"), name.startswith("not-")
        for member in ("transform", "contextTransform"):
            if given.get(member) is not None:
                raise NotMapped(
                    Phrase(
                        "{name}: it looks at a {member} of the answer, a program.", name=kind[:_SHOWN], member=member
                    )
                )
        if kind in _CASED:
            self.found.leave_out(f"type: {name}", _CASELESS)
        check = {**self._check(kind, given, variables), "not": is_not}
        weight = given.get("weight")
        if weight is not None:
            if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight <= WEIGHT_MAX:
                raise NotMapped(
                    Phrase(
                        "{name}: a weight of {weight} counts for nothing here.", name=kind, weight=str(weight)[:_SHOWN]
                    )
                )
            check["weight"] = weight
        try:
            return read_check("check", check).as_json()
        except InvalidInput as error:
            raise NotMapped(Phrase("{name}: {problem}", name=kind, problem=error.message)) from None

    def _check(self, kind: str, given: Mapping[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
        value, threshold = given.get("value"), given.get("threshold")
        match kind:
            case "equals" | "contains" | "icontains":
                return {"type": kind.removeprefix("i"), "value": self._text(kind, value, variables)}
            case "contains-any" | "contains-all" | "icontains-any" | "icontains-all":
                return {"type": kind.removeprefix("i").replace("-", "_"), "value": self._texts(value, variables)}
            case "regex":
                return {"type": "matches", "value": self._text(kind, value, variables)}
            case "starts-with":
                return {"type": "matches", "value": rf"\A{re2.escape(self._text(kind, value, variables))}"}
            case "is-json":
                return {"type": "is_json"} if value is None else {"type": "json_schema", "value": self._schema(value)}
            case "latency" | "cost":
                if isinstance(threshold, bool) or not isinstance(threshold, int | float):
                    raise NotMapped(Phrase("{name}: it has no threshold.", name=kind))
                # Milliseconds there, seconds here.
                limits = {"latency": ("max_seconds", threshold / 1000), "cost": ("max_cost_usd", threshold)}
                return dict(zip(("type", "value"), limits[kind], strict=True))
            case "finish-reason":
                return {"type": "stop_reason", "value": _STOPS.get(str(value), str(value))}
            case _ if kind in _JUDGED:
                return self._judged(kind, given, variables)
        raise NotMapped(Phrase("{name}: {problem}", name=kind[:_SHOWN], problem=_REASONS.get(kind, _UNKNOWN)))

    def _judged(self, kind: str, given: Mapping[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
        if self.judge_agent_id is None:
            raise NotMapped(Phrase("{name}: no agent was named that judges. Import again with one.", name=kind))
        if given.get("rubricPrompt") is not None:
            raise NotMapped(
                Phrase(
                    "{name}: it brings a prompt of its own for the judge; here that is the judge agent's.", name=kind
                )
            )
        if given.get("threshold") is not None:
            raise NotMapped(Phrase("{name}: a judge here says yes or no, and it wants a score.", name=kind))
        rubric = self._text(kind, given.get("value"), variables)
        return {"type": "judge", "rubric": rubric, "agent_id": self.judge_agent_id}

    def _text(self, kind: str, value: Any, variables: Mapping[str, str]) -> str:
        if value is None or isinstance(value, dict | list):
            raise NotMapped(Phrase("{name}: its value is no text.", name=kind))
        text = as_text(value)
        return rendered(self.read_file(text) if text.startswith("file://") else text, variables)

    def _texts(self, value: Any, variables: Mapping[str, str]) -> list[str]:
        # One text is a list with commas between.
        values = [each.strip() for each in re.split(r"[,\n]", value)] if isinstance(value, str) else value
        if not isinstance(values, list) or not values:
            raise NotMapped(Phrase("Its value is no list of texts."))
        return [self._text("contains", each, variables) for each in values]

    def _schema(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return read_yaml(self.read_file(value) if value.startswith("file://") else value)
        except InvalidInput as error:
            raise NotMapped(Phrase("{name}: {problem}", name="is-json", problem=error.message)) from None

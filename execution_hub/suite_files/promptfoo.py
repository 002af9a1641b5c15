"""The tests of a promptfoo configuration as cases: each prompt with the variables of each test.

https://www.promptfoo.dev/docs/configuration/reference/
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Any

from execution_hub.domain.suite import CASES_MAX, DESCRIPTION_MAX, NAME_MAX, REPEATS_MAX
from execution_hub.domain.texts import as_name, one_line, storable
from execution_hub.errors import InvalidInput
from execution_hub.suite_files.found import FoundSuite, name_for
from execution_hub.suite_files.nunjucks import NotMapped, as_text, names_in, rendered
from execution_hub.suite_files.promptfoo_asserts import Asserts
from execution_hub.suite_files.promptfoo_prompts import Prompt, prompts_in
from execution_hub.suite_files.promptfoo_tests import FILE, Files, tests_in
from execution_hub.suite_files.yaml_text import read_yaml
from execution_hub.words.marking import Phrase

_USED = {"description", "prompts", "tests", "scenarios", "defaultTest", "assertionTemplates", "evaluateOptions", "env"}
_WHO = Phrase("Who answers are the targets of the suite here: choose agents or workflows.")
_IGNORED = {
    "providers": _WHO,
    "targets": _WHO,
    "outputPath": Phrase("A run is kept in the history; export it there."),
    "sharing": "",
    "metadata": "",
    "tags": "",
}
_OF_TEST = {"description", "vars", "assert", "threshold", "options", "metadata"}
_LEFT = Phrase("This hub has nothing like it: left out.")
_PIECES = ("prefix", "suffix")


@dataclass(frozen=True, slots=True)
class _Test:
    """A test with all that it takes from `defaultTest` and its scenario."""

    where: str
    values: Mapping[str, Any]
    variables: Mapping[str, Any] = field(default_factory=dict)
    asserts: tuple[tuple[str, Any], ...] = ()
    threshold: Any = None
    options: Mapping[str, Any] = field(default_factory=dict)


def read_promptfoo(text: str, files: Files | None = None, judge_agent_id: int | None = None) -> FoundSuite:
    """Read a configuration, in YAML or JSON.

    Args:
        text: It.
        files: What is beside it; nothing if omitted.
        judge_agent_id: The agent that judges what a model is to grade; None for none, and such checks are left out.

    Raises:
        InvalidInput: It is none, or nothing of it maps.
    """
    config = read_yaml(text)
    if not isinstance(config, dict) or not ({"tests", "scenarios", "prompts"} & config.keys()):
        raise InvalidInput(
            "text", Phrase("The file is no configuration of promptfoo: it has no prompts, and no tests.")
        )
    return _Reading(config, files or Files(), judge_agent_id).whole()


class _Reading:
    def __init__(self, config: dict[Any, Any], files: Files, judge_agent_id: int | None) -> None:
        self._config = config
        self._files = files
        self._found = found = FoundSuite()
        templates = config.get("assertionTemplates")
        self._asserts = Asserts(found, templates if isinstance(templates, dict) else {}, judge_agent_id, files.text)

    def whole(self) -> FoundSuite:
        found, config = self._found, self._config
        self._head()
        prompts = prompts_in(found, config.get("prompts", "{{ prompt }}"), self._files)
        base = self._default()
        for test in self._tests(base):
            self._add(test, prompts)
        if not found.cases:
            told = Phrase("Nothing of the file maps to cases.")
            for each in found.unmapped[:3]:
                told = Phrase("{words} {name}: {problem}", words=told, name=each.place, problem=each.reason)
            raise InvalidInput("text", told)
        return found

    def _head(self) -> None:
        found, config = self._found, self._config
        for name in config:
            if name not in _USED and (reason := _IGNORED.get(name, _LEFT)):
                found.leave_out(str(name), reason)
        if isinstance(told := config.get("description"), str):
            found.name = as_name(one_line(storable(told)))[:NAME_MAX].strip()
            found.description = storable(told)[:DESCRIPTION_MAX] if len(told) > NAME_MAX else ""
        options = config.get("evaluateOptions")
        for name, value in options.items() if isinstance(options, dict) else ():
            if (
                name == "repeat"
                and isinstance(value, int)
                and not isinstance(value, bool)
                and 1 <= value <= REPEATS_MAX
            ):
                found.repeats = value
            elif name not in ("showProgressBar", "maxConcurrency", "cache"):
                found.leave_out(f"evaluateOptions.{name}", _LEFT)

    def _default(self) -> _Test:
        value = self._config.get("defaultTest")
        try:
            if isinstance(value, str):
                value = self._files.value(value)
            if value is None:
                return _Test("defaultTest", {})
            if not isinstance(value, dict):
                raise NotMapped(Phrase("No test."))
        except NotMapped as reason:
            self._found.leave_out("defaultTest", reason.reason)
            return _Test("defaultTest", {})
        return self._under(_Test("defaultTest", {}), "defaultTest", value)

    def _tests(self, base: _Test) -> Iterator[_Test]:
        tests, scenarios = self._config.get("tests"), self._config.get("scenarios")
        if tests is not None:
            for where, value in tests_in(self._found, "tests", tests, self._files):
                yield self._under(base, where, value)
        elif scenarios is None:
            # Prompts alone are a test each.
            yield base
        for place, scenario in enumerate(scenarios if isinstance(scenarios, list) else ()):
            where = f"scenarios[{place}]"
            if not isinstance(scenario, dict):
                self._found.leave_out(where, Phrase("No scenario that this hub reads."))
                continue
            configs = list(tests_in(self._found, f"{where}.config", scenario.get("config") or [{}], self._files))
            inner = list(tests_in(self._found, f"{where}.tests", scenario.get("tests") or [{}], self._files))
            for (above, outer), (spot, value) in product(configs, inner):
                yield self._under(self._under(base, above, outer), spot, value)

    def _under(self, base: _Test, where: str, value: Mapping[str, Any]) -> _Test:
        """Return a test with what it takes from what it stands under."""
        found = self._found
        for name in value:
            if name not in _OF_TEST:
                found.leave_out(f"{where}.{name}", _LEFT)
        options = value.get("options")
        own = {**base.options, **(options if isinstance(options, dict) else {})}
        for name in own:
            if name not in (*_PIECES, "transform", "postprocess"):
                found.leave_out(f"{where}.options.{name}", _LEFT)
        asserts = value.get("assert")
        return _Test(
            where,
            value,
            {**base.variables, **self._variables(where, value.get("vars"))},
            (*base.asserts, *(((f"{where}.assert", asserts),) if asserts is not None else ())),
            value.get("threshold", base.threshold),
            own,
        )

    def _variables(self, where: str, value: Any) -> dict[str, Any]:
        spot = f"{where}.vars"
        try:
            if isinstance(value, str):
                value = self._files.value(value)
            if value is None:
                return {}
            if not isinstance(value, dict):
                raise NotMapped(Phrase("No variables by name."))
        except NotMapped as reason:
            self._found.leave_out(spot, reason.reason)
            return {}
        found: dict[str, Any] = {}
        for name, each in value.items():
            try:
                is_file = isinstance(each, str) and each.startswith(FILE)
                found[str(name)] = self._files.text(each) if is_file else each
            except NotMapped as reason:
                self._found.leave_out(f"{spot}.{name}", reason.reason)
        return found

    def _add(self, test: _Test, prompts: list[Prompt]) -> None:
        # A list of values stands for a test with each.
        names = [name for name, each in test.variables.items() if isinstance(each, list) and each]
        # No more than could be kept, and one more, which is refused.
        choices = islice(product(*(test.variables[name] for name in names)), CASES_MAX + 1)
        for chosen in choices:
            variables = {**test.variables, **dict(zip(names, chosen, strict=True))}
            for prompt in prompts:
                try:
                    self._one(test, prompt, {name: as_text(each) for name, each in variables.items()}, len(prompts) > 1)
                except NotMapped as reason:
                    self._found.leave_out(test.where, reason.reason)

    def _one(self, test: _Test, prompt: Prompt, given: Mapping[str, str], is_labelled: bool) -> None:
        prefix, suffix = (str(test.options.get(name) or "") for name in _PIECES)
        text = f"{prefix}{prompt.text}{suffix}"
        # A value may name other variables.
        used = {name: rendered(given.get(name, ""), given) for name in names_in(text)}
        variables = {**given, **used}
        for name in used:
            if name not in given:
                self._found.leave_out(
                    test.where, Phrase("It gives no {name}, which the prompt names: empty.", name=name)
                )
        checks = [check for where, values in test.asserts for check in self._asserts.read(where, values, variables)]
        if any(test.options.get(each) is not None for each in ("transform", "postprocess")) and checks:
            self._found.leave_out(
                f"{test.where}.options", Phrase("A transform changes the answer before its checks: left out.")
            )
            checks = []
        case = {"input": text, "variables": used, "checks": checks}
        if test.threshold is not None:
            case["min_score"] = test.threshold
        told = test.values.get("description")
        name = as_name(one_line(storable(told)))[: NAME_MAX // 2].strip() if isinstance(told, str) else ""
        is_titled = is_labelled and (name or prompt.label)
        name = name or name_for(rendered(text, variables))
        if is_titled:
            name = f"{name} · {as_name(one_line(prompt.title))[: NAME_MAX // 3]}"
        try:
            self._found.add(test.where, {**case, "name": name[:NAME_MAX]})
        except InvalidInput as error:
            if error.details.get("limit") == CASES_MAX:
                raise
            self._found.leave_out(test.where, error.message)

"""Configurations of promptfoo: what maps, and what is told of the rest."""

import json
from pathlib import Path
from typing import Any

import pytest

from execution_hub.console.beside import Folder
from execution_hub.errors import InvalidInput
from execution_hub.suite_files.formats import read_cases_file
from execution_hub.suite_files.found import FoundSuite
from execution_hub.suite_files.promptfoo import read_promptfoo
from execution_hub.suite_files.promptfoo_tests import Files

CONFIG = """
description: Translator
prompts:
  - 'To {{language}}: {{ body }}'
  - label: Short
    raw: '{{ body }}!'
providers: [openai:gpt-4.1]
evaluateOptions: {repeat: 3}
defaultTest:
  vars: {language: French}
  assert:
    - {type: latency, threshold: 1500}
    - &judged {type: llm-rubric, value: 'Is {{language}}', weight: 2}
assertionTemplates:
  bonjour: {type: icontains, value: bonjour}
tests:
  - description: Greeting
    vars: {body: [Hello, Bye]}
    threshold: 0.5
    assert:
      - $ref: '#/assertionTemplates/bonjour'
      - {type: not-regex, value: '^{{body}}$'}
      - {type: cost, threshold: 0.01}
      - {type: is-json, value: {type: object}}
      - {type: javascript, value: 'process.exit()'}
      - {type: similar, value: x}
"""


def read(text: str, **more: Any) -> FoundSuite:
    """Read a configuration."""
    return read_promptfoo(text, **more)


def one(**test: Any) -> FoundSuite:
    """Read a configuration with one prompt and one test."""
    return read(json.dumps({"prompts": ["{{ q }}"], "tests": [{"vars": {"q": "hello"}, **test}]}))


def checks(*asserts: Any) -> list[dict[str, Any]]:
    """Return the checks of a test, without what is as always."""
    (case,) = one(**{"assert": list(asserts)}).cases
    return [
        {name: value for name, value in each.as_json().items() if (name, value) not in (("not", False), ("weight", 1))}
        for each in case.checks
    ]


def test_each_prompt_with_the_variables_of_each_test_is_a_case() -> None:
    found = read(CONFIG, judge_agent_id=4)
    assert (found.name, found.repeats, len(found.cases)) == ("Translator", 3, 4)
    case, other = found.cases[:2]
    assert other.name == "Greeting · Short"
    assert case.name == "Greeting · To {{language}}: {{ body }}"
    assert (case.input, dict(case.variables)) == (
        "To {{language}}: {{ body }}",
        {"language": "French", "body": "Hello"},
    )
    assert case.min_score == 0.5
    assert [each.as_json() for each in case.checks] == [
        {"type": "max_seconds", "value": 1.5, "not": False, "weight": 1.0},
        {"type": "judge", "rubric": "Is French", "agent_id": 4, "not": False, "weight": 2.0},
        {"type": "contains", "value": "bonjour", "not": False, "weight": 1.0},
        {"type": "matches", "value": "^Hello$", "not": True, "weight": 1.0},
        {"type": "max_cost_usd", "value": 0.01, "not": False, "weight": 1.0},
        {"type": "json_schema", "value": {"type": "object"}, "not": False, "weight": 1.0},
    ]
    assert {each.place for each in found.unmapped} == {"providers", "tests[0].assert[4]", "tests[0].assert[5]"}


def test_without_a_judge_rubrics_are_told() -> None:
    found = read(CONFIG)
    told = {each.place: each.reason for each in found.unmapped}
    assert "no agent was named" in told["defaultTest.assert[1]"]


@pytest.mark.parametrize(
    ("given", "check"),
    [
        ({"type": "equals", "value": "a"}, {"type": "equals", "value": "a"}),
        ({"type": "not-contains", "value": 5}, {"type": "contains", "value": "5", "not": True}),
        ({"type": "contains-any", "value": ["a", "b"]}, {"type": "contains_any", "value": ["a", "b"]}),
        ({"type": "icontains-all", "value": "a, b"}, {"type": "contains_all", "value": ["a", "b"]}),
        ({"type": "starts-with", "value": "a.b"}, {"type": "matches", "value": r"\Aa\.b"}),
        ({"type": "is-json"}, {"type": "is_json"}),
        ({"type": "is-json", "value": "type: array"}, {"type": "json_schema", "value": {"type": "array"}}),
        ({"type": "finish-reason", "value": "length"}, {"type": "stop_reason", "value": "max_tokens"}),
    ],
)
def test_an_assertion_that_means_the_same_is_a_check(given: dict[str, Any], check: dict[str, Any]) -> None:
    assert checks(given) == [check]


@pytest.mark.parametrize(
    "given",
    [
        {"type": "javascript", "value": "true"},
        {"type": "levenshtein", "value": "a"},
        {"type": "equals", "value": {"a": 1}},
        {"type": "regex", "value": "(?=a)"},
        {"type": "contains", "value": "a", "weight": 0},
        {"type": "contains", "value": "{{ q | upper }}"},
        {"type": "contains", "value": "a", "transform": "output.a"},
        {"type": "contains", "value": "file://../secret"},
        {"type": "latency", "threshold": "soon"},
        {"type": ["x"]},
        {"$ref": "#/assertionTemplates/none"},
        "contains: a",
        None,
    ],
)
def test_an_assertion_that_does_not_map_is_told_with_its_place(given: Any) -> None:
    found = one(**{"assert": [given]})
    assert found.cases[0].checks == ()
    assert "tests[0].assert[0]" in {each.place for each in found.unmapped}


def test_scenarios_are_multiplied() -> None:
    scenario = {"config": [{"vars": {"a": "1"}}, {"vars": {"a": "2"}}], "tests": [{"vars": {"b": b}} for b in "xy"]}
    found = read(json.dumps({"prompts": ["{{a}}{{b}}"], "scenarios": [scenario]}))
    assert [each.name for each in found.cases] == ["1x", "1y", "2x", "2y"]


@pytest.mark.parametrize(
    "prompt",
    [
        "{% if a %}x{% endif %}",
        "{{ q.a }}",
        "{{ q | upper }}",
        "file://prompt.py",
        "file://prompt.txt",
        {"role": "x"},
        5,
    ],
)
def test_a_prompt_that_does_not_map_is_told(prompt: Any) -> None:
    found = read(json.dumps({"prompts": [prompt, "{{ q }}"], "tests": [{"vars": {"q": "x"}}]}))
    assert len(found.cases) == 1
    assert "prompts[0]" in {each.place for each in found.unmapped}


def test_of_a_conversation_the_question_is_taken() -> None:
    messages = [{"role": "system", "content": "Be nice."}, {"role": "user", "content": "{{ q }}?"}]
    found = read(json.dumps({"prompts": [json.dumps(messages)], "tests": [{"vars": {"q": "x"}}]}))
    assert found.cases[0].input == "{{ q }}?"
    assert "The system prompt is the agent's" in found.unmapped[0].reason


def test_a_transform_of_the_answer_takes_its_checks_with_it() -> None:
    found = one(**{"assert": [{"type": "is-json"}]}, options={"transform": "output.x"})
    assert found.cases[0].checks == ()
    assert "tests[0].options" in {each.place for each in found.unmapped}


def test_files_beside_the_configuration_are_read_and_none_outside(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "prompts.txt").write_text("One {{ q }}\n---\nTwo {{ q }}\n")
    (folder / "tests.csv").write_text('q,__expected1,__expected2,__description\nx,"contains: a, b",= 5,First\n')
    (folder / "more.yaml").write_text("- vars: {q: file://prompts.txt}\n- vars: {q: file://../secret.txt}\n")
    config = {"prompts": ["file://prompts.txt", "file://link.txt"], "tests": ["file://tests.csv", "file://more.yaml"]}
    found = read(json.dumps(config), files=Files(Folder(folder).read))
    assert len(found.cases) == 6
    assert found.cases[0].name == "First · One {{ q }}"
    assert [each.as_json()["value"] for each in found.cases[0].checks] == ["a, b", "= 5"]
    told = {each.place: each.reason for each in found.unmapped}
    assert "outside" in told["prompts[1]"] and "outside" in told["more.yaml[1].vars.q"]
    assert "secret" not in json.dumps([each.as_json() for each in found.cases])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: b", "no configuration of promptfoo"),
        ("a: [", "no YAML: line"),
        ("prompts: !!python/object/apply:os.system [ls]", "no YAML"),
        ("prompts: ['{{ q | x }}']", "Nothing of the file maps"),
        ("x: " + "[" * 60 + "]" * 60, "levels deep"),
        ("a: &a [*a]\nprompts: x", "An alias of the file holds itself"),
        (
            "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12))]),
            "with those its aliases stand for",
        ),
        ("prompts: x\n" + " " * 2_000_001, "Use at most 2000000"),
        (
            "prompts: ['{{ a }}{{ b }}']\ntests: [{vars: {a: " + f"{list(range(90))}, b: {list(range(90))}" + "}}]",
            "2000",
        ),
    ],
)
def test_a_file_that_is_none_or_endless_is_refused(text: str, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_cases_file("promptfooconfig.yaml", text)
    assert words in refused.value.message

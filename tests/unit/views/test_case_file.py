"""Texts that hold cases, pasted or of files: what they make, and what is told of them in both languages."""

import pickle

import pytest

from execution_hub.domain.check import Check
from execution_hub.domain.suite import Case
from execution_hub.errors import InvalidInput
from execution_hub.suite_files.formats import Format, write_cases_file
from execution_hub.views.case_file import kind_of, read_text, say_file_problem, say_unmapped

CONFIGURATION = """
prompts: ["Say {{ word }}"]
providers: [openai:gpt-5]
evaluateOptions: {repeat: 3}
tests:
  - vars: {word: bees}
    assert:
      - {type: contains, value: bees}
      - {type: javascript, value: "output.length"}
      - {type: llm-rubric, value: Is it kind?}
"""
CASES = (Case("A sum", "12*(3+4)", (Check("contains", "84"),), ("sums",), "84", variables={"n": "1"}),)


def problem(text: str, name: str = "") -> InvalidInput:
    """Return why a text cannot be read, as it comes out of the pool."""
    with pytest.raises(InvalidInput) as caught:
        read_text(text, name)
    found: InvalidInput = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
    return found


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_what_the_hub_has_written_comes_back_whole(kind: str) -> None:
    """Also a table, with its checks and variables; whether it is a file or was pasted."""
    text = write_cases_file(Format(kind), CASES)
    for name in (f"sums.{kind}", ""):
        (found,) = read_text(text, name).cases
        assert found.case() == CASES[0]


def test_a_configuration_makes_cases_and_tells_what_does_not_map_in_both_languages() -> None:
    """A rubric becomes a check once somebody judges; the repeats are the suite's."""
    pasted = pickle.loads(pickle.dumps(read_text(CONFIGURATION)))  # noqa: S301 - our own
    (found,) = pasted.cases
    assert (found.input, [each.type for each in found.checks]) == ("Say {{ word }}", ["contains"])
    english = dict(say_unmapped("en", each) for each in pasted.unmapped)
    chinese = dict(say_unmapped("zh", each) for each in pasted.unmapped)
    assert english["tests[0].assert[1]"] == "javascript: A program: this hub runs none of a file."
    assert chinese["tests[0].assert[1]"] == "javascript：这是程序：不会运行文件中的程序。"
    assert "no agent was named that judges" in english["tests[0].assert[2]"]
    assert "3" in english["evaluateOptions.repeat"] and "3" in chinese["evaluateOptions.repeat"]
    assert not any(text.isascii() for text in chinese.values())
    judged = read_text(CONFIGURATION, "promptfooconfig.yaml", 7)
    assert [(each.type, each.agent_id) for each in judged.cases[0].checks][1:] == [("judge", "7")]


@pytest.mark.parametrize(
    ("text", "name", "english", "chinese"),
    [
        ('{"input": "x"}\n{"golden": "y"}', "", "line 2 has no input", "第 2 行没有输入"),
        ('{"input": 1}', "a.jsonl", "line 1.input is no text", "第 1 行"),
        ('{"input": "x", "checks": [{"type": "matches", "value": "("}]}', "", "line 1.checks[0].value", "第 1 行"),
        ("{", "", "line 1, column 2: no JSON", "第 1 行第 2 列"),
        ("a: [", "a.yaml", "The file is no YAML: line 2", "文件不是 YAML：第 2 行"),
        ("a: b", "a.yml", "no configuration of promptfoo", "不是 promptfoo 的配置"),
        ("input,checks\nx,y", "a.csv", "line 2.checks is no JSON", "第 2 行.checks 不是 JSON"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line_in_both_languages(
    text: str, name: str, english: str, chinese: str
) -> None:
    found = problem(text, name)
    assert english in say_file_problem("en", found)
    said = say_file_problem("zh", found)
    assert chinese in said
    assert "Give" not in said


def test_rows_of_a_spreadsheet_stay_rows() -> None:
    """In a file, too, with the headings that people write."""
    assert kind_of("名称,输入\nA,x", "a.csv") is None
    assert [each.input for each in read_text("名称,输入\nA,x", "a.csv").cases] == ["x"]
    assert [each.input for each in read_text("Checks are nice\t12*7").cases] == ["12*7"]

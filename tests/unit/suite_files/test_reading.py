"""Files of others: names of fields, encodings, separators, and what is wrong with its line."""

import doctest
from types import ModuleType

import pytest

from execution_hub.domain import naming
from execution_hub.domain.suite import CASES_MAX
from execution_hub.errors import InvalidInput
from execution_hub.suite_files import cells, formats, nunjucks
from execution_hub.suite_files import found as found_module
from execution_hub.suite_files.decoding import FILE_MAX_BYTES, decoded
from execution_hub.suite_files.formats import read_cases_file
from execution_hub.suite_files.found import UNMAPPED_MAX, FoundSuite, in_place_of, joined
from execution_hub.views import run_cells, run_report


@pytest.mark.parametrize(
    ("line", "golden"),
    [
        ('{"question": "2+2?", "expected": "4"}', "4"),
        ('{"prompt": "2+2?", "ideal": "4"}', "4"),
        ('{"Input": "2+2?", "answer": "4", "output": "5"}', "4"),
        ('{"input": "2+2?", "golden": null}', None),
    ],
)
def test_the_words_of_other_tools_are_known(line: str, golden: str | None) -> None:
    (found,) = read_cases_file("a.jsonl", f"\n{line}\r\n\n".encode()).cases
    assert (found.name, found.input, found.golden) == ("2+2?", "2+2?", golden)


def test_what_a_case_has_no_place_for_is_told_once() -> None:
    found = read_cases_file("jsonl", '{"input": "a", "id": 1}\n{"input": "b", "id": 2, "ideal": "c"}')
    assert [each.place for each in found.unmapped] == ["id", "checks"]
    assert found.unmapped[1].reason.startswith("1 of the cases")


def test_names_are_made_unique() -> None:
    """Those that are given twice, and those made of the same input."""
    found = read_cases_file(
        "jsonl", '{"name": "A", "input": "x"}\n{"name": "A", "input": "y"}\n' + '{"input": "z"}\n' * 3
    )
    assert [each.name for each in found.cases] == ["A", "A (2)", "z", "z (2)", "z (3)"]
    assert [each.name for each in joined(found.cases[:1], found.cases[:1])] == ["A", "A (2)"]


def test_cases_that_are_still_there_keep_where_they_came_from() -> None:
    before = read_cases_file("jsonl", '{"name": "A", "input": "x"}\n{"name": "B", "input": "y"}').cases
    pinned = [type(each)(each.name, each.input, execution_id=7) for each in before]
    after = read_cases_file("jsonl", '{"name": "B", "input": "other"}\n{"name": "A", "input": "x"}').cases
    assert [each.execution_id for each in in_place_of(pinned, after)] == [None, 7]


TABLE = 'name;input;expected;tags;var:city;note\r\n\r\nParis;"Where is\r\n{{ city }}?";France;a, b;Paris;x\r\n;;;;;\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_a_table_of_any_program_is_read(encoding: str, separator: str) -> None:
    text = TABLE.replace("a, b", "a") if separator == "," else TABLE
    data = text.replace(";", separator).encode(encoding)
    if encoding == "utf-16-le":
        data = b"\xff\xfe" + data
    found = read_cases_file("x.CSV", data)
    (case,) = found.cases
    assert (case.name, case.golden, dict(case.variables)) == ("Paris", "France", {"city": "Paris"})
    assert case.input == "Where is\r\n{{ city }}?"
    assert [each.place for each in found.unmapped] == ["note", "checks"]


def test_a_table_may_say_its_separator() -> None:
    assert read_cases_file("csv", "sep=|\r\nname|input\r\na|b,c;d\r\n").cases[0].input == "b,c;d"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("jsonl", '{"input": "x"}\n\n{"input": ""}', "line 3"),
        ("jsonl", '{"input": "x"}\n{', "line 2, column 2"),
        ("jsonl", "[1]", "line 1: no object"),
        ("jsonl", "[" * 100_000, "line 1"),
        ("jsonl", '{"input": "x", "checks": [{"type": "nope"}]}', "line 1.checks[0].type"),
        ("jsonl", '{"name": "x"}', "line 1 has no input"),
        ("jsonl", '{"input": "x\\ud800"}', "half a character"),
        ("jsonl", "", "no cases"),
        ("csv", "name,city\na,b", "no column for the input"),
        ("csv", "input,Input\na,b", "two columns"),
        ("csv", 'name,input\na,b\nc,"d', "line 3: no CSV"),
        ("csv", "name,input\na,\n", "line 2"),
        ("csv", 'name,input,checks\n\na,"b\n\nc",{\n', "line 3.checks is no JSON"),
        ("csv", "input,min_score\na,much\n", "line 2.min_score"),
        ("csv", b"input\n\xe4\n", "no UTF-8, in line 2"),
        ("csv", "input\n" + "x\n" * (CASES_MAX + 1), f"at most {CASES_MAX} cases"),
        ("cases.txt", "x", "no kind of file"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(name: str, content: str | bytes, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_cases_file(name, content)
    assert words in refused.value.message


def test_a_file_has_a_limit() -> None:
    with pytest.raises(InvalidInput) as refused:
        decoded(b"x" * (FILE_MAX_BYTES + 1))
    assert refused.value.details["limit"] == FILE_MAX_BYTES


def test_what_does_not_map_is_told_in_bounds() -> None:
    found = FoundSuite()
    for number in range(UNMAPPED_MAX + 5):
        found.leave_out(f"{number}\x1b", "x" * 10_000)
    assert len(found.unmapped) == UNMAPPED_MAX
    assert found.unmapped[0].place == "0" and len(found.unmapped[0].reason) == 500
    assert found.unmapped[-1].reason == "6 more."


@pytest.mark.parametrize("module", [cells, formats, found_module, nunjucks, naming, run_cells, run_report])
def test_the_examples_are_true(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0

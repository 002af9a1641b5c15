"""The form of a suite: what is typed becomes what is stored, and what is wrong is told at its field."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from execution_hub.domain.check import TYPES, Check
from execution_hub.domain.suite import CASES_MAX, NAME_MAX, Case, Suite
from execution_hub.domain.target import Target
from execution_hub.errors import InvalidInput
from execution_hub.views.case_paste import read_rows
from execution_hub.views.check_form import CheckForm
from execution_hub.views.suite_conflict import changed, mine_over, texts_of
from execution_hub.views.suite_form import CaseForm, SuiteForm
from execution_hub.views.suite_problems import find_problem
from execution_hub.words.of_suites import CHECKS, NOT_CHECKS

AT = datetime(2026, 1, 1, tzinfo=UTC)
# One of each type.
ALL = (
    Check("equals", ""), Check("contains", "84"), Check("contains_any", ["a", "b"]), Check("contains_all", ["a"]),
    Check("matches", r"\d+", is_not=True), Check("is_json"), Check("json_schema", {"type": "object"}, weight=0.5),
    Check("json_field", 5, field="a.b[0]", op="less"), Check("max_chars", 10), Check("min_chars", 1),
    Check("max_seconds", 2.5), Check("max_cost_usd", 0.01), Check("max_tokens", 9), Check("stop_reason", "end_turn"),
    Check("tool_called", tool="hub__calculate", arguments={"expression": "1+1"}), Check("similar", at_least=0.7),
    Check("judge", rubric="Is it polite?", agent_id=3),
)  # fmt: skip
VARIABLES = {"plain": "x", "long": "two\nlines"}


def suite(*cases: Case, **values: Any) -> Suite:
    """Return a stored suite."""
    plain: dict[str, Any] = {
        "id": 1, "name": "Sums", "description": "", "targets": (Target(agent_id=1), Target(agent_id=1, model="x")),
        "repeats": 2, "pass_rate": 0.333, "on_save": True, "schedule": "0 3 * * *", "max_cost_usd": 0.5,
        "max_seconds": None, "cases_count": len(cases), "agent_id": None, "created_at": AT, "updated_at": AT,
    }  # fmt: skip
    return Suite(**{**plain, **values}, cases=cases)


def test_every_check_is_stored_as_it_was_read() -> None:
    """Also after something beside it was typed; and each type has its words."""
    assert {each.type for each in ALL} == set(TYPES) == set(CHECKS) == set(NOT_CHECKS)
    stored = suite(Case("A", "Say {{ plain }}", ALL, ("t", "u"), "gold", 7, VARIABLES, 0.5))
    form = SuiteForm.of(stored)
    assert form.draft() == stored.draft()
    typed = form.with_case(form.cases[0].change(name="B"))
    assert typed != form
    assert typed.draft().cases == (replace(stored.cases[0], name="B"),)
    assert typed.with_case(typed.cases[0].change(name="A")) == form
    for check in typed.cases[0].checks:
        assert check.words("en")
        assert check.words("zh")


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"repeats": "x"}, "repeats", "no whole number"),
        ({"pass_rate": "120"}, "pass_rate", "percentage from 0 to 100"),
        ({"schedule": "often"}, "schedule", "no schedule"),
        ({"max_cost_usd": "nan"}, "max_cost_usd", "no number"),
        ({"max_seconds": "9" * 5_000}, "max_seconds", "no number"),
        ({"name": " "}, "name", "name"),
        ({"targets": (Target(agent_id=1, model=""),)}, "targets", "model"),
    ],
)
def test_what_is_wrong_with_a_suite_is_told_at_its_field(change: dict[str, Any], field: str, words: str) -> None:
    """In the hub's own English, without the place, which the page shows."""
    form = SuiteForm.of(suite()).with_values(**change)
    with pytest.raises(InvalidInput) as told:
        form.draft()
    found = find_problem("en", told.value, form)
    assert (found.case, found.field) == ("", field)
    assert words in found.text
    assert find_problem("zh", told.value, form).text != found.text


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"name": "A"}, "name", "Case 1 is called so"),
        ({"input": ""}, "input", "input"),
        ({"input": "{{ gone }}", "variables": "there = 1"}, "input", "gone"),
        ({"variables": "no sign"}, "variables", "name = value"),
        ({"min_score": "much"}, "min_score", "percentage"),
        ({"tags": "x" * 41}, "tags", "40"),
        ({"checks": (CheckForm("k", "matches", "("),)}, "k.value", "RE2"),
        ({"checks": (CheckForm("k", "json_schema", '{"type":'),)}, "k.value", "This is no JSON: line 1"),
        ({"checks": (CheckForm("k", "max_chars", "few"),)}, "k.value", "whole number"),
        ({"checks": (CheckForm("k", "contains", "x", weight="0"),)}, "k.weight", "weight"),
        ({"checks": (CheckForm("k", "judge", rubric="x"),)}, "k.agent_id", "agent_id"),
        ({"checks": (CheckForm("k", "tool_called", tool="a__b", arguments="[1]"),)}, "k.arguments", "object"),
    ],
)
def test_what_is_wrong_with_a_case_is_told_at_its_field(values: dict[str, Any], field: str, words: str) -> None:
    """Of a check, at that of the check."""
    form, key = SuiteForm.of(suite(Case("A", "a"))).add([CaseForm(name="B", input="b")])
    case = form.get(key)
    assert case is not None
    form = form.with_case(case.change(**values))
    with pytest.raises(InvalidInput) as told:
        form.draft()
    found = find_problem("en", told.value, form)
    assert (found.case, found.field) == (key, field)
    assert words in found.text
    assert "cases[" not in found.text.partition(":")[0]
    assert find_problem("zh", told.value, form).text


def test_cases_are_added_moved_and_removed() -> None:
    """Each keeps its key, and no two have one name; a check's key is nobody else's either."""
    form = SuiteForm.of(suite(Case("A", "a", ALL[:3]), Case("B", "b")))
    form, key = form.add([CaseForm(input="b" * 90), CaseForm(name="A", input="x")], after="1")
    assert [each.name for each in form.cases] == ["A", "b" * 40, "A 2", "B"]
    assert form.move(key, -1).move(key, -1).cases[0].name == "b" * 40
    assert form.move(key, 9).cases[-1].key == key
    for _ in range(3):
        form, _ = form.add_check("1", "is_json")
    keys = [check.key for each in form.cases for check in each.checks]
    assert len(set(keys)) == len(keys) == 6
    assert form.fitting("A 2") == [2]
    assert form.remove(key).get(key) is None
    long, _ = form.add([CaseForm(name="n" * NAME_MAX, input="1")] * 2)
    assert len(long.draft().cases) == 6


def test_rows_of_a_spreadsheet_are_cases() -> None:
    """With or without headings, with cells of several lines, and with what they leave out told."""
    plain = read_rows('A\t"two\nlines"\tgold\tx, y\n\nB\t\n')
    assert [(each.name, each.input, each.golden, each.tags) for each in plain.cases] == [
        ("A", "two\nlines", "gold", "x, y")
    ]
    assert plain.left_out == 1
    named = read_rows("\ufeffInput;Expected;contains;tool_called;Colour\n1+1;2;2;hub__calculate;red\n")
    (case,) = named.cases
    assert (case.input, case.golden, [each.type for each in case.checks]) == ("1+1", "2", ["contains", "tool_called"])
    assert named.unknown == ("colour",)
    assert read_rows("输入,名称\n你好,一").cases[0].name == "一"
    assert [each.input for each in read_rows('one\n"two\n').cases] == ["one", "two\n"]
    assert [each.input for each in read_rows("=1+1\n+A1").cases] == ["=1+1", "+A1"]
    many = read_rows("\n".join(str(number) for number in range(CASES_MAX + 5)))
    assert (len(many.cases), many.beyond, len(many.shown)) == (CASES_MAX, 5, 5)
    form, _ = SuiteForm(name="S").add(many.cases)
    assert len(form.draft().cases) == CASES_MAX


def test_two_people_change_other_cases_of_one_suite() -> None:
    """Both changes stay, and the dialog tells only the cases that differ."""
    base = suite(Case("A", "a"), Case("B", "b"), Case("C", "c")).draft()
    mine = replace(base, cases=(Case("A", "mine"), base.cases[1], Case("D", "d")), repeats=1)
    theirs = replace(base, cases=(base.cases[0], Case("B", "theirs"), base.cases[2], Case("E", "e")), description="new")
    assert changed(base, mine) == ["cases", "repeats"]
    joined = replace(theirs, **mine_over(base, mine, theirs))
    assert [(each.name, each.input) for each in joined.cases] == [
        ("A", "mine"),
        ("B", "theirs"),
        ("D", "d"),
        ("E", "e"),
    ]
    assert (joined.repeats, joined.description) == (1, "new")
    texts = texts_of("en", [base, mine, theirs], lambda target: str(target.agent_id))
    assert {label for label in texts[0] if label.startswith("Case ")} == {f"Case {each}" for each in "ABCDE"}
    assert texts[1]["Case A"].startswith("mine")

"""Conditions of steps: what passes, what cannot be compared, and what is refused at the door."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from execution_hub.domain import condition
from execution_hub.domain.condition import OPERATIONS, Condition

REVIEW = json.dumps({"score": 7.50, "verdict": "Ja", "tags": ["Eilt", "neu"], "by": {"name": None}, "ok": True})


def when(op: str = "equals", value: Any = "yes", *, is_not: bool = False, **values: Any) -> Condition:
    """Return a condition as from the wire."""
    found = {"step": "a", "op": op, "value": value, "not": is_not, **values}
    return Condition.model_validate(found)


@pytest.mark.parametrize(
    ("op", "value", "output", "holds"),
    [
        ("equals", "Yes", " yes\n", True),
        ("equals", "yes", "yes.", False),
        ("equals", "STRASSE", "straße", True),
        ("equals", "привет", "ПРИВЕТ", True),
        ("equals", "A\u0308pfel", "Äpfel", True),
        ("equals", "ＹＥＳ", "yes", True),
        ("equals", "1", "1.0", False),
        ("not_equals", "yes", "Yes", False),
        ("not_equals", "yes", "no", True),
        ("contains", "approve", "I APPROVE this", True),
        ("contains", "é", "CAFE\u0301!", True),
        ("contains", "approve", "", False),
        ("contains", "", "anything", True),
        ("not_contains", "approve", "I APPROVE this", False),
        ("not_contains", "approve", "rejected", True),
        ("matches", "^yes$", "yes", True),
        ("matches", "^yes$", "Yes", False),
        ("matches", "(?i)^yes$", "Yes", True),
        ("matches", "世+", "世界", True),
        ("matches", "^no", "well, no", False),
        ("less", "10", "9", True),
        ("less", "10", "10.0", False),
        ("less", "10", " 9.99\n", True),
        ("less", "9007199254740993", "9007199254740992", True),
        ("less", "0.3", "0.30000000000000004", False),
        ("greater", "0.3", "0.30000000000000004", True),
        ("greater", "-5", "-4", True),
        ("greater", "1e3", "1001", True),
        ("greater", "1", "1e999999999", True),
        ("greater", "9", "10", True),
    ],
)
def test_a_condition_holds_or_not(op: str, value: str, output: str, holds: bool) -> None:
    """Texts are compared in one form, expressions searched as they are, numbers compared exactly."""
    assert when(op, value).holds(output) is holds
    assert when(op, value, is_not=True).holds(output) is not holds


@pytest.mark.parametrize(
    ("field", "op", "value", "holds"),
    [
        ("score", "greater", "7.49", True),
        ("score", "equals", "7.5", True),
        ("score", "equals", "7.500", True),
        ("score", "not_equals", "7.50", False),
        ("verdict", "equals", "JA", True),
        ("tags[0]", "equals", "eilt", True),
        ("tags", "contains", "eilt", True),
        ("tags", "equals", '["eilt","neu"]', True),
        ("by.name", "equals", "null", True),
        ("ok", "equals", "true", True),
        ("by", "matches", r'^\{"name":null\}$', True),
        ('["tags"][1]', "not_contains", "alt", True),
    ],
)
def test_a_condition_looks_at_a_field_of_a_json_output(field: str, op: str, value: str, holds: bool) -> None:
    """Alone or as the one block of code that models like to write."""
    for output in (REVIEW, f"```json\n{REVIEW}\n```\n"):
        assert when(op, value, field=field).look(output) == condition.Look(holds)


def test_a_number_is_compared_as_it_was_written() -> None:
    assert when("greater", "12345678901234567890.12", field="n").holds('{"n": 12345678901234567890.13}')
    assert when("equals", "1" * 900, field="n").holds('{"n": ' + "1" * 900 + "}")
    assert not when("equals", "0.1", field="n").holds('{"n": 0.1000000000000000055511151231257827}')


@pytest.mark.parametrize(
    ("output", "op", "field", "problem"),
    [
        ("I would say yes.", "equals", "a", condition.NOT_JSON),
        ("", "equals", "a", condition.NOT_JSON),
        ("NaN", "equals", "a", condition.NOT_JSON),
        ("[" * 200_000, "equals", "a", condition.NOT_JSON),
        ('{"a": "' + "x" * 1_000_000 + '"}', "equals", "a", condition.NOT_JSON),
        ("```json\n{}\n```\nand\n```json\n{}\n```", "equals", "a", condition.NOT_JSON),
        ('{"b": 1}', "equals", "a", condition.NO_FIELD),
        ('{"a": [1]}', "less", "a[1]", condition.NO_FIELD),
        ('{"a": [1]}', "equals", "a.b", condition.NO_FIELD),
        ('"abc"', "contains", "[0]", condition.NO_FIELD),
        ('{"a": "many"}', "less", "a", condition.NO_NUMBER),
        ('{"a": null}', "greater", "a", condition.NO_NUMBER),
        ('{"a": "0x10"}', "greater", "a", condition.NO_NUMBER),
        ('{"a": "' + "1" * 2_000 + '"}', "greater", "a", condition.NO_NUMBER),
        ("about 5", "less", None, condition.NO_NUMBER),
        ("٥", "less", None, condition.NO_NUMBER),
    ],
)
def test_what_cannot_be_compared_does_not_pass_and_says_why(
    output: str, op: str, field: str | None, problem: str
) -> None:
    """Its opposite holds then: of an if and its else exactly one runs."""
    assert when(op, "5", field=field).look(output) == condition.Look(holds=False, problem=problem)
    assert when(op, "5", field=field, is_not=True).holds(output)
    if op in ("equals", "contains"):
        assert when(f"not_{op}", "5", field=field).holds(output)


def test_a_look_at_a_long_output_always_ends_soon() -> None:
    """Also where a backtracking engine would not, and where a normal form takes long."""
    started = time.process_time()
    assert when("matches", "^(a+)+$").holds("a" * 100_000 + "b") is False
    assert when("matches", "x").holds("é" * 5_000_000) is False
    assert when("contains", "x").holds("a" + "\u0301\u0316" * 300_000) is False
    assert when("contains", "x", field="a").holds('{"a":' + "[" * 900 + "1" + "]" * 900 + "}") is False
    assert time.process_time() - started < 10


HUGE = r"(\pL{1,100}\pN){4}"


def test_a_regular_expression_that_is_long_in_the_making_is_refused_soon() -> None:
    """It is compiled in one go, in which everything stands; the limit is told. Common ones are far from it."""
    started = time.process_time()
    (complaint,) = when("matches", HUGE).complaints()
    assert time.process_time() - started < 0.1
    assert complaint.values["limit"] == str(condition.REGEX_MAX_BYTES)
    for common in (r"\pL{2,20}\s\pN{1,4}", "^.{0,500}foo", "[\\w.+-]{1,64}@[\\w-]{1,63}", "|".join(["urgent"] * 140)):
        assert when("matches", common).complaints() == []


def test_one_that_was_stored_before_the_limit_is_still_answered() -> None:
    """An execution keeps what it was started with; nobody's loop waits for it."""
    stored = when("matches", HUGE)
    assert stored.holds("a1b2c3d4")
    assert not stored.is_light("a")
    assert when("matches", r"\d").is_light("a")


CASES = [
    ("value_long", when(value="x" * 1_001), "1000"),
    ("value_bad", when(value="\x00"), "NUL"),
    ("value_bad", when("matches", "\ud800"), "surrogate"),
    ("value_regex", when("matches", "(a"), "RE2"),
    ("value_regex", when("matches", "(?=a)"), "RE2"),
    ("value_regex", when("matches", r"(\pL{1,100}\pN){4}"), "1048576"),
    ("value_number", when("less", ""), "0.75"),
    ("value_number", when("greater", "1,5"), "0.75"),
    ("value_number", when("greater", "1e9999999999"), "0.75"),
    ("field_bad", when(field="a\x00"), "NUL"),
    ("field_long", when(field="a" * 201), "200"),
    ("field_deep", when(field=".".join("a" * 21)), "20"),
    *(("field_syntax", when(field=path), "a.b[0]") for path in ("", "a.", ".a", "a[", "a[-1]", "a[x]", "a[1]b")),
    ("field_syntax", when(field='a["\\x"]'), "character 2"),
]


@pytest.mark.parametrize(("code", "wrong", "words"), CASES, ids=[f"{c[0]}-{i}" for i, c in enumerate(CASES)])
def test_each_mistake_is_told_with_what_would_be_right(code: str, wrong: Condition, words: str) -> None:
    (complaint,) = wrong.complaints()
    assert complaint.code == code
    assert words in complaint.message


def test_every_code_has_a_case() -> None:
    written = set(re.findall(r'Complaint\("([a-z_]+)"', Path(condition.__file__).read_text()))
    assert written | {"field_long", "field_deep", "field_syntax"} == {code for code, *_ in CASES}


def test_a_good_condition_has_no_complaints() -> None:
    for op in OPERATIONS:
        assert when(op, "1", field='a.b[0]["c.d"].größe x', is_not=True).complaints() == []


def test_a_number_may_stand_for_its_text() -> None:
    assert (when("less", 5).value, when("less", 0.1).value) == ("5", "0.1")
    for value in (True, None, [1]):
        with pytest.raises(ValidationError):
            when("less", value)


def test_what_is_not_said_is_not_written() -> None:
    """A condition from before there were fields and `not` is written as it was; the wire's word is `not` alone."""
    plain = {"step": "a", "op": "equals", "value": "yes"}
    whole = {**plain, "field": "a", "not": True}
    assert when().model_dump(mode="json") == plain
    assert when(field="a", is_not=True).model_dump(mode="json") == whole
    for wrong in ({"is_not": True}, {"not": 1}, {"field": 5}):
        with pytest.raises(ValidationError):
            Condition.model_validate({**plain, **wrong})

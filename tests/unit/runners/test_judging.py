"""Answers held against checks: what passes, what does not, and what could not be looked at."""

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from execution_hub.domain.check import read_check
from execution_hub.domain.result import CheckResult
from execution_hub.pool import WorkPool
from execution_hub.runners.judging import SIMILAR_MAX, Answered, judge, judged
from execution_hub.words.reasons import REASONS
from execution_hub.words.say import say_reason

CALLS = (
    ("hub__calculate", {"expression": "1+1"}),
    ("web__get", {"url": {"host": "a", "path": ["x", {"y": 1}]}, "deep": True}),
)
TOLD = Answered("", "The answer is 84.", "end_turn", 1.5, 0.002, 120, CALLS)
JSON = '{"a": {"b": [1, "Zwei", 3.0, null]}, "score": 0.70, "big": 12345678901234567890, "\u00e9": "x"}'
FENCED = f"```json\n{JSON}\n```"
DEEP = "[" * 100_000 + "]" * 100_000


def check(type_: str, **values: Any) -> dict[str, Any]:
    """Return a check as it is stored."""
    return read_check("check", {"type": type_, **values}).as_json()


def looked(type_: str, answered: Answered | str, **values: Any) -> CheckResult:
    """Return what comes of one check."""
    answered = answered if isinstance(answered, Answered) else replace(TOLD, output=answered)
    (found,) = judge([check(type_, **values)], answered)
    (turned,) = judge([check(type_, **values, **{"not": True})], answered)
    # Of a check and the same with `not` exactly one passes, or neither could be looked at.
    assert turned.passed is (None if found.passed is None else not found.passed)
    assert (turned.reason, turned.code) == (found.reason, found.code)
    assert found.reason == REASONS[found.code].format(**found.values)
    json.dumps(found.as_json(), allow_nan=False).encode()
    return found


@pytest.mark.parametrize(
    ("type_", "output", "values", "passed"),
    [
        ("equals", " PARIS\n", {"value": "paris"}, True),
        ("equals", "Paris.", {"value": "Paris"}, False),
        ("equals", "Ｐａｒｉｓ straße", {"value": "paris STRASSE"}, True),
        ("equals", "e\u0301", {"value": "\u00e9"}, True),
        ("equals", "5.0", {"value": "5"}, False),
        ("equals", "x" * 5_000, {"value": "X" * 5_000}, True),
        ("contains", "It is PARIS, of course", {"value": " paris "}, True),
        ("contains", "London", {"value": "Paris"}, False),
        ("contains", "a\nb", {"value": "a b"}, False),
        ("contains_any", "No, never.", {"value": ["yes", " NO"]}, True),
        ("contains_any", "Perhaps.", {"value": ["yes", "no"]}, False),
        ("contains_all", "B and a", {"value": ["A", "b"]}, True),
        ("contains_all", "only a", {"value": ["A", "b"]}, False),
        ("matches", "Order 4711", {"value": r"\b\d{4}\b"}, True),
        ("matches", "order", {"value": "Order"}, False),
        ("matches", "ORDER", {"value": "(?i)order"}, True),
        ("matches", "a\nb", {"value": "^b"}, False),
        ("matches", "a\nb", {"value": "(?m)^b"}, True),
        ("is_json", JSON, {}, True),
        ("is_json", FENCED, {}, True),
        ("is_json", f"Sure: {JSON}", {}, False),
        ("is_json", "", {}, False),
        ("is_json", "5", {}, True),
        ("is_json", "NaN", {}, False),
        ("is_json", "{'a': 1}", {}, False),
        ("json_schema", FENCED, {"value": {"required": ["a", "score"]}}, True),
        ("json_schema", JSON, {"value": {"required": ["b"]}}, False),
        ("json_schema", "no", {"value": {}}, False),
        ("json_field", FENCED, {"field": "a.b[1]", "op": "equals", "value": "zwei"}, True),
        ("json_field", JSON, {"field": "a.b[1]", "op": "not_equals", "value": "zwei"}, False),
        ("json_field", JSON, {"field": "a.b[2]", "op": "equals", "value": 3}, True),
        ("json_field", JSON, {"field": "score", "op": "equals", "value": 0.7}, True),
        ("json_field", JSON, {"field": "score", "op": "less", "value": 0.7}, False),
        ("json_field", JSON, {"field": "score", "op": "greater", "value": "0.699"}, True),
        ("json_field", JSON, {"field": "big", "op": "greater", "value": "12345678901234567889"}, True),
        ("json_field", JSON, {"field": "a.b[3]", "op": "equals", "value": "null"}, True),
        ("json_field", JSON, {"field": "a", "op": "contains", "value": '"b":[1'}, True),
        ("json_field", JSON, {"field": "a.b[1]", "op": "matches", "value": "^Zw"}, True),
        ("json_field", JSON, {"field": '["é"]', "op": "not_contains", "value": "y"}, True),
        # What is not there passes no comparison, not even one that denies.
        ("json_field", JSON, {"field": "a.c", "op": "not_equals", "value": "x"}, False),
        ("json_field", JSON, {"field": "a.b[9]", "op": "equals", "value": "x"}, False),
        ("json_field", JSON, {"field": "a.b[1]", "op": "less", "value": 1}, False),
        ("json_field", "no json", {"field": "a", "op": "not_equals", "value": "x"}, False),
        ("max_chars", "été", {"value": 3}, True),
        ("max_chars", "été ", {"value": 3}, False),
        ("min_chars", "été", {"value": 3}, True),
        ("min_chars", "", {"value": 1}, False),
        ("max_seconds", "", {"value": 1.5}, True),
        ("max_seconds", "", {"value": 1.49}, False),
        ("max_cost_usd", "", {"value": 0.002}, True),
        ("max_cost_usd", "", {"value": 0.0019}, False),
        ("max_tokens", "", {"value": 120}, True),
        ("max_tokens", "", {"value": 119}, False),
        ("stop_reason", "", {"value": "end_turn "}, True),
        ("stop_reason", "", {"value": "max_tokens"}, False),
        ("tool_called", "", {"tool": "hub__calculate"}, True),
        ("tool_called", "", {"tool": "calculate"}, False),
        ("tool_called", "", {"tool": "hub__calculate", "arguments": {}}, True),
        ("tool_called", "", {"tool": "hub__calculate", "arguments": {"expression": "1+1"}}, True),
        ("tool_called", "", {"tool": "hub__calculate", "arguments": {"expression": "1 + 1"}}, False),
        ("tool_called", "", {"tool": "web__get", "arguments": {"url": {"host": "a"}}}, True),
        ("tool_called", "", {"tool": "web__get", "arguments": {"url": {"path": ["x", {"y": 1.0}]}}}, True),
        ("tool_called", "", {"tool": "web__get", "arguments": {"url": {"path": ["x"]}}}, False),
        ("tool_called", "", {"tool": "web__get", "arguments": {"url": {"path": ["x", {"y": True}]}}}, False),
        ("tool_called", "", {"tool": "web__get", "arguments": {"deep": 1}}, False),
        ("tool_called", "", {"tool": "web__get", "arguments": {"more": None}}, False),
        ("similar", "the ANSWER is 84.", {"at_least": 1}, True),
        ("similar", "The answer is 85.", {"at_least": 0.9}, True),
        ("similar", "The answer is 85.", {"at_least": 0.95}, False),
        ("similar", "Something else", {}, False),
        ("similar", "kitten", {"value": "sitting", "at_least": 0.61}, True),
        ("similar", "", {"value": "x", "at_least": 0}, True),
    ],
)  # fmt: skip
def test_a_check_passes_or_does_not(type_: str, output: str, values: dict[str, Any], passed: bool) -> None:
    assert looked(type_, output, **values).passed is passed


@pytest.mark.parametrize(
    ("type_", "answered", "values", "code"),
    [
        ("max_seconds", Answered("x"), {"value": 1}, "no_seconds"),
        ("max_cost_usd", Answered("x"), {"value": 1}, "no_cost"),
        ("max_tokens", Answered("x"), {"value": 1}, "no_tokens"),
        ("max_cost_usd", Answered("x", cost_usd=0.5, is_partial=True), {"value": 1}, "partly_known"),
        ("max_tokens", Answered("x", tokens=5, is_partial=True), {"value": 5}, "partly_known"),
        ("stop_reason", Answered("x"), {"value": "end_turn"}, "no_stop_reason"),
        ("similar", Answered("x"), {}, "no_golden"),
        ("is_json", Answered(f'"{"x" * 5_000_000}"'), {}, "json_too_much"),
        ("is_json", Answered(DEEP), {}, "json_too_much"),
        ("json_schema", Answered(DEEP), {"value": {}}, "json_too_much"),
        ("json_field", Answered(DEEP), {"field": "[0]", "op": "equals", "value": "x"}, "json_too_much"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_not_judged(type_: str, answered: Answered, values: dict[str, Any], code: str) -> None:
    found = looked(type_, answered, **values)
    assert (found.passed, found.code) == (None, code)


def test_at_least_so_much_is_too_much_all_the_same() -> None:
    assert looked("max_tokens", Answered("x", tokens=6, is_partial=True), value=5).passed is False


@pytest.mark.parametrize(
    ("type_", "output", "values", "reason"),
    [
        ("equals", "a\n\n b", {"value": "x"}, "It is “a b”."),
        ("equals", "x" * 200, {"value": "y"}, f"It is “{'x' * 120}…”."),
        ("equals", " " * 5_000 + "far", {"value": "y"}, "It is “…”."),
        ("contains", "\x1b[31m\u202ered", {"value": "y"}, "It is “[31mred”."),
        ("contains_all", "c", {"value": ["a", "b", "c", "d", "e"]}, "It does not contain “a”, “b”, “d”…. It is “c”."),
        ("contains_any", "c", {"value": ["a", "b"]}, "It contains none of “a”, “b”. It is “c”."),
        ("is_json", "Sure!", {}, "The answer is no JSON. It is “Sure!”."),
        ("json_field", JSON, {"field": "a.b[1]", "op": "equals", "value": "x"}, "a.b[1] is “Zwei”."),
        ("json_field", JSON, {"field": "a.c", "op": "equals", "value": "x"}, "The answer has no field a.c."),
        ("json_field", JSON, {"field": "a", "op": "less", "value": 1},
         'a is “{"b":[1,"Zwei",3.0,null]}”, which is no number.'),
        ("max_chars", "x" * 4, {"value": 3}, "It has 4 characters; at most 3 are right."),
        ("max_cost_usd", "", {"value": 0.0000125}, "It cost $0.002; at most $0.0000125 is right."),
        ("max_tokens", "", {"value": 1_234_567}, "It used 120 tokens; at most 1234567 are right."),
        ("tool_called", "", {"tool": "x__y"}, "It called “hub__calculate”, “web__get”, and not x__y."),
        # It is never rounded up to what it does not reach.
        ("similar", "a" * 7_999 + "b" * 2_001, {"value": "a" * 10_000},
         "It is 0.799 like the golden answer; at least 0.8 is right."),
        ("json_schema", "[]", {"value": {"type": "object"}},
         "The answer does not fit the schema. $: [] is not of type 'object'"),
    ],
)  # fmt: skip
def test_the_reason_says_what_was_seen(type_: str, output: str, values: dict[str, Any], reason: str) -> None:
    found = looked(type_, output, **values)
    assert found.reason == reason
    assert say_reason("en", found) == reason


def test_of_what_is_similar_so_much_is_compared() -> None:
    """Of both, in the form for comparing, without the space around them."""
    same = "a" * SIMILAR_MAX
    assert looked("similar", f"  {same}b", value=f"{same}c", at_least=1).passed is True


def test_an_answer_of_five_megabytes_is_looked_at_by_all_checks_in_seconds() -> None:
    """What several checks need of it is made once."""
    words = ["naïve", "Ünder", "ça"]
    output = "Ünïcode wörds, ça va? " * 240_000
    checks = [
        *(check("contains", value=word) for word in words * 10),
        check("contains_all", value=words * 30),
        check("matches", value="naïve$"),
        check("similar"),
        check("max_chars", value=100),
    ]
    before = time.process_time()
    judge(checks, replace(TOLD, output=output))
    once = time.process_time() - before
    before = time.process_time()
    judge(checks[:1], replace(TOLD, output=output))
    assert once < 3 * (time.process_time() - before) + 0.5


async def test_a_check_that_takes_too_long_takes_none_of_the_others_with_it() -> None:
    """A schema may have an expression of Python's, which may take for ever."""
    pool = WorkPool(deadline_seconds=0.5)
    try:
        checks = [
            check("max_chars", value=100),
            check("json_schema", value={"pattern": "^(a+)+$"}),
            check("is_json"),
        ]
        found = await judged(pool, checks, Answered(f'"{"a" * 60}!"'))
    finally:
        pool.close()
    assert [(each.passed, each.code) for each in found] == [
        (True, "max_chars"),
        (None, "took_too_long"),
        (True, "json"),
    ]


@pytest.mark.parametrize(
    ("schema", "output"),
    [
        ({"multipleOf": 0.1}, "1" + "0" * 400),
        ({"$ref": "#/$defs/a", "$defs": {"a": 5}}, "1"),
        ({"$ref": "#"}, "1"),
        ({"properties": {"\\u0000": {"type": "null"}}}, '{"\\u0000": "\\ud800"}'),
        ({"additionalProperties": False}, '{"\\u0000\\ud800\u202e": 1}'),
    ],
)
def test_no_schema_and_no_answer_make_the_looking_fail(schema: dict[str, Any], output: str) -> None:
    assert looked("json_schema", output, value=schema).passed in (True, False)


def test_what_a_model_called_is_told_as_it_can_be_stored() -> None:
    """A model may write what no database holds and no line of text shows."""
    calls: tuple[tuple[str, dict[str, Any]], ...] = (
        ("a__b", {"x": "\x00\ud800\u202e\n" * 5_000}),
        ("c\x1b__d\ud800", {}),
    )
    found = looked("tool_called", Answered("", calls=calls), tool="a__b", arguments={"x": "y"})
    assert found.passed is False
    assert len(found.reason) < 400
    assert "\ufffd" in looked("tool_called", Answered("", calls=calls), tool="x__y").reason

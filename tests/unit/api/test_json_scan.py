"""What a JSON text holds is counted from its bytes, whatever pieces it comes in."""

import json
from typing import Any

import pytest

from execution_hub.api.json_scan import DEPTH_MAX, ITEMS_MAX, KEYS_MAX, TEXT_MAX, VALUES_MAX, Excess, JsonScan


def limit_of(text: bytes, size: int = 2**16) -> int | None:
    """Return which limit a text is past, fed in pieces of a size."""
    scan = JsonScan()
    for start in range(0, len(text), size):
        if excess := scan.feed(text[start : start + size]):
            return excess.limit
    return None


@pytest.mark.parametrize("size", [1, 2, 3, 7, 2**16])
def test_what_is_in_texts_does_not_count(size: int) -> None:
    """Brackets, commas, quotes and backslashes in texts, cut anywhere."""
    text = json.dumps({"a": '[{,"\\' * 3_000, "b\\": ["\\", '"', "\\\\", "é😀"]}).encode()
    assert limit_of(text, size) is None
    assert limit_of(text + b"[" * (DEPTH_MAX + 1), size) == DEPTH_MAX


@pytest.mark.parametrize(
    ("most", "more", "limit"),
    [
        ([0] * ITEMS_MAX, [0] * (ITEMS_MAX + 1), ITEMS_MAX),
        (dict.fromkeys(map(str, range(KEYS_MAX))), dict.fromkeys(map(str, range(KEYS_MAX + 1))), KEYS_MAX),
        ([[0] * 999] * 49, [[0] * 999] * 51, VALUES_MAX),
    ],
    ids=["items", "fields", "values"],
)
def test_each_limit_holds_to_the_entry(most: Any, more: Any, limit: int) -> None:
    """What is at the limit passes, one more does not."""
    assert limit_of(json.dumps(most).encode()) is None
    assert limit_of(json.dumps(more).encode()) == limit


def test_a_list_may_be_as_deep_as_the_limit() -> None:
    """64 levels pass, 65 do not."""
    assert limit_of(b"[" * DEPTH_MAX + b"]" * DEPTH_MAX) is None
    assert limit_of(b"[" * (DEPTH_MAX + 1)) == DEPTH_MAX


@pytest.mark.parametrize("sign", [b'"', b",", b"]", b"}", b"{}", b'""'])
def test_what_is_no_json_is_not_counted_to_its_end(sign: bytes) -> None:
    """Signs without end meet a limit, too."""
    assert limit_of(sign * 1_000_000) is not None


def test_the_widest_workflow_passes() -> None:
    """200 steps, each of which waits for all before it and sets every field."""
    fields = {"type": "agent", "agent_id": 1, "input": "x", "timeout_seconds": 1, "retries": 1, "agent": "a"}
    when = {"step": "s", "op": "equals", "value": "x", "field": "a", "not": True}
    steps = [{"name": f"s{n}", **fields, "when": when, "depends_on": [f"s{m}" for m in range(n)]} for n in range(200)]
    agents = [{"name": str(n), **dict.fromkeys("abcdefghij")} for n in range(200)]
    assert limit_of(json.dumps({"name": "Wide", "steps": steps, "agents": agents}).encode()) is None


def excess_of(text: bytes, size: int) -> Excess | None:
    """Return what a text, fed in pieces of a size, is past."""
    scan = JsonScan()
    return next(filter(None, (scan.feed(text[at : at + size]) for at in range(0, len(text), size))), None)


@pytest.mark.parametrize("size", [4_093, 2**16, 2**24])
def test_one_text_may_be_as_long_as_the_longest_field(size: int) -> None:
    """An input of which every character is escaped twice passes, one byte more does not; several long ones pass."""
    longest = b"\\ud83d\\ude00" * (TEXT_MAX // 12)
    assert excess_of(b'{"input": "' + longest + b'"}', size) is None
    assert excess_of(b'{"a": "' + longest + b'", "b": "' + longest + b'"}', size) is None
    for text, field in (
        (b'{"input": "%b"}', "input"),
        (b'{"name": "n", "description": "%b"}', "description"),
        (b'{"steps": [{"name": "%b"}]}', "steps"),
        (b'{"%b": 1}', "body"),
        (b'["%b"]', "body"),
        (b'"%b"', "body"),
    ):
        excess = excess_of(text % (longest + b"x"), size)
        assert excess is not None
        assert (excess.limit, excess.field) == (TEXT_MAX, field)


def test_the_field_is_told_in_which_there_is_too_much() -> None:
    """`steps` of a workflow; `body` for the object itself, a list, or a word that may be no field."""
    many = [0] * (ITEMS_MAX + 1)
    for value, field in (
        ({"name": "W", "steps": many}, "steps"),
        ({"steps": [{"depends_on": many}]}, "steps"),
        (dict.fromkeys(map(str, range(KEYS_MAX + 1))), "body"),
        (many, "body"),
        ({"<b>": many}, "body"),
    ):
        excess = JsonScan().feed(json.dumps(value).encode())
        assert excess is not None
        assert excess.field == field

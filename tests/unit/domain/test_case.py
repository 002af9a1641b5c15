"""The cases of an agent: what is taken, what is refused, and what they are called."""

import pytest

from execution_hub.domain.case import CASES_MAX, CASES_MAX_BYTES, AgentCase, mark_of, name_for, read_cases
from execution_hub.domain.execution import INPUT_MAX
from execution_hub.errors import InvalidInput


def test_cases_keep_their_order_and_lose_the_space_around_their_names() -> None:
    """The input stays as it is."""
    found = read_cases([(" b ", " x\n"), ("a", "y")])
    assert [(case.name, case.input) for case in found] == [("b", " x\n"), ("a", "y")]


@pytest.mark.parametrize(
    ("given", "field", "limit"),
    [
        ([("a", "x"), ("a ", "y")], "cases[1].name", None),
        ([("", "x")], "cases[0].name", None),
        ([("a", " ")], "cases[0].input", None),
        ([("a", "x" * (INPUT_MAX + 1))], "cases[0].input", INPUT_MAX),
        ([(str(n), "x") for n in range(CASES_MAX + 1)], "cases", CASES_MAX),
        ([(str(n), "é" * INPUT_MAX) for n in range(6)], "cases[5].input", CASES_MAX_BYTES),
    ],
)
def test_what_does_not_fit_is_named(given: list[tuple[str, str]], field: str, limit: int | None) -> None:
    """Each, and all together; with the limit where there is one."""
    with pytest.raises(InvalidInput) as refused:
        read_cases(given)
    assert (refused.value.field, refused.value.details.get("limit")) == (field, limit)


@pytest.mark.parametrize("text", ["x" * 1_000, "\x1b[31m\u202e", "  two\nlines ", "汉字" * 100])
def test_a_name_that_the_hub_gives_can_be_stored(text: str) -> None:
    """Whatever the input; and the second one is another."""
    first = name_for(text, [])
    second = name_for(text, [first])
    assert len(read_cases([(first, "x"), (second, "x")])) == 2


def test_only_the_same_input_has_the_same_mark() -> None:
    """To the last character."""
    assert mark_of("x") == mark_of("x") != mark_of("x ")


def test_what_was_stored_under_an_older_limit_is_read_and_only_refused_when_it_is_stored_anew() -> None:
    """Else the whole page of its agent would not open."""
    old = AgentCase("x" * 500, "y" * (INPUT_MAX + 1))
    assert old.as_json()["name"] == "x" * 500
    with pytest.raises(InvalidInput, match=r"cases\[0\].name"):
        read_cases([(old.name, "fits")])
    with pytest.raises(InvalidInput, match=r"cases\[0\].input"):
        read_cases([("fits", old.input)])

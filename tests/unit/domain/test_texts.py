"""Checks of texts that people send."""

import unicodedata

import pytest

from execution_hub.domain.execution import check_input
from execution_hub.domain.texts import check_text, cut_to, is_blank
from execution_hub.errors import InvalidInput


@pytest.mark.parametrize("text", ["x", "x" * 10, "世界 🚀", "line\nbreak\t", "'; DROP TABLE x; --"])
def test_a_good_text_comes_back_as_it_is(text: str) -> None:
    """Up to the limit, in any script."""
    assert check_text("field", text, 21) == text
    assert check_text("field", text, 21, is_needed=True) == text.strip()


def test_only_a_needed_text_must_say_something() -> None:
    """And only there the space around it is dropped."""
    assert check_text("field", " ", 5) == " "
    assert check_text("field", "", 5) == ""
    assert check_text("field", "  a b ", 3, is_needed=True) == "a b"


@pytest.mark.parametrize(
    ("text", "is_needed", "words"),
    [
        ("", True, "empty"),
        (" \n\t", True, "empty"),
        ("x" * 6, False, "5"),
        ("a\x00", False, "NUL"),
        ("\ud800", False, "surrogate"),
        ("\udfff x", True, "surrogate"),
    ],
)
def test_a_bad_text_is_refused_with_its_field_and_the_fix(text: str, is_needed: bool, words: str) -> None:
    """The message begins with the field."""
    with pytest.raises(InvalidInput) as found:
        check_text("colour", text, 5, is_needed=is_needed)
    assert found.value.field == "colour"
    assert found.value.message.startswith("colour ")
    assert found.value.details.get("limit", 5) == 5
    assert words in found.value.message


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "text"),
        (5, "text"),
        ("", "empty"),
        ("  ", "empty"),
        ("x" * 200_001, "200000"),
        ("\x00", "NUL"),
        ("\ud800", "surrogate"),
    ],
)
def test_an_input_is_checked_at_the_door(value: object, words: str) -> None:
    """1 to 200 000 characters that a database can hold."""
    with pytest.raises(InvalidInput, match=words) as found:
        check_input(value, "task")
    assert found.value.field == "task"


def test_an_input_of_the_longest_kind_is_good() -> None:
    """Unchanged, space around it included."""
    assert check_input(" " + "🚀" * 199_998 + "\n") == " " + "🚀" * 199_998 + "\n"


def test_a_million_characters_that_show_nothing_are_looked_at_once_each() -> None:
    """What a model writes becomes the input of the next step on an event loop."""
    seen: list[str] = []
    category = unicodedata.category

    def note(each: str) -> str:
        seen.append(each)
        return category(each)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unicodedata, "category", note)
        assert is_blank("\u200b\u2060" * 500_000)
        assert not is_blank("\u200b" * 1_000_000 + "x")
    assert len(seen) < 1_000


@pytest.mark.parametrize("most", [-1, 0, 1, 2, 3, 4, 5, 6])
def test_a_text_is_cut_to_bytes_and_no_character_halved(most: int) -> None:
    for text in ("", "abc", "éé", "a😀b", "😀"):
        cut = cut_to(text, most)
        assert text.startswith(cut)
        assert len(cut.encode()) <= max(most, 0)
        assert cut == text or len(text[: len(cut) + 1].encode()) > most

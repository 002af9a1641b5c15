"""One form of a text for comparing, searching and sorting."""

import time
import unicodedata

import pytest

from execution_hub.domain.folding import fold, sort_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("привет", "ПРИВЕТ"),
        ("Äpfel", "A\u0308PFEL"),
        ("straße", "STRASSE"),
        ("Σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("ＡＢＣ１２３", "abc123"),
        ("ﬁnal", "FINAL"),
        ("ｶﾞ", "ガ"),
        ("a　b", "a b"),
        ("각", "\u1100\u1161\u11a8"),
    ],
)
def test_what_people_read_as_the_same_word_is_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("a", "ä"), ("東京", "东京"), ("1", "l"), ("и", "й")])
def test_other_letters_stay_other_letters(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_the_form_of_a_form_is_itself_for_every_character() -> None:
    # Beyond these two planes nothing has a case, and the forms are those of single Chinese characters.
    everything = map(chr, range(0x20000))
    assert [each for each in everything if fold(each) != each and fold(fold(each)) != fold(each)] == []


def test_a_long_text_has_the_form_of_its_parts() -> None:
    for word in ("Ä", "A\u0308", "각", "\u1100\u1161\u11a8", "ｶﾞ", "ก็", "ШІ\u0308 ", "\u0bc6\u0bbe", "𝒜👩\u200d🚀"):
        long = "x" * 200 + word * 400
        assert fold(long) == unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", long).casefold())


@pytest.mark.parametrize("marks", ["\u0301\u0316", "\u0f71\u0f72\u0f74", "\uff9e\u0301"])
def test_a_letter_with_a_hundred_thousand_marks_takes_no_long_time(marks: str) -> None:
    text = "a" + marks * 100_000
    started = time.process_time()
    fold(text)
    assert time.process_time() - started < 3


def test_half_a_character_is_no_trouble() -> None:
    assert fold("Ä\ud800B") == "ä\ud800b"


def test_names_sort_by_letters_then_accents_then_case() -> None:
    names = ["zebra", "Äpfel", "ärger", "Apfel", "apfel", "Birnen", "привет", "ПОЧТА", "éclair", "Ｄose", "天气"]
    assert sorted(names, key=sort_key) == [
        "Apfel",
        "apfel",
        "Äpfel",
        "ärger",
        "Birnen",
        "Ｄose",
        "éclair",
        "zebra",
        "ПОЧТА",
        "привет",
        "天气",
    ]

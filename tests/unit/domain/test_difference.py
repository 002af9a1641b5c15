"""What differs between two texts."""

import time

import pytest

from execution_hub.domain.difference import (
    ADDED,
    CUT,
    PIECES_MAX,
    REMOVED,
    SAME,
    SKIPPED,
    FieldDifference,
    Piece,
    all_pieces,
    differences,
    field_differences,
)

LINES = [f"line {n}\n" for n in range(20)]


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("", "", []),
        ("a\r\nb\rc", "a\nb\nc", []),
        ("Be short.", "Be very short.", [(SAME, "Be "), (ADDED, "very "), (SAME, "short.")]),
        ("Be very short.", "Be short.", [(SAME, "Be "), (REMOVED, "very "), (SAME, "short.")]),
        ("回答要简短。", "回答要很简短。", [(SAME, "回答要"), (ADDED, "很"), (SAME, "简短。")]),
        ("One.", "One.\nTwo.", [(SAME, "One.\n"), (ADDED, "Two.")]),
        ("One.\nTwo.", "One.", [(SAME, "One.\n"), (REMOVED, "Two.")]),
        ("One.\n", "One.", [(SAME, "One.\n"), (REMOVED, "\n")]),
        ("", "new", [(ADDED, "new")]),
        ("4096", "500", [(REMOVED, "4096"), (ADDED, "500")]),
        # With little in common, whole lines are easier to read.
        ("one two three\n", "four five six\n", [(REMOVED, "one two three\n"), (ADDED, "four five six\n")]),
    ],
)
def test_the_words_that_differ_are_told(before: str, after: str, pieces: list[tuple[str, str]]) -> None:
    """Of languages that do not part words, the characters."""
    assert differences(before, after) == [Piece(*each) for each in pieces]


def test_lines_far_from_a_change_are_told_by_their_number() -> None:
    """Two stay on each side, and one alone is not left out."""
    after = [*LINES[:10], "another\n", *LINES[10:]]
    found = differences("".join(LINES), "".join(after))
    assert [each.kind for each in found] == [SKIPPED, SAME, ADDED, SAME, SKIPPED]
    assert [each.text for each in found] == ["8", "line 8\nline 9\n", "another\n", "line 10\nline 11\n", "8"]
    near = differences("".join(LINES[:3]), "".join([*LINES[:3], "end\n"]))
    assert [each.text for each in near] == ["line 0\nline 1\nline 2\n", "end\n"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\n" * 49_000, "x\n" * 24_000 + "\n"),
        ("a b " * 12_000, "b a " * 12_000),
        ("\n".join(str(n % 7) for n in range(20_000)), "\n".join(str(n % 11) for n in range(20_000))),
        ("a" * 50_000, "b" * 50_000),
    ],
)
def test_what_would_take_the_library_long_is_told_whole(before: str, after: str) -> None:
    """Texts whose parts are all alike, as long as a prompt may be."""
    start = time.process_time()
    assert differences(before, after)
    assert time.process_time() - start < 2


@pytest.mark.parametrize("part", ["{},", "{}项"])
def test_of_long_texts_of_words_that_are_often_the_same_the_few_that_differ_are_told(part: str) -> None:
    """As long as an output that is compared may be, on one line: within what people wait for."""
    before = "".join(part.format(n % 90) for n in range(30_000))
    after = before.replace(part.format(17), part.format(18), 3)
    start = time.process_time()
    found = [each for each in all_pieces(before, after) if each.kind != SAME]
    assert len(found) == 6
    assert time.process_time() - start < 1


def test_there_are_never_more_pieces_than_a_page_can_bear() -> None:
    """The last says that more differs."""
    before = "".join(f"the number {n} stays\nline {n}\n" for n in range(1_000))
    found = differences(before, before.replace("number", "figure"))
    assert (len(found), found[-1].kind) == (PIECES_MAX + 1, CUT)


def test_fields_that_are_alike_are_left_out() -> None:
    """One that the first does not have begins empty."""
    found = field_differences({"name": "A", "model": "m"}, {"name": "A", "model": "n", "on_cut": "mark"})
    assert found == [
        FieldDifference("model", [Piece(REMOVED, "m"), Piece(ADDED, "n")]),
        FieldDifference("on_cut", [Piece(ADDED, "mark")]),
    ]

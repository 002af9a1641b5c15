"""Splitting streaming Markdown into closed blocks and an open tail."""

import random

import pytest

from execution_hub.views.blocks import PART_SIZE, BlockSplitter, split_blocks

TEXTS = {
    "paragraphs": "One.\n\nTwo\nlines.\n\n\nThree.",
    "code": "Before\n\n```py\na = 1\n\n\nb = 2\n```\n\nAfter",
    "tildes": "~~~~\n~~~\n\n```\n\n~~~~\n\nAfter",
    "list": "1. one\n\n2. two\n\n   more of two\n\n3. three\n\nAfter",
    "fence in a list": "- one\n\n    ```sh\n    ls\n\n    pwd\n    ```\n\n- two\n\nAfter",
    "inline code": "```not a fence``` x\n\nAfter",
    "windows": "One.\r\n\r\n# Two\r\n\r\nThree\r\n",
    "unicode": "Grüße 你好 👩\u200d👩\u200d👧\u2028 e\u0301\n\n第二段\n\n- 一\n\n- 二",
    "blank": "\n\n  \n\nText\n\n",
    "table": "| a | b |\n|---|---|\n| 1 | 2 |\n\nAfter",
}


def feed_all(text: str, sizes: list[int]) -> tuple[list[str], BlockSplitter]:
    """Feed a text in pieces of the given sizes, over and over."""
    splitter, closed, start, turn = BlockSplitter(), [], 0, 0
    while start < len(text):
        end = start + sizes[turn % len(sizes)]
        closed += splitter.feed(text[start:end])
        start, turn = end, turn + 1
    return closed, splitter


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_is_lost_or_added_and_cuts_do_not_matter(name: str) -> None:
    """Blocks, parts and tail joined are the text, and the blocks are the same however it was cut."""
    text = TEXTS[name]
    whole, _ = feed_all(text, [len(text)])
    for sizes in ([1], [2, 3], [7], [1, 50]):
        closed, splitter = feed_all(text, sizes)
        assert closed == whole
        assert "".join([*closed, *splitter.open_parts, splitter.tail]) == text


def test_a_blank_line_closes_a_paragraph() -> None:
    """A paragraph is closed when the next one begins."""
    assert split_blocks(TEXTS["paragraphs"]) == ["One.\n\n", "Two\nlines.\n\n\n", "Three."]


@pytest.mark.parametrize(
    ("name", "blocks"),
    [("code", 3), ("tildes", 2), ("list", 2), ("fence in a list", 2), ("inline code", 2), ("table", 2)],
)
def test_what_belongs_together_is_never_split(name: str, blocks: int) -> None:
    """A code fence with blank lines, and a list with blank lines between its items, are one block."""
    assert len(split_blocks(TEXTS[name])) == blocks


def test_an_open_fence_stays_open() -> None:
    """A fence nobody closed holds everything after it."""
    assert len(split_blocks("```\na\n\nb\n\nc")) == 1


def test_marks_inside_indented_code_open_no_fence() -> None:
    """Marks four columns in are code, and the paragraphs after them are blocks of their own."""
    assert split_blocks("Text\n\n    ```\n\nOne\n\nTwo") == ["Text\n\n    ```\n\n", "One\n\n", "Two"]


def test_a_huge_paragraph_keeps_a_small_tail() -> None:
    """A paragraph of 300 KB leaves a bounded tail, its front in parts cut between words."""
    text = "word " * 60_000
    closed, splitter = feed_all(text, [17])
    assert closed == []
    assert len(splitter.tail) <= PART_SIZE + 16
    assert all(part.endswith(" ") for part in splitter.open_parts)
    assert "".join(splitter.open_parts) + splitter.tail == text


def test_a_line_without_any_gap_is_cut_all_the_same() -> None:
    """300 KB without a space or a line feed, in one piece, leave a bounded tail too."""
    splitter = BlockSplitter()
    assert splitter.feed("字" * 300_000) == []
    assert len(splitter.tail) <= PART_SIZE
    assert "".join(splitter.open_parts) + splitter.tail == "字" * 300_000


def test_random_markdown_survives_any_cut() -> None:
    """Random lines, cut at random places, give the blocks of the uncut text."""
    chance = random.Random(7)
    lines = ["", "text", "- item", "  more", "```", "~~~", "1. one", "# head", "> quote", "\tcode", "``` x ` y", "  "]
    for _ in range(200):
        text = "\n".join(chance.choices(lines, k=30))
        whole, _ = feed_all(text, [len(text)])
        closed, splitter = feed_all(text, [chance.randint(1, 9) for _ in range(20)])
        assert closed == whole
        assert "".join([*closed, *splitter.open_parts, splitter.tail]) == text

"""What a card shows of a text."""

import re

from execution_hub.domain.texts import one_line

EXCERPT_MAX = 160
# What opens a line of Markdown: a heading, a quotation, a fence of code; bullets and numbers read well as they are.
_OPENS = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|(?:>[ \t]?)+|`{3,}\S*[ \t]*$|~{3,}\S*[ \t]*$)", re.MULTILINE)
# Marks around words; within a word, as in `snake_case` or `2*3*4`, they are the text's own.
_AROUND = re.compile(r"(?<![\w*_`~])(\*\*\*|\*\*|\*|___|__|_|~~|`)(?=\S)([^\n]+?)(?<=\S)\1(?![\w*_`~])")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^()\s]*\)")


def excerpt(text: str) -> str:
    r"""Return the first words of a text, on one line.

    >>> excerpt("a\n b"), len(excerpt("x" * 2_000))
    ('a b', 160)
    """
    # No more of a long text is looked at than is shown.
    return one_line(text[: 4 * EXCERPT_MAX])[:EXCERPT_MAX]


def plain_words(text: str) -> str:
    r"""Return the beginning of a text in Markdown without its marks, as a few lines show it.

    >>> plain_words("### So\n> **Yes**, *we* `can` [go](/x)"), plain_words("2*3*4 snake_case_name **cut o")
    ('So\nYes, we can go', '2*3*4 snake_case_name **cut o')

    Args:
        text: A short one: what is shown of it.
    """
    return _AROUND.sub(r"\2", _LINK.sub(r"\1", _OPENS.sub("", text)))

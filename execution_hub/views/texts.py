"""What a card shows of a text."""

from execution_hub.domain.texts import one_line

EXCERPT_MAX = 160


def excerpt(text: str) -> str:
    r"""Return the first words of a text, on one line.

    >>> excerpt("a\n b"), len(excerpt("x" * 2_000))
    ('a b', 160)
    """
    # No more of a long text is looked at than is shown.
    return one_line(text[: 4 * EXCERPT_MAX])[:EXCERPT_MAX]

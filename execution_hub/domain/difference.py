"""What differs between two texts: lines first, then the words of lines that were changed. Pure.

The library that finds it compares each line with all that equal it. Where that would be too much, another finds the
fewest words to change, in time that only their number counts for; where that would be too much as well, the texts are
told as removed and added, whole.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

SAME = "same"
REMOVED = "removed"
ADDED = "added"
SKIPPED = "skipped"
CUT = "cut"
# So many lines stay around a change; the others are told by their number.
CONTEXT_LINES = 2
PIECES_MAX = 1_000
# Of two texts that are shown whole beside each other: torn into more, nobody can read them.
TORN_MAX = 3_000
# Pairs of equal lines, or words: beyond it the library takes seconds.
_PAIRS_MAX = 1_000_000
# Words of one text times those of the other: 0.2 s.
_PRODUCT_MAX = 5_000_000_000
# Lines with less in common are easier to read one after the other.
_LEAST_SAME = 0.3
# A word of a language that parts words, or any other character, with the space after it: spaces alone would all be
# alike. A character of a language that does not part words is a word.
_WHOLE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_WORD = re.compile(rf"(?:(?:(?![{_WHOLE}])\w)+|.)[^\S\n]*|\n")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of both texts, or of one of them.

    Attributes:
        kind: `same`, `removed` (only in the first), `added` (only in the second), `skipped` (lines that are the same),
            `cut` (more differs).
        text: The part; of skipped lines their number.
    """

    kind: str = SAME
    text: str = ""


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field that two objects do not have alike.

    Attributes:
        name: Which field.
        pieces: What differs.
    """

    name: str = ""
    pieces: list[Piece] = field(default_factory=list)


def all_differences(pairs: Sequence[tuple[Mapping[str, str], Mapping[str, str]]]) -> list[list[FieldDifference]]:
    """Return `field_differences` of each of some pairs."""
    return [field_differences(before, after) for before, after in pairs]


def field_differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[FieldDifference]:
    """Return the fields that differ, each with its pieces.

    Args:
        before: Texts by the name of the field.
        after: The same fields, later.
    """
    found = ((name, differences(before.get(name, ""), text)) for name, text in after.items())
    return [FieldDifference(name, pieces) for name, pieces in found if pieces]


def differences(before: str, after: str) -> list[Piece]:
    r"""Return the pieces of two texts in order; none if they are the same but for the ends of their lines.

    >>> [(each.kind, each.text) for each in differences("Be short.", "Be very short.")]
    [('same', 'Be '), ('added', 'very '), ('same', 'short.')]
    >>> differences("a\r\nb", "a\nb")
    []
    """
    return folded(all_pieces(before, after))


def folded(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces with long equal parts left out, and at most so many; none where nothing differs."""
    return _bounded(list(_folded(pieces))) if any(piece.kind != SAME for piece in pieces) else []


def all_pieces(before: str, after: str) -> list[Piece]:
    r"""Return all pieces of two texts in order, none left out; their lines end in `\n`.

    >>> [(each.kind, each.text) for each in all_pieces("one\n\n\n\n\ntwo", "one\n\n\n\n\n2")]
    [('same', 'one\n\n\n\n\n'), ('removed', 'two'), ('added', '2')]
    """
    old, new = (text.replace("\r\n", "\n").replace("\r", "\n") for text in (before, after))
    if old == new:
        return [Piece(SAME, old)] if old else []
    if not old or not new:
        return whole(old, new)
    found: list[Piece] = []
    # The last lines end like the others: else one that others follow would be another line.
    for first, second in _aligned(*(f"{text}\n".splitlines(keepends=True) for text in (old, new))):
        found += _words("".join(first), "".join(second))
    return _unended(_joined(found))


def pieces_of_each(pairs: Sequence[tuple[str, str]]) -> list[list[Piece]]:
    """Return `all_pieces` of each of some pairs; of texts torn into too many pieces, both whole."""
    found = [(all_pieces(*pair), pair) for pair in pairs]
    return [pieces if len(pieces) <= TORN_MAX else whole(*pair) for pieces, pair in found]


def whole(before: str, after: str) -> list[Piece]:
    """Return two texts as removed and added."""
    return [Piece(kind, text) for kind, text in ((REMOVED, before), (ADDED, after)) if text]


def _words(before: str, after: str) -> list[Piece]:
    if before == after:
        return [Piece(SAME, before)]
    pairs = [("".join(first), "".join(second)) for first, second in _aligned(*map(_WORD.findall, (before, after)))]
    same = sum(len(first) for first, second in pairs if first == second)
    if same < _LEAST_SAME * max(len(before), len(after)):
        return whole(before, after)
    return [
        piece
        for first, second in pairs
        for piece in ([Piece(SAME, first)] if first == second else whole(first, second))
    ]


def _aligned(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Yield parts of both in order: equal ones, and what stands between them."""
    start, end = _common(before, after)
    yield before[:start], after[:start]
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    counts = Counter(new)
    if sum(counts[each] for each in old) <= _PAIRS_MAX:
        for _, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            yield old[a:b], new[c:d]
    elif len(old) * len(new) <= _PRODUCT_MAX:
        yield from _fewest(old, new)
    else:
        yield old, new
    yield before[len(before) - end :], after[len(after) - end :]


def _fewest(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    # Loads a compiled library: only the processes of the pool need it, for few texts.
    from rapidfuzz.distance import Levenshtein

    # Numbers are compared faster than words.
    numbers: dict[str, int] = {}
    old, new = ([numbers.setdefault(each, len(numbers)) for each in side] for side in (before, after))
    for each in Levenshtein.opcodes(old, new):
        a, b, c, d = each.src_start, each.src_end, each.dest_start, each.dest_end
        yield before[a:b], after[c:d]


def _common(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """Return how many items are the same at the beginning, and of the others at the end."""
    most = min(len(before), len(after))
    start = next((place for place in range(most) if before[place] != after[place]), most)
    rest = most - start
    end = next((place for place in range(rest) if before[-1 - place] != after[-1 - place]), rest)
    return start, end


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].kind == piece.kind:
            found[-1] = Piece(piece.kind, found[-1].text + piece.text)
        elif piece.text:
            found.append(piece)
    return found


def _unended(pieces: list[Piece]) -> list[Piece]:
    """Take back the end of the last line of both texts: that of a piece they share, or of one of each."""
    count = 2 if SAME not in {each.kind for each in pieces[-2:]} else 1
    # A line end alone is what differs.
    ends = [Piece(each.kind, each.text.removesuffix("\n") or each.text) for each in pieces[-count:]]
    return [*pieces[:-count], *(each for each in ends if each != Piece(SAME, "\n"))]


def _folded(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the pieces, with no more of what is the same than stands around a change."""
    for place, piece in enumerate(pieces):
        lines = piece.text.splitlines(keepends=True)
        head = CONTEXT_LINES if place else 0
        tail = CONTEXT_LINES if place < len(pieces) - 1 else 0
        left_out = len(lines) - head - tail
        # One line takes no more room than to say that it is left out.
        if piece.kind != SAME or left_out < 2:
            yield piece
            continue
        yield from (Piece(SAME, "".join(lines[:head])),) if head else ()
        yield Piece(SKIPPED, str(left_out))
        yield from (Piece(SAME, "".join(lines[-tail:])),) if tail else ()


def _bounded(pieces: list[Piece]) -> list[Piece]:
    return pieces if len(pieces) <= PIECES_MAX else [*pieces[:PIECES_MAX], Piece(CUT)]

r"""One form of a text for comparing, searching and sorting: what people read as the same word is the same.

It is Unicode's compatibility caseless match (https://www.unicode.org/versions/latest/ch03.pdf, D146): the normal form
NFKC and case folding. NFKC, not NFC, because people and models write one word in several widths and ligatures: `ＡＢＣ`
and `ABC` come from the same Chinese or Japanese keyboard, and a PDF gives `ﬁ` for `fi`. That `x²` then equals `x2` is
the lesser trouble: where it matters, a condition can use a regular expression, which sees the text as it is.

>>> fold("ПРИВЕТ") == fold("привет"), fold("A\u0308pfel") == fold("Äpfel"), fold("Ｓtraße") == fold("strasse")
(True, True, True)
"""

import re
import unicodedata

_FORM = "NFKC"
# A normal form sorts the marks on one letter, in time that grows with the square of their number: a thousand marks
# a letter are no text, so a long text is taken in pieces, cut where a new letter starts.
_PIECE = 256
_MARKS_MAX = 64
# Vowels and ends of a Korean syllable join with what stands before them.
_JOINING_FIRST, _JOINING_LAST = "\u1160", "\u11ff"
# What stands above or below a Latin, Greek or Cyrillic letter. Marks of other scripts are letters of their own.
_ACCENTS = re.compile("[\u0300-\u036f]+")


def fold(text: str) -> str:
    """Return a text in its form for comparing: normal form NFKC, case folded.

    Args:
        text: Any text, of any length; the work grows with it evenly.
    """
    if text.isascii():
        return text.lower()
    return "".join(_folded(piece) for piece in _pieces(text))


def sort_key(name: str) -> tuple[str, str, str]:
    """Return what sorts names for people: by letters, then by their accents, then by case.

    >>> sorted(["Zebra", "äpfel", "apfel", "Äpfel", "Birnen"], key=sort_key)
    ['apfel', 'Äpfel', 'äpfel', 'Birnen', 'Zebra']
    """
    folded = fold(name)
    letters = _ACCENTS.sub("", unicodedata.normalize("NFD", folded)) if not folded.isascii() else folded
    return letters, folded, name


def _folded(piece: str) -> str:
    # Folding may undo the form ("ΐ" becomes three characters), so it is made again.
    return unicodedata.normalize(_FORM, unicodedata.normalize(_FORM, piece).casefold())


def _pieces(text: str) -> list[str]:
    found, start = [], 0
    while len(text) - start > _PIECE + _MARKS_MAX:
        end = start + _PIECE
        end = next((place for place in range(end, end + _MARKS_MAX) if _starts(text[place])), end + _MARKS_MAX)
        found.append(text[start:end])
        start = end
    return [*found, text[start:]]


def _starts(character: str) -> bool:
    """Tell whether a character stands for itself, so that a text may be cut before it."""
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first)[0] != "M" and not _JOINING_FIRST <= first <= _JOINING_LAST

"""Checks of texts that people send, and the mending of those that others send."""

import re
import unicodedata
from collections.abc import Iterable

from execution_hub.errors import InvalidInput


def check_text(field: str, value: str, limit: int, *, is_needed: bool = False) -> str:
    """Check a text.

    Args:
        field: How the caller calls it.
        value: The text.
        limit: The most characters.
        is_needed: Whether it must say something; then the space around it is dropped.

    Returns:
        The text.

    Raises:
        InvalidInput: It is no text, is empty and needed, too long, or holds what no database can store.
    """
    if not isinstance(value, str):
        raise InvalidInput(field, f"{field} is no text. Give one.")
    if is_needed:
        value = value.strip()
        if not value:
            raise InvalidInput(field, f"{field} is empty. Give a {field}.")
    if "\x00" in value:
        raise InvalidInput(field, f"{field} holds a NUL character. Remove it.")
    if len(value) > limit:
        raise InvalidInput(field, f"{field} has {len(value)} characters. Shorten it to {limit}.", limit=limit)
    try:
        value.encode()
    except UnicodeEncodeError:
        # JSON may escape half a character ("\\ud800").
        raise InvalidInput(field, f"{field} holds half a character (a lone surrogate). Remove it.") from None
    return value


# What a name would do something with instead of showing: control characters, ends of lines, and all that turns the
# letters of a line around. The plain marks of direction stay: they show nothing and change little.
# As the inside of a class in a regular expression, here and in the API's document.
STEERING = r"\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"
_STEERING = re.compile(f"[{STEERING}]")


def check_name(field: str, value: str, limit: int, *, is_needed: bool = True) -> str:
    """Check a name: a text on one line, that says something, and that looks like what it is.

    Args:
        field: How the caller calls it.
        value: The name.
        limit: The most characters.
        is_needed: Whether it must say something.

    Returns:
        The name, without the space around it.

    Raises:
        InvalidInput: It is no such name; `details.character` tells the one that may not stand in it.
    """
    name = check_text(field, value, limit, is_needed=is_needed).strip()
    found = _STEERING.search(value)
    if found:
        number = f"U+{ord(found[0]):04X}"
        kind = "turns text around" if "\u202a" <= found[0] <= "\u2069" else "is a control character"
        place = f"character {found.start() + 1} ({number}) {kind}"
        raise InvalidInput(field, f"{field} holds what a name may not: {place}. Remove it.", character=number)
    return name


def as_name(text: str) -> str:
    r"""Return a text without what `check_name` refuses: names that were stored before it did.

    >>> as_name("Wri\u202eter\n")
    'Writer'
    """
    return _STEERING.sub("", text)


# NUL, which PostgreSQL's texts do not hold, and halves of characters, which UTF-8 does not.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    r"""Return a text with a mark in place of each character that no database can store.

    A model may write such, and what it wrote besides is worth keeping.

    >>> storable("a\x00b")
    'a\ufffdb'
    """
    return _UNSTORABLE.sub("\ufffd", text)


def cut_to(text: str, most: int) -> str:
    """Return the beginning of a text that has at most so many bytes; no character is halved.

    >>> cut_to("aé", 2), cut_to("aé", 3), cut_to("a", -1)
    ('a', 'aé', '')
    """
    # No character has less than a byte: what follows is not looked at, however much it is.
    beginning = text[: max(most, 0) + 1]
    data = beginning.encode(errors="replace")
    is_whole = len(data) <= most and len(beginning) == len(text)
    return text if is_whole else data[: max(most, 0)].decode(errors="ignore")


def is_blank(text: str) -> bool:
    r"""Tell whether a text shows nothing: white space, and characters that only steer how others are drawn.

    >>> is_blank(" \u3000\n\u200b"), is_blank(""), is_blank("\u200b.")
    (True, True, False)
    """
    found = text.strip()
    # Most say something soon. Of the others each character once: a model may write a million of them.
    return _is_unseen(found[:_SOON]) and _is_unseen(set(found))


def _is_unseen(characters: Iterable[str]) -> bool:
    return all(each.isspace() or unicodedata.category(each) in _UNSEEN for each in characters)


# Control and format characters: a zero width space, a mark of direction, a byte order mark.
_UNSEEN = ("Cc", "Cf")
_SOON = 100


# What moves the cursor, rings, hides or starts an escape sequence (C0 without line feed and tab, DEL, C1), and the two
# overrides that turn the letters of a line around. Marks and isolates of direction stay: honest texts need them.
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e]")
# Spaces that only part words, and what breaks lines; a no-break or an ideographic space is a letter like others.
_BREAKS = re.compile("[\t-\r\x1c-\x20\x85\u2028\u2029]+")


def unobeyed(text: str) -> str:
    r"""Return a text without what a terminal, or a log shown on one, would obey.

    >>> unobeyed("\x1b[31mred\x9b0m\ta\u3000b\n")
    '[31mred0m\ta\u3000b\n'
    """
    return OBEYED.sub("", text)


def one_line(text: str) -> str:
    r"""Return a text on one line, its lines and words parted by one space each.

    >>> one_line(" a\r\n\tb  c\u3000d ")
    'a b c\u3000d'
    """
    return _BREAKS.sub(" ", text).strip(" ")

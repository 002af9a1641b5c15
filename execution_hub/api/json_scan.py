"""How much a JSON text holds, seen from its bytes: before a parser makes objects of it. Pure."""

import re
from dataclasses import dataclass, replace

from execution_hub.domain import execution

# The longest legitimate body is a workflow: 200 steps, each of which waits for all before it.
VALUES_MAX = 50_000
DEPTH_MAX = 64
ITEMS_MAX = 2_000
KEYS_MAX = 200
FIELD_MAX = 60
# An input, each of its characters escaped as two times six bytes.
TEXT_MAX = 12 * execution.INPUT_MAX

_IN_TEXT = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_FIELD = re.compile(rb"[a-z_]+")
_SIGNS = b"[]{},"
_OTHERS = bytes(byte for byte in range(256) if byte not in _SIGNS)
_OPEN_LIST, _CLOSE_LIST, _OPEN_OBJECT, _CLOSE_OBJECT, _COMMA = _SIGNS


@dataclass(frozen=True, slots=True)
class Excess:
    """What a JSON text holds too much of.

    Attributes:
        message: What, how much may be, and what to do.
        limit: The limit.
        field: The field of the outermost object in which it is; `body` where it is the object's own, or not known.
    """

    message: str
    limit: int
    field: str = "body"


class JsonScan:
    """Counts what is in a JSON text as its pieces come; whether it is JSON at all, the parser tells.

    The work is linear in the bytes, and ends at the first limit: `feed` a piece, look at `excess`.
    """

    def __init__(self) -> None:
        """Begin before the first piece."""
        self._is_in_text = False
        # A backslash that ended a piece: what it escapes comes with the next.
        self._kept = b""
        self._values = 0
        self._texts = 0
        self._text_bytes = 0
        # Of each list and object around: whether it is a list, and its entries so far.
        self._around: list[tuple[bool, int]] = []
        # The last text directly in the outermost object: what is opened after it is the value of this field.
        self._field = b""
        # The one before: the field whose value the last text is.
        self._field_before = b""

    def feed(self, piece: bytes) -> Excess | None:
        """Count a piece; returns the first limit it is past."""
        data, self._kept = self._kept + piece, b""
        place = 0
        while place < len(data):
            if self._is_in_text:
                place = self._leave_text(data, place)
                if self._text_bytes > TEXT_MAX:
                    return _too_long(self._place_of_text)
                continue
            end = data.find(b'"', place)
            signs = data[place : end if end >= 0 else len(data)].translate(None, _OTHERS)
            if signs and (excess := self._count(signs)):
                return replace(excess, field=self._place)
            if end < 0:
                break
            self._is_in_text, self._text_bytes, place = True, 0, end + 1
            self._field_before = self._field
            self._texts += 1
            # In JSON each text is a key or a value. In other bytes it need not be, and to look at each takes long.
            if self._texts > 2 * VALUES_MAX:
                return replace(_too_many(), field=self._place)
        return None

    @property
    def _place(self) -> str:
        return _name(self._field) if len(self._around) > 1 else "body"

    @property
    def _place_of_text(self) -> str:
        return _name(self._field_before) if len(self._around) == 1 else self._place

    def _leave_text(self, data: bytes, place: int) -> int:
        found = _IN_TEXT.match(data, place)
        assert found is not None, "it matches the empty text too"
        end = found.end()
        self._text_bytes += end - place
        if end < len(data) and data[end : end + 1] == b"\\":
            self._kept = data[end:]
            return len(data)
        self._is_in_text = end >= len(data)
        if len(self._around) == 1:
            # Of a text that was cut between two pieces this is a part, in which a field is then not known.
            self._field = data[place : min(end, place + FIELD_MAX)]
        return end + 1

    def _count(self, signs: bytes) -> Excess | None:
        for sign in signs:
            if sign == _COMMA:
                self._values += 1
                if self._around:
                    is_list, entries = self._around[-1]
                    self._around[-1] = (is_list, entries + 1)
                    # Commas: one less than entries.
                    if entries + 2 > (ITEMS_MAX if is_list else KEYS_MAX):
                        return _too_wide(is_list)
            elif sign in (_OPEN_LIST, _OPEN_OBJECT):
                self._values += 1
                self._around.append((sign == _OPEN_LIST, 0))
                if len(self._around) > DEPTH_MAX:
                    return Excess(f"It is nested more than {DEPTH_MAX} deep. Nest less", DEPTH_MAX)
            elif self._around:
                self._around.pop()
            else:
                # Not JSON from here on: a parser stops there, too.
                self._values += 1
            if self._values > VALUES_MAX:
                return _too_many()
        return None


def _name(field: bytes) -> str:
    return field.decode() if _FIELD.fullmatch(field) else "body"


def _too_long(field: str) -> Excess:
    return Excess(f"A text in it has more than {TEXT_MAX} bytes. Shorten it", TEXT_MAX, field)


def _too_many() -> Excess:
    return Excess(f"It holds more than {VALUES_MAX} values. Send fewer", VALUES_MAX)


def _too_wide(is_list: bool) -> Excess:
    if is_list:
        return Excess(f"A list in it holds more than {ITEMS_MAX} items. Send fewer", ITEMS_MAX)
    return Excess(f"An object in it holds more than {KEYS_MAX} fields. Remove those that are not known", KEYS_MAX)

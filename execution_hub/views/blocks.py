"""Splits streaming Markdown into closed blocks, which never change again, and an open tail.

A page can then send each closed block once and only the tail again and again. Nothing is lost or
added: the closed blocks, the open parts and the tail, joined, are the text that was fed.
"""

import re

PART_SIZE = 4_096
"""How large the tail grows before its front becomes an open part, in characters."""

# A line is known for what it is by this many characters (`123456789. x` is the longest list marker).
_HEAD_SIZE = 16
# A fence's line is told from its first characters; nobody writes a longer info string.
_LINE_KEPT = 200

_LIST_ITEM = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})(.*)")
# Indented by more than this, marks are code themselves, unless they are within a list.
_FENCE_INDENT = 3
_INDENTED = re.compile(r"(?:\t| {2,})\S")


class GrowingText:
    """Text that grows at its end: parts that never change again, and a tail of bounded size."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.tail = ""

    def append(self, text: str) -> None:
        """Add text at the end.

        Args:
            text: Any text.
        """
        self.tail += text
        while len(self.tail) > PART_SIZE:
            # Between words where there are any, so that no character is torn from its accent.
            cut = 1 + max(self.tail.rfind(gap, PART_SIZE // 2, PART_SIZE) for gap in " \n") or PART_SIZE
            self.parts.append(self.tail[:cut])
            self.tail = self.tail[cut:]

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.parts) + self.tail


class BlockSplitter:
    r"""Takes text piece by piece and closes a block at a blank line where Markdown lets it end.

    A code fence and a list with blank lines between its items stay whole. A block that grows
    large stays open, and hands its front over as parts that no longer change.

    >>> splitter = BlockSplitter()
    >>> splitter.feed("One para")
    []
    >>> splitter.feed("graph.\n\nAnd the next one")
    ['One paragraph.\n\n']
    >>> splitter.tail
    'And the next one'
    """

    def __init__(self) -> None:
        self._open = GrowingText()
        # The current line: its first characters, and what is not in the open block yet because
        # it is not known whether it starts the next one.
        self._line = ""
        self._head = ""
        self._fence: str | None = None
        self._has_list = False
        self._after_blank = False

    @property
    def open_parts(self) -> list[str]:
        """The front of the open block, in parts that do not change until the block closes."""
        return list(self._open.parts)

    @property
    def tail(self) -> str:
        """The end of the open block: all that still changes."""
        return self._open.tail + self._head

    def feed(self, text: str) -> list[str]:
        """Take more text.

        Args:
            text: Any piece, cut anywhere.

        Returns:
            The blocks this text closed, each with the blank lines after it.
        """
        closed: list[str] = []
        start = 0
        while start < len(text):
            end = text.find("\n", start) + 1 or len(text)
            self._take(text[start:end], closed)
            start = end
        return closed

    def _take(self, piece: str, closed: list[str]) -> None:
        """Take a piece of one line, with its line feed if it has one."""
        is_line_end = piece.endswith("\n")
        is_known = self._line != "" and not self._head
        if len(self._line) < _LINE_KEPT:
            self._line += piece[: _LINE_KEPT - len(self._line)]
        if is_known:
            self._open.append(piece)
        else:
            self._head += piece
            if is_line_end or _is_telling(self._head):
                if self._starts_block(self._line):
                    closed.append(self._close())
                head, self._head = self._head, ""
                self._open.append(head)
        if is_line_end:
            self._end_line(self._line.rstrip())
            self._line = ""

    def _starts_block(self, line: str) -> bool:
        if not self._after_blank or self._fence is not None or not line.strip():
            return False
        if _INDENTED.match(line):
            return False
        return not (self._has_list and _LIST_ITEM.match(line))

    def _close(self) -> str:
        block, self._open = self._open.text, GrowingText()
        self._has_list = self._after_blank = False
        return block

    def _end_line(self, line: str) -> None:
        """Remember what the complete line means for the next one."""
        if (match := _FENCE.match(line)) and (self._has_list or len(match[1]) <= _FENCE_INDENT):
            self._take_fence(match[2], match[3])
        self._after_blank = not line
        if self._fence is None and _LIST_ITEM.match(line):
            self._has_list = True

    def _take_fence(self, marks: str, rest: str) -> None:
        if self._fence is None:
            # Backticks in what follows make it code within a line, not a fence.
            if not (marks[0] == "`" and "`" in rest):
                self._fence = marks
        elif marks.startswith(self._fence) and not rest.strip():
            self._fence = None


def _is_telling(head: str) -> bool:
    """Whether the first characters of a line tell if it is a list's item or indented."""
    start = head.lstrip(" \t")
    return start != "" and (start[0] not in "-*+0123456789" or " " in start or len(head) >= _HEAD_SIZE)


def split_blocks(text: str) -> list[str]:
    """Split a whole text.

    Args:
        text: Markdown.

    Returns:
        Its blocks; joined, they are the text.
    """
    splitter = BlockSplitter()
    blocks = splitter.feed(text)
    last = "".join(splitter.open_parts) + splitter.tail
    return [*blocks, last] if last else blocks

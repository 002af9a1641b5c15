"""Assembles what an execution's page shows from the events of its log. Pure: no Reflex, no hub."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from execution_hub.domain.blocks import BlockSplitter, GrowingText, split_blocks
from execution_hub.domain.clock import to_wire
from execution_hub.domain.event import Event, EventKind

SETTLE_SIZE = 16_384
"""From this many characters on, closed blocks move to the settled ones, as one."""

WHOLE_SIZE = 65_536
"""Up to this many characters a finished output is one block: what refers across blocks then works."""

RUN_SPAN = timedelta(seconds=10)
"""How long one line of the log collects pieces of text."""

# A run of letters and digits, or one character of a script that writes without spaces.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|(?:(?![\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])\w)+")


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log as a person reads it; pieces of text are collected in one.

    Attributes:
        seq: Number of its first event.
        at: When its first event was stored, ISO 8601 with Z.
        kind: An EventKind.
        word: The status, the error's code, or the name of a step or tool.
        count: Words of text, or input tokens of a usage.
        count_out: Output tokens of a usage.
        attempt: Which attempt wrote it.
        text: More, as written by whoever wrote it; never markup.
    """

    seq: int
    at: str
    kind: str
    word: str = ""
    count: int = 0
    count_out: int = 0
    attempt: int = 0
    text: str = ""


class Transcript:
    """Takes the events of one execution in order, and keeps what is to be shown.

    Output is that of the newest attempt only. It is spread over four values that change more and
    more often, since a value of a State is sent whole whenever it changes: `settled` (large, closed),
    `blocks` (closed), `open_parts` and `tail` (the block being written). Joined, they are the output.
    """

    def __init__(self) -> None:
        self.last_seq = 0
        self.attempt = 0
        self.error = ""
        self.lines: list[LogLine] = []
        self.open_line: LogLine | None = None
        self._clear()

    def _clear(self) -> None:
        self.settled: list[str] = []
        self.blocks: list[str] = []
        self.thinking = GrowingText()
        self._splitter = BlockSplitter()

    @property
    def open_parts(self) -> list[str]:
        """The front of the block being written."""
        return self._splitter.open_parts

    @property
    def tail(self) -> str:
        """The end of the block being written: all that changes with each piece."""
        return self._splitter.tail

    @property
    def output(self) -> str:
        """The whole output of the newest attempt."""
        return "".join((*self.settled, *self.blocks, *self.open_parts, self.tail))

    def apply(self, events: Sequence[Event]) -> bool:
        """Take what came after `last_seq`; what is known already is passed over.

        Args:
            events: Events in order.

        Returns:
            Whether nothing is missing; if false, events after `last_seq` are to be read again.
        """
        for event in events:
            if event.seq <= self.last_seq:
                continue
            if event.seq > self.last_seq + 1:
                return False
            self.last_seq = event.seq
            if event.attempt > self.attempt:
                self.attempt = event.attempt
                self.error = ""
                self._clear()
            self._take(event)
        return True

    def finish(self, output: str | None) -> None:
        """Close what is open, once the execution has ended.

        Args:
            output: The stored output, which is what counts; None leaves what the events gave.
        """
        text = self.output if output is None else output
        thinking = self.thinking
        self._clear()
        self.thinking = thinking
        self._close_line()
        if len(text) <= WHOLE_SIZE:
            self.blocks = [text] if text else []
        else:
            self._add_blocks(split_blocks(text))

    def _take(self, event: Event) -> None:
        if event.kind in (EventKind.TEXT, EventKind.THINKING):
            self._take_text(event, str(event.data.get("text", "")))
            return
        self._close_line()
        if event.kind is EventKind.ERROR:
            self.error = str(event.data.get("message", ""))
        self.lines.append(_line(event))

    def _take_text(self, event: Event, text: str) -> None:
        if event.attempt == self.attempt:
            if event.kind is EventKind.TEXT:
                self._add_blocks(self._splitter.feed(text))
            else:
                self.thinking.append(text)
        run = self.open_line
        if run and (run.kind != event.kind or run.attempt != event.attempt or _is_long(run, event)):
            self._close_line()
            run = None
        run = run or LogLine(event.seq, to_wire(event.created_at) or "", event.kind.value, attempt=event.attempt)
        # `text` holds the last character, so that a word cut in two counts once.
        self.open_line = replace(run, count=run.count + count_words(text, run.text), text=text[-1:] or run.text)

    def _add_blocks(self, closed: list[str]) -> None:
        for block in closed:
            self.blocks.append(block)
            if sum(map(len, self.blocks)) >= SETTLE_SIZE:
                self.settled.append("".join(self.blocks))
                self.blocks = []

    def _close_line(self) -> None:
        if self.open_line:
            self.lines.append(replace(self.open_line, text=""))
            self.open_line = None


def count_words(text: str, before: str = "") -> int:
    """Count the words that begin in a piece of text.

    Args:
        text: The piece.
        before: What stands right before it; a word that began there is not counted again.

    Returns:
        How many; a character of Chinese or Japanese counts as a word.

    >>> count_words("two words"), count_words("lo there", "hel"), count_words("你好 ok")
    (2, 1, 3)
    """
    words = _WORD.findall(text)
    if not words or not before:
        return len(words)
    both = _WORD.findall(before[-1] + text)
    return len(both) - len(_WORD.findall(before[-1]))


def _is_long(run: LogLine, event: Event) -> bool:
    limit = to_wire(event.created_at - RUN_SPAN)
    return limit is not None and run.at < limit


def _line(event: Event) -> LogLine:
    data = event.data
    line = LogLine(event.seq, to_wire(event.created_at) or "", event.kind.value, attempt=event.attempt)
    match event.kind:
        case EventKind.STATUS:
            return replace(line, word=str(data.get("status", "")), text=str(data.get("reason") or ""))
        case EventKind.USAGE:
            count, count_out = int(data.get("input_tokens") or 0), int(data.get("output_tokens") or 0)
            return replace(line, count=count, count_out=count_out)
        case EventKind.ERROR:
            return replace(line, word=str(data.get("code", "")), text=str(data.get("message", "")))
        case _:
            return replace(line, word=str(data.get("name", "")), text=str(data.get("status") or ""))

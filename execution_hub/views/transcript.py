"""Assembles what an execution's page shows from the events of its log. Pure: no Reflex, no hub."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from execution_hub.domain.call import NUMBERS_PER_ROUND, CallStatus
from execution_hub.domain.clock import to_wire
from execution_hub.domain.event import Event, EventKind
from execution_hub.domain.formats import format_duration, format_moment
from execution_hub.domain.step import StepStatus
from execution_hub.domain.texts import one_line
from execution_hub.views.call_arguments import brief_arguments, seen
from execution_hub.views.output_buffer import OutputBuffer
from execution_hub.views.stop_proof import stopped_calls

RUN_SPAN = timedelta(seconds=10)
"""How long one line of the log collects pieces of text."""

# The model's word for a tool that there is not may be long.
NAME_SHOWN = 140
# Of arguments and results: the card has more.
CALL_SHOWN = 80
_DELAYS = {EventKind.RETRY: "retrying", EventKind.HELD: "held"}
_ENDED = frozenset(status for status in StepStatus if status.is_finished)
# It starts, or was sent back: what it had said is no more what it says.
_BEGINS = (StepStatus.RUNNING, StepStatus.PENDING)
_ANSWERS = {StepStatus.SUCCEEDED.value: "approved", StepStatus.FAILED.value: "rejected"}

# A run of letters and digits, or one character of a script that writes without spaces.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|(?:(?![\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])\w)+")


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log as a person reads it; pieces of text are collected in one.

    Attributes:
        seq: Number of its first event.
        at: When its first event was stored, ISO 8601 with Z.
        kind: An EventKind.
        word: The status, the code of an error, the name of a tool, or how far a stop has come.
        step: The step it is about; empty for the execution itself.
        status: What became of the step, the turn or the call; `approved`, `rejected` or `sent_back` if a person said
            so of a step.
        round: The round that the step is in by then; 0 where that is its first.
        count: Words of text, input tokens of a usage, characters of a tool's result, or of what came after a request
            to stop; which turn it is, from 1.
        count_out: Output tokens of a usage.
        seconds_text: How long until a failed call is made again, or from a request to stop to its end.
        attempt: Which attempt wrote it.
        is_cut: Whether a limit ended the answer that it tells of.
        is_unknown: Whether it tells of a usage of which not all was told.
        worker: The process of the hub that runs it from then on; empty where there is only one.
        until: Until when a call is held back, ISO 8601 with Z.
        text: More, as written by whoever wrote it; never markup.
    """

    seq: int
    at: str
    kind: str
    word: str = ""
    step: str = ""
    status: str = ""
    round: int = 0
    count: int = 0
    count_out: int = 0
    seconds_text: str = ""
    attempt: int = 0
    is_cut: bool = False
    is_unknown: bool = False
    worker: str = ""
    until: str = ""
    text: str = ""


class Transcript:
    """Takes the events of one execution in order, and keeps what is to be shown.

    Each step has a buffer of its own, and the execution one without a name. A buffer says what the newest
    attempt wrote: a new attempt of the execution silences all that had not ended, a step that starts, is
    tried again or is sent back begins anew.
    """

    def __init__(self) -> None:
        self.last_seq = 0
        self.attempt = 0
        self.error = ""
        # The process of the hub that ran it last; empty where there is only one.
        self.worker = ""
        self.lines: list[LogLine] = []
        self._buffers: dict[str, OutputBuffer] = {"": OutputBuffer()}
        self._statuses: dict[str, str] = {}
        self._runs: dict[str, LogLine] = {}
        # When each began.
        self._began: dict[str, datetime] = {}
        self._delays: dict[str, str] = {}
        # What each call is called, by its number.
        self._tools: dict[object, str] = {}
        # Which turn a turn is, by its number; and how many there are of each round of each step.
        self._places: dict[int, int] = {}
        self._turns: dict[int, int] = {}

    @property
    def own(self) -> OutputBuffer:
        """What the execution itself says: an agent test's answer."""
        return self._buffers[""]

    @property
    def open_lines(self) -> list[LogLine]:
        """The lines that still grow, one for each who is writing, in the order in which they began."""
        return list(self._runs.values())

    @property
    def delays(self) -> dict[str, str]:
        """The steps whose model has yet to begin, and why: `retrying` after a try that failed, or `held`."""
        return dict(self._delays)

    def buffer(self, step: str) -> OutputBuffer:
        """Return what a step says; a silent buffer if it has not said anything."""
        return self._buffers.get(step) or OutputBuffer()

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
                self._begin(event.attempt)
            self._take(event)
        return True

    def finish(self, output: str | None) -> None:
        """Close what is open, once the execution has ended.

        Args:
            output: The stored output, which is what counts; None leaves what the events gave.
        """
        self.own.finish(output)
        self._close_lines()

    def _begin(self, attempt: int) -> None:
        self.attempt, self.error = attempt, ""
        self._delays.clear()
        for step, buffer in self._buffers.items():
            if self._statuses.get(step) not in _ENDED:
                buffer.clear()

    def _take(self, event: Event) -> None:
        if event.kind in (EventKind.TEXT, EventKind.THINKING):
            self._take_text(event, str(event.data.get("text", "")))
            return
        if event.kind is EventKind.RESULT:
            # What came of a cell its matrix shows; as lines, thousands of them would hide all else.
            return
        self._close_lines()
        line = _line(event)
        number = event.data.get("number")
        if event.kind is EventKind.TURN and isinstance(number, int):
            line = replace(line, count=self._place_of(number))
        if event.kind is EventKind.TOOL_CALL:
            # With what it is called is told once, and to whom is asked; an answer to that names no arguments.
            is_told = number in self._tools and line.status != CallStatus.WAITING
            self._tools.setdefault(number, line.word)
            line = replace(line, word=self._tools[number], text="" if is_told else line.text)
        if event.kind is EventKind.TOOL_RESULT:
            line = replace(line, word=line.word or self._tools.get(number, ""))
        self.lines.append(line)
        if event.kind is EventKind.ERROR:
            self.error = line.text
        self.worker = line.worker or self.worker
        if event.kind is EventKind.STEP:
            self._statuses[line.step] = str(event.data.get("status", ""))
        if _begins_anew(event):
            self.buffer(line.step).clear()
        if event.kind in _DELAYS:
            self._delays[line.step] = _DELAYS[event.kind]
        elif line.step:
            self._delays.pop(line.step, None)

    def _place_of(self, number: int) -> int:
        block = (number - 1) // NUMBERS_PER_ROUND
        if number not in self._places:
            self._turns[block] = self._places[number] = self._turns.get(block, 0) + 1
        return self._places[number]

    def _take_text(self, event: Event, text: str) -> None:
        step = str(event.data.get("step", ""))
        self._delays.pop(step, None)
        if event.attempt == self.attempt:
            buffer = self._buffers.setdefault(step, OutputBuffer())
            if event.kind is EventKind.TEXT:
                buffer.add(text)
            else:
                buffer.thinking.append(text)
        run = self._runs.get(step)
        if run and (run.kind != event.kind or run.attempt != event.attempt or self._is_long(step, event)):
            # All of them, so that lines stand in the order of their numbers.
            self._close_lines()
            run = None
        if run is None:
            run = replace(_line(event), step=step, text="")
            self._began[step] = event.created_at
        # `text` holds the last character, so that a word cut in two counts once.
        self._runs[step] = replace(run, count=run.count + count_words(text, run.text), text=text[-1:] or run.text)

    def _close_lines(self) -> None:
        self.lines += (replace(run, text="") for run in self._runs.values())
        self._runs, self._began = {}, {}

    def _is_long(self, step: str, event: Event) -> bool:
        return event.created_at - self._began[step] > RUN_SPAN


def _begins_anew(event: Event) -> bool:
    """Tell whether what was said before an event is no more what is said now.

    What a turn says before it calls a tool belongs to the turn: the output is what the last one says.
    """
    if event.kind in (EventKind.STEP, EventKind.TURN):
        return event.data.get("status") in _BEGINS
    return event.kind in (EventKind.RETRY, EventKind.TOOL_CALL)


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


def _line(event: Event) -> LogLine:
    data = event.data
    line = LogLine(
        event.seq,
        to_wire(event.created_at) or "",
        event.kind.value,
        step=str(data.get("step") or ""),
        attempt=event.attempt,
        is_cut=data.get("is_cut") is True,
    )
    match event.kind:
        case EventKind.STATUS:
            worker = one_line(str(data.get("worker") or ""))[:NAME_SHOWN]
            return replace(line, word=str(data.get("status", "")), text=str(data.get("reason") or ""), worker=worker)
        case EventKind.STEP:
            status, text, code = _step_status(data), _step_text(data), str(data.get("code") or "")
            step, round_ = str(data.get("name", "")), int(data.get("round") or 0)
            return replace(line, step=step, status=status, round=round_, text=text, word=code)
        case EventKind.USAGE:
            figures = [data.get("input_tokens"), data.get("output_tokens")]
            count, count_out = (int(figure or 0) for figure in figures)
            return replace(line, count=count, count_out=count_out, is_unknown=None in figures)
        case EventKind.RETRY:
            seconds = format_duration(round(1000 * float(data.get("seconds") or 0)))
            return replace(line, seconds_text=seconds, text=str(data.get("message", "")))
        case EventKind.HELD:
            return replace(line, until=str(data.get("until", "")))
        case EventKind.CANCEL:
            closed = format_moment(int(data.get("closed_after_ms") or 0))
            count = int(data.get("characters_after") or 0)
            word = str(data.get("stage", ""))
            if data.get("calls"):
                names = (stopped_calls(data, is_told=is_told) for is_told in (True, False))
                return replace(line, word="over", seconds_text=closed, text=", ".join(filter(None, names)))
            return replace(line, word=word, seconds_text=closed, count=count)
        case EventKind.ERROR:
            return replace(line, word=str(data.get("code", "")), text=str(data.get("message", "")))
        case EventKind.TURN | EventKind.TOOL_CALL | EventKind.TOOL_RESULT:
            word = seen(one_line(str(data.get("name") or data.get("tool") or "")))[:NAME_SHOWN]
            count, status = int(data.get("chars") or 0), str(data.get("status") or "")
            return replace(line, word=word, status=status, count=count, text=_call_text(data))
        case _:
            return line


def _call_text(data: dict[str, Any]) -> str:
    """Return with what a tool is called, what came of it, or why a turn failed: the beginning, on one line."""
    arguments = data.get("arguments")
    if isinstance(arguments, dict):
        words = brief_arguments(arguments)
    else:
        words = seen(one_line(str(arguments or data.get("excerpt") or data.get("message") or "")))
    return words if len(words) <= CALL_SHOWN else f"{words[: CALL_SHOWN - 1]}…"


def _step_status(data: dict[str, Any]) -> str:
    status = str(data.get("status", ""))
    if "sent_back" in data:
        return "sent_back"
    # Only what a person said carries a comment, an empty one too.
    return _ANSWERS.get(status, status) if "comment" in data else status


def _step_text(data: dict[str, Any]) -> str:
    if data.get("status") == StepStatus.SKIPPED:
        return ""  # the step itself says why
    return one_line(str(data.get("comment") or data.get("message") or ""))

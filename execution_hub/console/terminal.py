"""Standard output and standard error: results on the one, everything about them on the other.

What people and models wrote goes out as it is, into a pipe or a file; to a terminal, without the characters
that it would obey. A reader that has gone away ends the program quietly.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TextIO

from rich.cells import cell_len, set_cell_size

from execution_hub.domain.texts import OBEYED, one_line, unobeyed
from execution_hub.streams import write_every_letter

# As the shell counts a program that a closed pipe ended: 128 and the signal's number.
PIPE_CLOSED = 141
UNWRITABLE = 1


class _Unwritable(Exception):
    """A stream takes nothing more; why is its cause."""


def say(text: str, *, end: str = "\n") -> None:
    """Write a result to standard output."""
    _write(sys.stdout, text + end)


def tell(text: str) -> None:
    """Write a line about what is done to standard error."""
    _write(sys.stderr, f"{text}\n")


def say_json(value: Any, *, in_one_line: bool = False) -> None:
    """Write a value as JSON, which stays JSON whatever takes it: what cannot be written as it is, is escaped."""
    indent = None if in_one_line else 2
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=indent)
    if _is_terminal(sys.stdout):
        text = OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    _write(sys.stdout, f"{text}\n")


def say_table(rows: Sequence[Sequence[str]]) -> None:
    """Write rows in columns that stand below each other, whatever the script."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [word + " " * (width - cell_len(word)) for word, width in zip(row, widths, strict=True)]
        say("  ".join(cells).rstrip(" "))


def excerpt(text: str, cells: int) -> str:
    """Return the beginning of a text on one line.

    Args:
        text: The text.
        cells: The most places of a terminal it may take; most Chinese characters take two.
    """
    line = one_line(text)
    return line if cell_len(line) <= cells else set_cell_size(line, cells - 1).rstrip(" ") + "…"


def guarded(work: Callable[[], int]) -> int:
    """Do a program's work with its output, and end in order if that takes nothing more.

    Args:
        work: Returns the exit code.

    Returns:
        The exit code of the work; 141 if the reader of the output has gone, 1 if it cannot be written.
    """
    write_every_letter()
    try:
        try:
            return work()
        finally:
            # Here, where it can be told; Python itself would do it when nobody listens any more.
            _flush(sys.stdout)
    except (_Unwritable, BrokenPipeError) as error:
        cause = error.__cause__ or error
        _silence(sys.stdout)
        if isinstance(cause, BrokenPipeError):
            _silence(sys.stderr)
            return PIPE_CLOSED
        with suppress(_Unwritable):
            tell(f"The output cannot be written ({getattr(cause, 'strerror', None) or cause}).")
        return UNWRITABLE


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:
        return
    try:
        stream.write(unobeyed(text) if _is_terminal(stream) else text)
    except OSError as error:
        raise _Unwritable from error
    # An answer that streams is seen as it comes.
    _flush(stream)


def _flush(stream: TextIO | None) -> None:
    if stream is None:
        return
    try:
        stream.flush()
    except OSError as error:
        raise _Unwritable from error


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty()


def _silence(stream: TextIO | None) -> None:
    """Let what is still to be written go nowhere: else it would be tried again at the very end."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # type: ignore[union-attr]
        os.close(nowhere)

"""How the hub writes its log: one line an action, never the values of variables, nothing that a terminal obeys.

Foreign words are cut and escaped, whoever writes them: in the hub's own lines by structlog's processors, in those of
Reflex, DBOS, the server, the sockets and asyncio where Python makes any record.
"""

import logging
import sys
import traceback
from contextlib import suppress
from typing import Any, TextIO

import structlog

from execution_hub.domain.texts import OBEYED
from execution_hub.streams import write_every_letter

WORDS_MAX = 300
# Of a traceback: the innermost calls and the error are at its end.
TRACEBACK_LINES_MAX = 80
_TRACEBACK = "Traceback (most recent call last)"
# Its formatter takes the arguments apart, so they are cut one by one.
_TAKES_ARGUMENTS = "uvicorn.access"


def quieten_logs() -> None:
    """Write only what is wrong, and that to standard error: standard output belongs to the results."""
    logging.setLogRecordFactory(_BoundedRecord)
    structlog.configure(
        processors=_processors(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=lambda *_: _Log(sys.stderr),
    )


def configure_logs() -> None:
    """Write all of it to standard output."""
    write_every_letter()
    logging.setLogRecordFactory(_BoundedRecord)
    structlog.configure(
        processors=_processors(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.NOTSET),
        logger_factory=lambda *_: _Log(sys.stdout),
    )


def bounded(text: str, limit: int = WORDS_MAX) -> str:
    r"""Return words on one line, cut, with what a terminal would obey written as `\x1b`.

    A log is read on a terminal sooner or later, and hides nothing.

    Args:
        text: The words.
        limit: The most characters of them.

    >>> bounded("a\x1b[31m\nb\ud800"), bounded("x" * 400)[-9:]
    ('a\\x1b[31m\\nb\\ud800', 'xx… (400)')
    """
    cut = text if len(text) <= limit else f"{text[:limit]}… ({len(text)})"
    escaped = OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), cut).replace("\n", "\\n")
    return escaped.encode("utf-8", "backslashreplace").decode()


def bounded_traceback(text: str) -> str:
    """Return a traceback with each of its lines cut, without those in the middle if they are too many.

    Args:
        text: Lines; all but the first are set in, so that none passes for a line of the log.
    """
    # What is far beyond any traceback is not even split.
    half = TRACEBACK_LINES_MAX * WORDS_MAX
    text = text if len(text) <= 2 * half else f"{text[:half]}\n…\n{text[-half:]}"
    lines = text.rstrip("\n").split("\n")
    if len(lines) > TRACEBACK_LINES_MAX:
        kept = TRACEBACK_LINES_MAX // 2
        lines = [*lines[:kept], f"… ({len(lines) - 2 * kept} lines)", *lines[-kept:]]
    return "\n  ".join(map(bounded, lines))


class _BoundedRecord(logging.LogRecord):
    """A line of somebody else's log: made where all are made, whichever logger, handler or format they have."""

    def __init__(self, *words: Any, **more: Any) -> None:
        super().__init__(*words, **more)
        if self.name == _TAKES_ARGUMENTS and isinstance(self.args, tuple):
            self.args = tuple(bounded(each) if isinstance(each, str) else each for each in self.args)
            return
        try:
            message = self.getMessage()
        except (TypeError, ValueError):
            message = str(self.msg)
        # Some write a traceback as the message.
        self.msg = bounded_traceback(message) if _TRACEBACK in message else bounded(message)
        self.args = ()
        if self.exc_info and self.exc_info[0] is not None:
            # As every formatter would, who takes this one instead.
            self.exc_text = bounded_traceback("".join(traceback.format_exception(*self.exc_info)))


def _processors() -> list[Any]:
    """Return what makes a line; tracebacks are plain: structlog's own show local variables, prompts and keys too."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        _bound_words,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=_write_traceback),
        _spell_out,
    ]


class _Log(structlog.PrintLogger):
    """A log whose reader may go away, or whose disk may be full: what is logged is done all the same."""

    def __init__(self, file: TextIO) -> None:
        super().__init__(file)

    def msg(self, message: str) -> None:
        with suppress(OSError, ValueError):
            super().msg(message)

    log = debug = info = warn = warning = fatal = failure = err = error = critical = exception = msg


def _bound_words(_logger: Any, _method: str, line: Any) -> Any:
    """Cut what stands in a line; the traceback is cut where it is written."""
    for name, value in line.items():
        if name not in ("exc_info", "exception") and not isinstance(value, bool | int | float | None):
            line[name] = bounded(value if isinstance(value, str) else repr(value))
    return line


def _write_traceback(file: TextIO, exc_info: Any) -> None:
    file.write(bounded_traceback("".join(traceback.format_exception(*exc_info))))


def _spell_out(_logger: Any, _method: str, line: Any) -> Any:
    return OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), line) if isinstance(line, str) else line

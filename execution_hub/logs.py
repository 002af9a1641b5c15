"""How the hub writes its log: one line an action, never the values of variables, nothing that a terminal obeys."""

import logging
import sys
from contextlib import suppress
from typing import Any, TextIO

import structlog

from execution_hub.domain.texts import OBEYED
from execution_hub.streams import write_every_letter


def quieten_logs() -> None:
    """Write only what is wrong, and that to standard error: standard output belongs to the results."""
    structlog.configure(
        processors=_processors(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=lambda *_: _Log(sys.stderr),
    )


def configure_logs() -> None:
    """Write all of it to standard output."""
    write_every_letter()
    structlog.configure(processors=_processors(), logger_factory=lambda *_: _Log(sys.stdout))


def _processors() -> list[Any]:
    """Return what makes a line; tracebacks are plain: structlog's own show local variables, prompts and keys too."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
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


def _spell_out(_logger: Any, _method: str, line: Any) -> Any:
    r"""Write what a terminal would obey as `\x1b`: a log is read on one sooner or later, and hides nothing."""
    return OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), line) if isinstance(line, str) else line

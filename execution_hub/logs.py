"""How the hub writes its log: one line an action, never the values of variables."""

import structlog


def configure_logs() -> None:
    """Write plain tracebacks: structlog's own show local variables, and with them prompts and keys."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )

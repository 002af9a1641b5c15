"""What the hub writes in its log."""

import io
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from execution_hub.logs import configure_logs, quieten_logs


@pytest.mark.parametrize("configure", [configure_logs, quieten_logs])
def test_a_traceback_shows_no_local_variable(configure: Callable[[], None], capsys: pytest.CaptureFixture[str]) -> None:
    """Served or in the terminal: prompts and keys are local variables somewhere."""
    before = structlog.get_config()
    try:
        structlog.reset_defaults()
        configure()
        key = "sk-ant-" + "secret"
        try:
            raise RuntimeError(f"of {len(key)} characters")
        except RuntimeError:
            structlog.get_logger().exception("went.wrong")
    finally:
        structlog.configure(**before)
    said = "".join(capsys.readouterr())
    assert "of 13 characters" in said
    assert key not in said


HUGE = "\x1b[31m" + "x" * 840_000 + "\n2026-01-01 [info] forged \ud800"


@pytest.fixture
def other_logs() -> Iterator[None]:
    """Have all logs configured as in a served hub, and put them back."""
    factory, before = logging.getLogRecordFactory(), structlog.get_config()
    structlog.reset_defaults()
    configure_logs()
    yield
    logging.setLogRecordFactory(factory)
    structlog.configure(**before)


@pytest.mark.parametrize(
    "name",
    [
        "reflex.app",
        "reflex_base.event.processor.event_processor",
        "dbos",
        "_granian",
        "uvicorn.error",
        "socketio.server",
        "engineio.server",
        "asyncio",
        "made.later",
    ],
)
@pytest.mark.parametrize("way", ["message", "argument", "object", "traceback", "message with a traceback"])
@pytest.mark.usefixtures("other_logs")
def test_foreign_words_are_cut_and_escaped_in_everybodys_log(name: str, way: str) -> None:
    written = io.StringIO()
    handler, logger = logging.StreamHandler(written), logging.getLogger(name)
    logger.addHandler(handler)
    try:
        if way == "traceback":
            try:
                raise ValueError(HUGE)
            except ValueError:
                logger.exception("went wrong")
        elif way == "message with a traceback":
            logger.error("Traceback (most recent call last):\n%s", HUGE)
        else:
            words = {"message": (HUGE,), "argument": ("of %s", HUGE), "object": ("of %r", [HUGE])}[way]
            logger.error(*words)
    finally:
        logger.removeHandler(handler)
    said = written.getvalue()
    said.encode()
    assert len(said) < 2_500
    assert "\x1b" not in said
    assert not any(line.startswith("2026") for line in said.splitlines())


@pytest.mark.usefixtures("other_logs")
def test_foreign_words_are_cut_and_escaped_in_the_hubs_own_log(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError(HUGE)
    except ValueError:
        structlog.get_logger().exception("went.wrong", name=HUGE, names=[HUGE], count=10**20)
    said = capsys.readouterr().out
    said.encode()
    assert "went.wrong" in said
    assert "count=100000000000000000000" in said
    assert len(said) < 3_000
    assert "\x1b" not in said
    assert not any(line.startswith("2026-01-01") for line in said.splitlines())


@pytest.mark.usefixtures("other_logs")
def test_a_log_line_whose_arguments_do_not_fit_is_written_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("other").error("%d %d", "x")  # noqa: PLE1206 - as a library may
    assert "%d %d" in caplog.text

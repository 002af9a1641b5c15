"""What the hub writes in its log."""

from collections.abc import Callable

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

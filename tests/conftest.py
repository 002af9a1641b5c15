"""What all tests share."""

import gc
import os

import pytest

from execution_hub.logs import configure_logs
from tests.support.environment import OWN_VARIABLES
from tests.support.statements import share_statements

pytest_plugins = [
    "tests.support.clock",
    "tests.support.messages_server",
    "tests.support.postgres",
    "tests.support.hub",
    "tests.support.ready",
    "tests.support.many",
    "tests.support.server",
    "tests.support.api",
    "tests.support.browser",
    "tests.support.proxy",
    "tests.support.exported",
    "tests.support.nginx",
    "tests.support.otlp_server",
    "tests.support.cluster",
]

# What is loaded and collected stays: looking for garbage in it is a third of collecting four thousand tests.
gc.disable()


share_statements()


def pytest_collection_finish() -> None:
    """Look for garbage again, but never among what was loaded."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True, scope="session")
def plain_logs() -> None:
    """Log as a hub does: drawn as structlog draws it by itself, one traceback takes five seconds."""
    configure_logs()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of the person who runs the tests out of them."""
    for name in list(os.environ):
        if name.startswith(OWN_VARIABLES) or name == "API_URL":
            monkeypatch.delenv(name)

"""What all tests share."""

import os

import pytest

pytest_plugins = [
    "tests.support.messages_server",
    "tests.support.postgres",
    "tests.support.hub",
    "tests.support.server",
    "tests.support.api",
    "tests.support.browser",
    "tests.support.proxy",
    "tests.support.exported",
    "tests.support.nginx",
]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of the person who runs the tests out of them."""
    for name in list(os.environ):
        if name.startswith(("HUB_", "ANTHROPIC_")) or name == "API_URL":
            monkeypatch.delenv(name)

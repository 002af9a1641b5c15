"""The environment of hubs that tests start: nothing in it is of the person who runs the tests."""

import os

OWN_VARIABLES = ("HUB_", "ANTHROPIC_", "OPENAI_", "OTEL_")


def bare_environment() -> dict[str, str]:
    """Return this process's environment without the hub's own variables."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OWN_VARIABLES)}

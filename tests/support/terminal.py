"""The command line, as a person runs it."""

import os
import subprocess
import sys

from tests.support.server import ROOT


def run(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command line with these settings and nothing of the person's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "ANTHROPIC_"))}
    return subprocess.run(
        (sys.executable, "-m", "execution_hub.cli", *words),
        cwd=ROOT,
        env={**kept, **settings},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

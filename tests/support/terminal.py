"""The command line, as a person runs it."""

import subprocess
import sys

from tests.support.environment import bare_environment
from tests.support.server import ROOT


def run(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command line with these settings and nothing of the person's own."""
    kept = bare_environment()
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

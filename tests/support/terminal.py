"""The command line, as a person runs it."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile

from tests.support.environment import bare_environment
from tests.support.preloaded import Preloaded
from tests.support.server import ROOT

SECONDS = 60


def run(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command line with these settings and nothing of the person's own, as `run_preloaded` does."""
    return run_preloaded("execution_hub.cli:main", *words, **settings)


def run_preloaded(call: str, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a program with these settings, forked from a process that has loaded its modules.

    Args:
        call: `module:function`, which does what the program does.
        *words: The program's words.
        **settings: What is added to its environment.
    """
    with TemporaryFile("w+") as told, TemporaryFile("w+") as said, Path(os.devnull).open() as nothing:
        streams = {"stdin": nothing.fileno(), "stdout": told.fileno(), "stderr": said.fileno()}
        process = Preloaded(call, words, cwd=ROOT, env={**bare_environment(), **settings}, **streams)
        try:
            code = process.wait(SECONDS)
        finally:
            process.kill()
        for file in (told, said):
            file.seek(0)
        return subprocess.CompletedProcess(words, code, told.read(), said.read())


def run_from_nothing(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a program of its own."""
    return subprocess.run(
        (sys.executable, "-m", "execution_hub.cli", *words),
        cwd=ROOT,
        env={**bare_environment(), **settings},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

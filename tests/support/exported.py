"""`reflex export`, done once for all tests that need its two archives."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.environment import bare_environment
from tests.support.server import ROOT

SECONDS = 600
LEFT_OUT = (".git", ".venv", ".build", ".web", ".data", ".env", "*_cache", "__pycache__", "external", "*.egg-info")


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export has left.

    Attributes:
        tree: The folder it ran in; `frontend.zip` and `backend.zip` are there.
        secret: What its `.env` and its data folder hold, and no archive may.
    """

    tree: Path
    secret: str

    def unpack(self, name: str, folder: Path) -> Path:
        """Unpack `frontend` or `backend` into a folder and return that."""
        with zipfile.ZipFile(self.tree / f"{name}.zip") as archive:
            archive.extractall(folder)
        return folder


def copy_project(tree: Path) -> None:
    """Copy what is the project's own: Reflex's commands write its lock while they compile, which others read."""
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*LEFT_OUT))


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exported]:
    """Export by the environment's own reflex, not activated, in a copy of the project with a `.env` and data."""
    # Not a constant: this file is in the archive.
    secret = uuid4().hex
    tree = tmp_path_factory.mktemp("exported") / "tree"
    copy_project(tree)
    (tree / ".env").write_text(f"ANTHROPIC_API_KEY={secret}\n")
    (tree / ".data").mkdir()
    (tree / ".data" / "hub.sqlite3").write_text(secret)
    kept = bare_environment()
    done = subprocess.run(
        (Path(sys.executable).with_name("reflex"), "export"),
        cwd=tree,
        env={**kept, "PATH": os.defpath},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    yield Exported(tree, secret)
    # Node's modules are many: not left to pytest, which keeps the folders of three runs.
    shutil.rmtree(tree, ignore_errors=True)

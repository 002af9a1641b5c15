"""`reflex export`: the archives somebody may hand on."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from uuid import uuid4

from tests.support.server import ROOT

SECONDS = 300
LEFT_OUT = (".git", ".venv", ".build", ".web", ".data", ".env", "*_cache", "__pycache__", "external", "*.egg-info")


def test_the_archives_hold_pages_and_program_but_neither_data_nor_secret(tmp_path: Path) -> None:
    """By the environment's own reflex, not activated, in a folder with a `.env` and data."""
    # Not a constant: this file is in the archive.
    secret = uuid4().hex
    tree = tmp_path / "tree"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*LEFT_OUT))
    (tree / ".env").write_text(f"ANTHROPIC_API_KEY={secret}\n")
    (tree / ".data").mkdir()
    (tree / ".data" / "hub.sqlite3").write_text(secret)
    subprocess.run(
        (Path(sys.executable).with_name("reflex"), "export"),
        cwd=tree,
        env={**os.environ, "PATH": os.defpath},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
        check=True,
    )
    for name, needed in (("frontend.zip", "index.html"), ("backend.zip", "execution_hub/execution_hub.py")):
        with zipfile.ZipFile(tree / name) as archive:
            names = archive.namelist()
            assert needed in names
            assert not [each for each in names if "hub.sqlite3" in each or Path(each).name == ".env"]
            assert not [each for each in names if secret.encode() in archive.read(each)]
    unchanged = ("reflex.lock/package.json", "reflex.lock/package-lock.json", ".gitignore")
    assert not [name for name in unchanged if (tree / name).read_bytes() != (ROOT / name).read_bytes()]

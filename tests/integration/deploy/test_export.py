"""`reflex export`: the archives somebody may hand on."""

import zipfile
from pathlib import Path

import pytest

from tests.support.exported import Exported
from tests.support.server import ROOT


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("frontend.zip", "index.html"),
        ("backend.zip", "execution_hub/execution_hub.py"),
        ("backend.zip", "requirements.lock"),
    ],
)
def test_the_archives_hold_pages_and_program_but_neither_data_nor_secret(
    exported: Exported, name: str, needed: str
) -> None:
    """Exported in a folder with a `.env` and data."""
    with zipfile.ZipFile(exported.tree / name) as archive:
        names = archive.namelist()
        assert needed in names
        assert not [each for each in names if "hub.sqlite3" in each or Path(each).name == ".env" or ".data" in each]
        assert not [each for each in names if exported.secret.encode() in archive.read(each)]


def test_an_export_changes_nothing_that_is_committed(exported: Exported) -> None:
    unchanged = ("reflex.lock/package.json", "reflex.lock/package-lock.json", ".gitignore")
    assert not [name for name in unchanged if (exported.tree / name).read_bytes() != (ROOT / name).read_bytes()]

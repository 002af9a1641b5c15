"""A path is a path: whatever is in it, the databases, the lock and the backups are in that very folder."""

import asyncio
import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from deploy.database import back_up
from execution_hub.errors import StartError
from execution_hub.hub.hub import Hub
from execution_hub.store.backup import open_file
from execution_hub.store.lock import DataLock
from execution_hub.store.migrate import migrate
from execution_hub.store.revisions import current_revision, head_revision
from execution_hub.store.urls import app_url, engine_url, shown, sqlite_file, sqlite_url
from tests.support.hub import make_settings
from tests.support.server import ROOT, free_port

NAMES = [
    "My%20Project",
    "two words",
    "a?mode=memory&b",
    "a#b",
    "München 東京",
    'it\'s "q"',
    "a:b@c",
    "100% +;\\",
    "$HOME",
    "file:x",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_database_url_means_the_file_it_was_made_of(tmp_path: Path, name: str) -> None:
    settings = make_settings(tmp_path / name)
    assert sqlite_file(app_url(settings)) == tmp_path / name / "hub.sqlite3"
    assert sqlite_file(engine_url(settings)) == tmp_path / name / "engine.sqlite3"
    # Written out and read again, as the engine does.
    assert sqlite_file(engine_url(settings).render_as_string()) == tmp_path / name / "engine.sqlite3"
    migrate(app_url(settings))
    assert current_revision(app_url(settings)) == head_revision()
    assert {path.name for path in tmp_path.iterdir()} == {name}
    with closing(open_file(tmp_path / name / "hub.sqlite3")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (head_revision(),)


async def test_a_hub_keeps_all_it_has_in_its_folder_and_a_second_one_stays_out(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*NAMES)
    settings = make_settings(folder)
    hub = await Hub.open(settings)
    try:
        assert {"hub.lock", "hub.sqlite3", "engine.sqlite3"} <= {path.name for path in folder.iterdir()}
        with pytest.raises(StartError, match="in use by another hub"):
            await Hub.open(settings)
        backup = back_up(settings, folder / "backups")
    finally:
        await hub.close()
    assert {path.name for path in backup.iterdir()} == {"hub.sqlite3", "engine.sqlite3"}
    assert backup.is_relative_to(folder / "backups")
    assert {path.name for path in await asyncio.to_thread(lambda: list(tmp_path.iterdir()))} == {NAMES[0]}


def test_a_data_folder_that_cannot_be_one_says_why_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    for folder, why in (
        (tmp_path / "file", "it is a file, not a folder"),
        (tmp_path / "file" / "data", f"{tmp_path / 'file'} is a file, not a folder"),
        (tmp_path / "link", f"it is a link to {tmp_path / 'nowhere'}, which is not there"),
        (tmp_path / "circle" / "data", "link"),
        (tmp_path / ("x" * 300), "File name too long"),
    ):
        with pytest.raises(StartError) as caught:
            DataLock(folder).acquire()
        assert caught.value.message.startswith(f"HUB_DATA_DIR {folder} cannot be written (")
        assert why in caught.value.message and "\n" not in caught.value.message
        with pytest.raises(StartError, match="cannot be written"):
            migrate(sqlite_url(folder / "hub.sqlite3"))


def test_a_full_disk_is_told_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_words: object, **_more: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(StartError, match="there is no space left"):
        DataLock(tmp_path).acquire()


@pytest.mark.parametrize("query", ["", "?password=open-sesame", "?sslmode=prefer"])
@pytest.mark.parametrize("password", ["p%40ss%2Fw%23rd", "a:b", "p?a/ss", "100%", "a+b c", "[x]"])
def test_a_password_is_kept_and_never_shown(tmp_path: Path, password: str, query: str) -> None:
    url = app_url(make_settings(tmp_path, HUB_DATABASE_URL=f"postgres://hub:{password}@db.example.com:6543/hub{query}"))
    assert url.password == {"p%40ss%2Fw%23rd": "p@ss/w#rd"}.get(password, password)
    assert (url.drivername, url.host, url.port, url.database) == ("postgresql+psycopg", "db.example.com", 6543, "hub")
    assert shown(url) == "postgresql+psycopg://hub:***@db.example.com:6543/hub"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a copy of the program in a folder with an awkward name."""
    root = tmp_path / "My%20Project ü"
    for name in ("execution_hub", "alembic"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("alembic.ini", "rxconfig.py"):
        shutil.copy2(ROOT / name, root / name)
    return root


def test_settings_and_data_are_the_project_s_wherever_it_is_called_from(tree: Path, tmp_path: Path) -> None:
    """The command line from another folder and Alembic in the project use the same `.env` and the same data."""
    (tree / ".env").write_text(f"HUB_PORT={free_port()}\nHUB_DATA_DIR=./kept here\n")
    (tmp_path / ".env").write_text("HUB_PORT=1\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "ANTHROPIC_"))}
    environment = {**kept, "PYTHONPATH": str(tree)}

    def run(folder: Path, *words: str) -> str:
        done = subprocess.run(
            (sys.executable, *words), cwd=folder, env=environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run(tree, "-m", "alembic", "upgrade", "head")
    assert (tree / "kept here" / "hub.sqlite3").is_file()
    told = run(tmp_path, "-m", "execution_hub.cli", "check")
    assert f"Data folder: {tree / 'kept here'}" in told
    assert f"up to date (revision {head_revision()})" in told
    assert "execution" in run(tmp_path, "-m", "execution_hub.cli", "prune", "--dry-run")

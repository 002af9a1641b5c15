"""What is stored is its owner's alone, whatever the umask."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.store.folder import close_folder
from execution_hub.store.lock import DataLock
from tests.support.hub import ended, make_settings


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Let every new file be everybody's."""
    before = os.umask(0)
    yield
    os.umask(before)


def rights(path: Path) -> str:
    return f"{stat.S_IMODE(path.stat().st_mode):o}"


def open_up(folder: Path) -> None:
    """Give everything to the group, as another umask would."""
    folder.chmod(0o2775)
    for path in folder.iterdir():
        path.chmod(0o664)


def make_home(folder: Path) -> None:
    """Put into a folder what a hub does not, and let everybody look in."""
    (folder / ".profile").touch(mode=0o644)
    folder.chmod(0o755)


def rights_in(folder: Path) -> dict[str, str]:
    return {path.name: rights(path) for path in folder.iterdir()}


@pytest.mark.usefixtures("open_umask")
async def test_a_new_data_folder_is_its_owners_alone(tmp_path: Path) -> None:
    """Databases, journals and locks, while the hub writes them."""
    folder = tmp_path / "data"
    hub = await Hub.open(make_settings(folder))
    try:
        await ended(hub, (await hub.executions.start(AgentTest(1, "[fast] private"))).id)
        assert rights(folder) == "700"
        names = {
            "hub.sqlite3",
            "hub.sqlite3-wal",
            "hub.sqlite3-shm",
            "engine.sqlite3",
            "engine.sqlite3-wal",
            "hub.lock",
        }
        assert rights_in(folder).items() >= dict.fromkeys(names, "600").items()
        assert set(rights_in(folder).values()) == {"600"}
    finally:
        await hub.close()


@pytest.mark.usefixtures("open_umask")
async def test_a_folder_that_was_open_is_closed_at_the_start(data_dir: Path) -> None:
    """One of an older version, with everything in it."""
    open_up(data_dir)
    await (await Hub.open(make_settings(data_dir))).close()
    assert rights(data_dir) == "2700"
    assert set(rights_in(data_dir).values()) == {"600"}


@pytest.mark.usefixtures("open_umask")
async def test_a_database_elsewhere_is_closed_and_its_folder_left_alone(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    settings = make_settings(tmp_path / "data", HUB_DATABASE_URL=f"sqlite:///{shared / 'own.db'}")
    await (await Hub.open(settings)).close()
    assert rights(shared) == "755"
    assert set(rights_in(shared).values()) == {"600"}


def test_somebody_elses_folder_is_told_and_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.chmod(0o755)
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    close_folder(tmp_path, f"HUB_DATA_DIR {tmp_path}")
    assert rights(tmp_path) == "755"
    told = capsys.readouterr().err
    assert told.startswith(f"Warning: HUB_DATA_DIR {tmp_path} is open to other users of this machine (rights 755)")
    assert "belongs to another user" in told
    tmp_path.chmod(0o700)
    close_folder(tmp_path, f"HUB_DATA_DIR {tmp_path}")
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("open_umask")
@pytest.mark.parametrize("start", [1, 2])
async def test_a_folder_that_is_not_the_hubs_alone_keeps_its_rights(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], start: int
) -> None:
    """A home folder, at the first start and at the next: the hub's own files are closed, and the warning says why."""
    make_home(tmp_path)
    for _ in range(start):
        capsys.readouterr()
        await (await Hub.open(make_settings(tmp_path))).close()
    assert rights(tmp_path) == "755"
    assert set(rights_in(tmp_path).values()) - {rights(tmp_path / ".profile")} == {"600"}
    told = capsys.readouterr().err
    assert told.startswith(f"Warning: HUB_DATA_DIR {tmp_path} is open to other users of this machine (rights 755)")
    assert "it holds what is not the hub's ('.profile')" in told


def test_a_folder_of_all_users_keeps_its_rights(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As `/tmp`, also while it is empty."""
    tmp_path.chmod(0o1777)
    DataLock(tmp_path).acquire().release()
    assert rights(tmp_path) == "1777"
    assert "it is a folder of all users" in capsys.readouterr().err


def test_a_mounted_folder_and_one_with_copies_are_the_hubs_alone(tmp_path: Path) -> None:
    for name in ("lost+found", "backups"):
        (tmp_path / name).mkdir()
    (tmp_path / "hub.before-0007.sqlite3").touch()
    tmp_path.chmod(0o755)
    DataLock(tmp_path).acquire().release()
    assert rights(tmp_path) == "700"

"""The lock on a data folder: one hub at a time."""

import errno
import fcntl
import os
from pathlib import Path
from typing import Self

from execution_hub.errors import StartError

LOCK_FILE = "hub.lock"


class DataLock:
    """An exclusive lock on a data folder; the kernel lets go of it when the process dies.

    A database that lies elsewhere is locked too: two hubs with a folder each could name the same file.
    """

    def __init__(self, data_dir: Path, database: Path | None = None) -> None:
        """Name what is to be locked; nothing is yet.

        Args:
            data_dir: The folder.
            database: The file of an SQLite database, wherever it is.
        """
        self._folder = data_dir
        self._database = database
        self._files: list[int] = []

    def acquire(self) -> Self:
        """Take the lock, making the folder if needed.

        Raises:
            StartError: Another hub has it, or the folder cannot be used.
        """
        try:
            self._lock(self._folder / LOCK_FILE, f"HUB_DATA_DIR {self._folder}", "HUB_DATA_DIR")
            # Links followed, in both: else one file would have two locks, or none.
            file = None if self._database is None else self._database.resolve()
            if file is not None and file.parent != self._folder.resolve():
                self._lock(file.with_name(f"{file.name}.lock"), f"The database {file}", "HUB_DATABASE_URL")
        except BaseException:
            self.release()
            raise
        return self

    def release(self) -> None:
        """Let go of the lock; harmless if it is not held."""
        while self._files:
            os.close(self._files.pop())

    def _lock(self, path: Path, what: str, setting: str) -> None:
        make_folder(path.parent, what)
        try:
            self._files.append(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise StartError(f"{what} cannot be written ({reason(error)}). Choose another folder.") from None
        try:
            fcntl.flock(self._files[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StartError(f"{what} is in use by another hub. Stop it or set another {setting}.") from None


def make_folder(folder: Path, what: str = "") -> None:
    """Make a folder that is not there yet, with those above it.

    Args:
        folder: The folder.
        what: How it is called in the error; its path if omitted.

    Raises:
        StartError: It cannot be made, and why, in one line.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = obstacle(folder) or reason(error)
        raise StartError(f"{what or folder} cannot be written: {why}. Choose another folder.") from None


def obstacle(folder: Path) -> str | None:
    """Say what stands in the way of a folder: a file, or a link to nowhere; None if nothing does."""
    for place in (folder, *folder.parents):
        here = "it" if place == folder else str(place)
        # Path.exists() would raise for a place that may not be looked into.
        is_there = os.path.exists(place)  # noqa: PTH110
        if not is_there and os.path.islink(place):  # noqa: PTH114
            return f"{here} is a link to {place.readlink()}, which is not there"
        if is_there:
            return None if place.is_dir() else f"{here} is a file, not a folder"
    return None


def reason(error: OSError) -> str:
    """Return why the system refused, in words a person can act on."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "there is no space left"
    return error.strerror or str(error)

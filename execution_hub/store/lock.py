"""Locks on files: one hub to a data folder, one hub to an SQLite database. Loads no database."""

import fcntl
import os
import socket
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from execution_hub.errors import StartError
from execution_hub.process import process_number
from execution_hub.store.folder import close_folder, make_folder, reason, shared

LOCK_FILE = "hub.lock"
# A process that has just died, or another start that only looks, lets go within this time.
LOCK_WAIT_SECONDS = 1.0
PAUSE_SECONDS = 0.02
HOLDER_MAX = 600


def holder(data_dir: Path, address: str = "") -> str:
    """Return how this process tells others that it holds a lock: who, where, since when.

    Args:
        data_dir: The data folder of its hub.
        address: Where its hub can be opened.
    """
    where = f", address {address}" if address else ""
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return shown(
        f"process {process_number()} on {socket.gethostname()} (data folder {data_dir}{where}, since {since} UTC)"
    )


def shown(text: str) -> str:
    """Return a holder's words as one line of bounded length without control characters: another program wrote them."""
    return "".join(letter for letter in text[:HOLDER_MAX] if letter.isprintable()).strip()


def file_holder(path: Path) -> str | None:
    """Return who holds the lock on a file, in its own words; None if nobody does. Makes and changes nothing.

    Args:
        path: The file, which need not be there.
    """
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        # Shared, and only for a moment: several may look at once, and who takes the lock has patience.
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return _told_in(file)
    finally:
        os.close(file)
    return None


class FileLock:
    """An exclusive lock on a file; the kernel lets go of it when the process dies.

    The file holds who has it.
    """

    def __init__(self, path: Path, used: str, otherwise: str) -> None:
        """Name the file; nothing is locked yet.

        Args:
            path: The file, made if needed.
            used: What it stands for, as a person knows it: the beginning of each refusal.
            otherwise: What a person can do when another hub has it.
        """
        self._path = path
        self._used = used
        self._otherwise = otherwise
        self._file: int | None = None

    def acquire(self, told: str = "", wait_seconds: float = LOCK_WAIT_SECONDS) -> Self:
        """Take the lock.

        Args:
            told: Who takes it, for others to read; see `holder`.
            wait_seconds: How long to wait for whoever has it.

        Raises:
            StartError: Another hub has it, or the file cannot be written.
        """
        make_folder(self._path.parent, self._used)
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            with suppress(OSError):
                # It may be there already, and tells where data are.
                os.fchmod(self._file, 0o600)
        except OSError as error:
            raise StartError(f"{self._used} cannot be written ({reason(error)}). Choose another folder.") from None
        deadline = time.monotonic() + wait_seconds
        while not _is_locked(self._file):
            if time.monotonic() >= deadline:
                found = _told_in(self._file)
                self._close()
                who = f": {found}" if found else ""
                raise StartError(f"{self._used} is in use by another hub{who}. {self._otherwise}")
            time.sleep(PAUSE_SECONDS)
        # Who has it is a help, not the lock: a full disk stops no start here.
        with suppress(OSError):
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, told.encode(), 0)
        return self

    def release(self) -> None:
        """Let go of the lock; harmless if it is not held."""
        if self._file is not None:
            os.ftruncate(self._file, 0)
            self._close()

    def _close(self) -> None:
        assert self._file is not None
        os.close(self._file)
        self._file = None


class DataLock(FileLock):
    """The lock on a data folder, which is closed to other users with it, unless it holds what is not the hub's."""

    def __init__(self, data_dir: Path) -> None:
        """Name the folder; nothing is locked yet."""
        super().__init__(
            data_dir / LOCK_FILE, f"HUB_DATA_DIR {data_dir}", "Use that one, stop it, or set another HUB_DATA_DIR."
        )
        self._folder = data_dir

    def acquire(self, told: str = "", wait_seconds: float = LOCK_WAIT_SECONDS) -> Self:
        """See FileLock."""
        # Before its lock is in it.
        why_shared = shared(self._folder)
        super().acquire(told, wait_seconds)
        close_folder(self._folder, f"HUB_DATA_DIR {self._folder}", why_shared)
        return self


def _told_in(file: int) -> str:
    return shown(os.pread(file, HOLDER_MAX, 0).decode("utf-8", "replace"))


def _is_locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

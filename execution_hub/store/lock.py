"""The lock on a data folder: one hub at a time."""

import fcntl
import os
from pathlib import Path
from typing import Self

from execution_hub.errors import StartError
from execution_hub.store.folder import make_folder, reason

LOCK_FILE = "hub.lock"


class DataLock:
    """An exclusive lock on a data folder; the kernel lets go of it when the process dies."""

    def __init__(self, data_dir: Path) -> None:
        """Name the folder; nothing is locked yet."""
        self._path = data_dir / LOCK_FILE
        self._file: int | None = None

    def acquire(self) -> Self:
        """Take the lock, making the folder if needed.

        Raises:
            StartError: Another hub has it, or the folder cannot be written.
        """
        make_folder(self._path.parent, f"HUB_DATA_DIR {self._path.parent}")
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StartError(
                f"HUB_DATA_DIR {self._path.parent} cannot be written ({reason(error)}). Choose another folder."
            ) from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.release()
            raise StartError(
                f"HUB_DATA_DIR {self._path.parent} is in use by another hub. Stop it or set another HUB_DATA_DIR."
            ) from None
        return self

    def release(self) -> None:
        """Let go of the lock; harmless if it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

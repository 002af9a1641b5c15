"""What keeps other hubs out while this one is open."""

import os
import sys

from execution_hub.domain.texts import unobeyed
from execution_hub.errors import CANNOT_GO_ON, StartError
from execution_hub.settings import Settings
from execution_hub.store.database_lock import DatabaseLock, Lost, lock_database
from execution_hub.store.folder import close_files
from execution_hub.store.lease import Lease
from execution_hub.store.lock import DataLock, holder
from execution_hub.store.urls import app_url, engine_url, sqlite_file


def leave(error: StartError) -> None:
    """End this process at once, with one line why: another hub has its database, nothing may be written any more."""
    sys.stderr.write(f"Execution Hub stops: {unobeyed(error.message)}\n")
    sys.stderr.flush()
    # Nothing is closed in an orderly way: that would write. Calls to providers end with the process.
    os._exit(CANNOT_GO_ON)


class Locks:
    """What keeps other hubs out: of the data folder, and of the database.

    Attributes:
        database: The lock on the database.
    """

    def __init__(self, settings: Settings, on_lost: Lost) -> None:
        """Take them.

        Args:
            settings: The hub's settings.
            on_lost: Called, from any thread, when this process has to end: others have its database.

        Raises:
            StartError: One of them is taken, or cannot be.
        """
        told = holder(settings.data_dir, settings.address)
        self._data = DataLock(settings.data_dir)
        if settings.role.is_joined:
            # All it keeps is in the database that it shares.
            self.database: DatabaseLock = Lease(app_url(settings), told, on_lost).acquire()
            return
        self._data.acquire(told)
        try:
            self.database = lock_database(app_url(settings), told, on_lost)
            for url in (app_url(settings), engine_url(settings)):
                # Before anybody else opens them: SQLite would make them as the umask has it.
                if (path := sqlite_file(url)) is not None:
                    close_files(path)
        except BaseException:
            self._data.release()
            raise

    @property
    def lease(self) -> Lease | None:
        """The lease of a process that has joined others; None for one that is alone."""
        return self.database if isinstance(self.database, Lease) else None

    def release(self) -> None:
        """Let go of them."""
        self.database.release()
        self._data.release()

"""Bringing the database to the newest revision, after a copy of one that holds data."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError

from execution_hub.errors import StartError
from execution_hub.settings import ROOT
from execution_hub.store.backup import back_up, open_file
from execution_hub.store.folder import make_folder
from execution_hub.store.joined import check_older
from execution_hub.store.revisions import cause_of, check_known, head_revision, known_revisions, stored
from execution_hub.store.urls import ENGINE_FILE, shown, sqlite_file

logger = structlog.get_logger(__name__)

TOLD_MEGABYTES = 200
_INCREMENTAL = 2


@dataclass(frozen=True, slots=True)
class MigrationResult:
    """What a migration did.

    Attributes:
        before: The revision found, None for an empty database.
        after: The revision the database is at now; a newer version's where that lets this one go on.
        backup: The copy made first; None if there was nothing to migrate or nothing to lose.
    """

    before: str | None
    after: str
    backup: Path | None


def migrate(url: str | URL, *, engine_url: str | URL | None = None) -> MigrationResult:
    """Bring the database to the newest revision.

    A start with nothing to migrate does not even load Alembic. Otherwise an SQLite database that holds data is
    copied first, with the engine's file. The migration happens in whole or not at all.

    Args:
        url: An SQLAlchemy URL with its driver.
        engine_url: The engine's own database; `engine.sqlite3` beside the app's if omitted.

    Returns:
        The revisions before and after, and the copy.

    Raises:
        StartError: The database cannot be opened or written, comes from a newer version that older ones do not go
            together with, older processes that could not go on are alive, or the migration failed.
    """
    head = head_revision()
    path = sqlite_file(url)
    if path is not None:
        _check_writable(path)
    found = stored(url)
    before = found.revision
    if before is not None:
        check_known(url, found)
        if before not in known_revisions():
            # The newer version that made it says that this one may go on: nothing to do here.
            return MigrationResult(before, before, None)
    if before == head:
        return MigrationResult(before, head, None)
    check_older(url, head)
    copies: list[Path] = []
    if path is not None:
        engine_path = sqlite_file(engine_url) if engine_url else path.with_name(ENGINE_FILE)
        with _told("copy", path):
            copies = back_up(path, engine_path, mark=f"before-{head}")
    try:
        _upgrade(url)
    except StartError:
        # The database is as it was; a hub that is started again and again must not fill the disk with copies.
        for copy in copies:
            copy.unlink(missing_ok=True)
        raise
    if path is not None:
        _allow_shrinking(path)
    return MigrationResult(before, head, copies[0] if copies else None)


def check_writable(url: str | URL) -> None:
    """Find out whether a database can be written; one that is not a file is only asked when it is migrated.

    Args:
        url: An SQLAlchemy URL with its driver.

    Raises:
        StartError: It is a file that cannot be written.
    """
    path = sqlite_file(url)
    if path is not None and path.exists():
        _check_writable(path)


def _upgrade(url: str | URL) -> None:
    # Slow to import, and needed only here.
    from alembic.config import Config
    from alembic.util import CommandError

    from alembic import command

    config = Config(str(ROOT / "alembic.ini"))
    config.attributes.update(url=url, configure_logging=False)
    try:
        command.upgrade(config, "head")
    except (SQLAlchemyError, CommandError, sqlite3.Error) as error:
        message = f"The database {shown(url)} could not be migrated and is as it was: {cause_of(error)}."
        raise StartError(message) from error


def _check_writable(path: Path) -> None:
    """Find out now what would otherwise fail in the middle of somebody's work."""
    make_folder(path.parent, f"The database folder {path.parent}")
    # SQLite keeps its journal beside the database.
    if not os.access(path.parent, os.W_OK):
        raise StartError(f"The database folder {path.parent} cannot be written. Check its rights.")
    if not path.exists():
        return
    try:
        with closing(open_file(path)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            # SQLite opens a protected file for reading, and says so only when something is written.
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            connection.execute(f"PRAGMA user_version = {version}")
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        raise StartError(f"The database {path} cannot be written: {error}.") from error


def _allow_shrinking(path: Path) -> None:
    """See to it that a file can give space back piece by piece: an older one is written anew, once."""
    with closing(open_file(path)) as connection:
        if connection.execute("PRAGMA auto_vacuum").fetchone()[0] != _INCREMENTAL:
            with _told("pack", path):
                connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
                connection.execute("VACUUM")


@contextmanager
def _told(what: str, path: Path) -> Iterator[None]:
    """Tell of work on a large file before it is done, and how long it took."""
    megabytes = path.stat().st_size // 2**20 if path.exists() else 0
    if megabytes < TOLD_MEGABYTES:
        yield
        return
    began = time.monotonic()
    logger.info("migration.file", what=what, megabytes=megabytes)
    yield
    logger.info("migration.file_done", what=what, seconds=round(time.monotonic() - began, 1))

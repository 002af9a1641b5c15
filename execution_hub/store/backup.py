"""Copies of an SQLite database with the engine's file, which belong together."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from execution_hub.errors import StartError


def back_up(path: Path, engine_path: Path | None, *, mark: str) -> list[Path]:
    """Copy a database that holds data, and the engine's file if there is one.

    Args:
        path: The app's database.
        engine_path: The engine's database.
        mark: What the copies' names say: `hub.sqlite3` becomes `hub.MARK.sqlite3`.

    Returns:
        The copy of the app's database, then the engine's; nothing if there is no data.

    Raises:
        StartError: A copy could not be written.
    """
    copies: list[Path] = []
    try:
        if not path.exists() or not _holds_data(path):
            return copies
        sources = [path] + ([engine_path] if engine_path is not None and engine_path.exists() else [])
        for source, target in zip(sources, _free_names(sources, mark), strict=True):
            copies.append(target)
            _copy(source, target)
    except (sqlite3.Error, OSError) as error:
        for copy in copies:
            copy.unlink(missing_ok=True)
        raise StartError(f"The database {path} could not be copied before its migration: {error}.") from error
    return copies


def open_file(path: Path) -> sqlite3.Connection:
    """Open a database that exists, outside any transaction."""
    # As bytes: a name need not be UTF-8.
    return sqlite3.connect(f"file:{quote(os.fsencode(path))}?mode=rw", uri=True, isolation_level=None)


def _free_names(sources: list[Path], mark: str) -> list[Path]:
    """Name all copies alike, sparing those of earlier migrations."""
    number = 1
    while True:
        end = mark if number == 1 else f"{mark}-{number}"
        targets = [source.with_name(f"{source.stem}.{end}{source.suffix}") for source in sources]
        if not any(target.exists() for target in targets):
            return targets
        number += 1


def _copy(source: Path, target: Path) -> None:
    target.touch(mode=0o600)
    # Not a copy of the file: what was committed last may still be in the journal beside it.
    with closing(open_file(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
    # The copy keeps its own rights: the database's may have been wider.


def _holds_data(path: Path) -> bool:
    with closing(open_file(path)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' "
            "AND name <> 'alembic_version'"
        ).fetchall()
        return any(connection.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone() for (name,) in names)

"""How much the hub keeps: the data folder, the databases, the history. Asked by a person, now and then."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select

from execution_hub.store.executions import executions
from execution_hub.store.folder import JOURNALS

ENTRIES_MAX = 20_000
SECONDS_MAX = 2.0
COUNT_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class FolderSize:
    """How much is in a folder.

    Attributes:
        bytes: Of all files, as far as they were seen.
        is_partial: Whether there is more: it holds very much, or something in it cannot be looked at.
    """

    bytes: int
    is_partial: bool


def folder_size(folder: Path) -> FolderSize:
    """Measure a folder with all that is in it; links are not followed, and a folder without end is left in time."""
    deadline = time.monotonic() + SECONDS_MAX
    ahead, size, seen, is_partial = [str(folder)], 0, 0, False
    while ahead:
        try:
            with os.scandir(ahead.pop()) as entries:
                for entry in entries:
                    seen += 1
                    if seen > ENTRIES_MAX or time.monotonic() > deadline:
                        return FolderSize(size, is_partial=True)
                    if entry.is_dir(follow_symlinks=False):
                        ahead.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        size += entry.stat(follow_symlinks=False).st_size
        except FileNotFoundError:
            continue  # gone meanwhile, as journals go
        except OSError:
            is_partial = True
    return FolderSize(size, is_partial)


def file_size(path: Path) -> int:
    """Return the bytes of an SQLite database with what SQLite keeps beside it; 0 if it is not there."""
    size = 0
    for ending in JOURNALS:
        try:
            size += path.with_name(path.name + ending).stat().st_size
        except OSError:
            continue
    return size


def server_size(connection: Connection) -> int:
    """Return the bytes of the database of a PostgreSQL server."""
    return int(connection.execute(select(func.pg_database_size(func.current_database()))).scalar_one())


def count_executions(connection: Connection) -> int:
    """Return how many executions are kept; COUNT_MAX where there are at least as many."""
    some = select(executions.c.id).where(executions.c.deleted_at.is_(None)).limit(COUNT_MAX).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())

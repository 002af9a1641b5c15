"""What the scripts here ask about a hub's database, and its backup. Run from the project's folder.

::

    python -m deploy.database folder            the data folder of the settings
    python -m deploy.database check REVISION    may it be brought down to this revision? Prints the one it has
    python -m deploy.database backup FOLDER     copies it into a new folder in there, and prints which

The settings are the hub's own: the environment, or `.env`. A refusal is one line and exit code 1.
"""

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

from execution_hub.errors import HubError, StartError
from execution_hub.settings import ROOT, Settings, child_environment, load_settings
from execution_hub.store.backup import open_file
from execution_hub.store.revisions import current_revision
from execution_hub.store.urls import app_url, engine_url, sqlite_file

DUMP = "hub.dump"
# How long a backup waits for the hub to finish what it is writing.
BUSY_TIMEOUT_MS = 30_000
MIB = 2**20


def main() -> int:
    """Do what was asked and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m deploy.database")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("folder", help="print the data folder")
    check = commands.add_parser("check", help="may it be brought down to this revision?")
    check.add_argument("revision")
    backup = commands.add_parser("backup", help="copy it into a new folder in there")
    for each in (check, backup):
        each.add_argument("folder", type=Path, help="where backups are kept")
    words = parser.parse_args()
    # The answers of models are in there: for nobody else to read.
    os.umask(0o077)
    try:
        settings = load_settings()
        match words.command:
            case "folder":
                print(settings.data_dir)
            case "check":
                print(check_downgrade(settings, words.revision, words.folder))
            case _:
                print(back_up(settings, words.folder))
    except HubError as error:
        print(error.message, file=sys.stderr)
        return 1
    return 0


def check_downgrade(settings: Settings, revision: str, folder: Path) -> str:
    """Find out whether the database can be brought down to a revision, with a backup before.

    Args:
        settings: The hub's settings.
        revision: The revision wanted, as Alembic names it, in full.
        folder: Where the backup will be.

    Returns:
        The revision the database has now.

    Raises:
        StartError: It cannot, and why.
    """
    scripts = ScriptDirectory(str(ROOT / "alembic"))
    known = [script.revision for script in scripts.walk_revisions()]
    if revision not in known:
        raise StartError(f"Revision {revision} is not known here. There are: {', '.join(reversed(known))}.")
    current = current_revision(app_url(settings))
    if current is None:
        raise StartError("The database is empty: there is nothing to roll back.")
    if current not in known:
        raise StartError(
            f"The database is at revision {current}, which this version does not know. "
            "Use the rollback of the version that made it."
        )
    if known.index(revision) < known.index(current):
        raise StartError(f"The database is at revision {current}, which is older than {revision} already.")
    if current != revision:
        _check_space(settings, folder, with_downgrade=True)
    return current


def back_up(settings: Settings, folder: Path) -> Path:
    """Copy the database as it is at one moment; the hub may go on meanwhile.

    Args:
        settings: The hub's settings.
        folder: Where backups are kept.

    Returns:
        The new folder in there: both SQLite files, or a dump of PostgreSQL. It is there whole, or not at all.

    Raises:
        StartError: It could not be done, and why.
    """
    current = current_revision(app_url(settings))
    if current is None:
        raise StartError("The database is empty: there is nothing to back up.")
    _check_space(settings, folder, with_downgrade=False)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    target = folder / f"{moment}-revision-{current}"
    fresh = target.with_name(f"{target.name}.unfinished")
    try:
        fresh.mkdir(mode=0o700, parents=True)
        if settings.is_embedded:
            _copy_together(list(_files(settings)), fresh)
        else:
            _dump(app_url(settings), fresh / DUMP)
        return fresh.rename(target)
    except (OSError, sqlite3.Error) as error:
        raise StartError(f"The database could not be copied to {folder}: {error}.") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _files(settings: Settings) -> Iterator[Path]:
    """Yield the SQLite files that are there: the hub's, and the engine's."""
    for url in (app_url(settings), engine_url(settings)):
        path = sqlite_file(url)
        if path is not None and path.is_file():
            yield path


def _copy_together(sources: list[Path], folder: Path) -> None:
    """Copy files as they are at one moment: between two moments a step could be done in one and not in the other."""
    with ExitStack() as stack:
        writers, readers = ([stack.enter_context(closing(open_file(path))) for path in sources] for _ in range(2))
        for writer in writers:
            writer.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
            writer.execute("BEGIN IMMEDIATE")
        for reader in readers:
            # A reader sees what was there at its first look, whatever is written later.
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for writer in writers:
            writer.execute("ROLLBACK")
        for path, reader in zip(sources, readers, strict=True):
            # Whatever the umask: who may not read the database may not read its copy.
            (folder / path.name).touch(mode=0o600)
            with closing(sqlite3.connect(folder / path.name)) as copy:
                reader.backup(copy)


def _dump(url: URL, target: Path) -> None:
    parts: dict[str, Any] = {"host": url.host, "port": url.port, "user": url.username, "dbname": url.database}
    secret = url.query.get("password", url.password)
    # The password goes by the environment: other users can read the words of a command.
    password = {"PGPASSWORD": str(secret)} if secret else {}
    parts |= {name: value for name, value in url.query.items() if name != "password"}
    where = make_conninfo("", **{name: value for name, value in parts.items() if value is not None})
    program = shutil.which("pg_dump")
    if program is None:
        raise StartError("pg_dump is missing. On Debian: apt-get install postgresql-client")
    target.touch(mode=0o600)
    done = subprocess.run(
        (program, "--format=custom", f"--file={target}", f"--dbname={where}"),
        env=child_environment() | password,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise StartError(f"pg_dump failed: {(done.stderr.strip().splitlines() or ['it said nothing'])[-1]}")


def _check_space(settings: Settings, folder: Path, *, with_downgrade: bool) -> None:
    """Find out before anything is stopped or begun whether there is room."""
    size = _size(settings)
    needed = {_nearest(folder): size}
    if with_downgrade and settings.is_embedded:
        # SQLite writes the tables anew before it lets go of the old ones.
        place = _nearest(settings.data_dir)
        same = next((each for each in needed if each.stat().st_dev == place.stat().st_dev), place)
        needed[same] = needed.get(same, 0) + size
    for place, wanted in needed.items():
        free = shutil.disk_usage(place).free
        if free < wanted:
            raise StartError(
                f"There is not enough space in {place}: {wanted // MIB} MiB are needed, {free // MIB} MiB are free."
            )


def _size(settings: Settings) -> int:
    """Return how many bytes the database takes."""
    if settings.is_embedded:
        # What was committed last may still be in the journal beside a file.
        parts = [Path(f"{path}{end}") for path in _files(settings) for end in ("", "-wal")]
        return sum(part.stat().st_size for part in parts if part.exists())
    with create_engine(app_url(settings), poolclass=NullPool).connect() as connection:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def _nearest(folder: Path) -> Path:
    """Return the folder, or the one it will be made in."""
    absolute = folder.absolute()
    return next(each for each in (absolute, *absolute.parents) if each.exists())


if __name__ == "__main__":
    sys.exit(main())

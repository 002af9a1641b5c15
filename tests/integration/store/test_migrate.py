"""What a start does with the database: migrate it after a copy, or say in one line why not."""

import logging
import os
import pwd
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from execution_hub.errors import StartError
from execution_hub.settings import ROOT
from execution_hub.store.migrate import MigrationResult, migrate
from execution_hub.store.revisions import current_revision, head_revision
from tests.support.migrations import TIMES, connected, content, execution, insert, move
from tests.support.postgres import PostgresServer

MIGRATE = "import sys; from execution_hub.store.migrate import migrate; migrate(sys.argv[1]); "


def _url(path: Path) -> str:
    return f"sqlite:///{path}"


def _fill(url: str) -> None:
    move(url, "0001")
    with connected(url) as connection:
        execution(connection)


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _message(error: pytest.ExceptionInfo[StartError]) -> str:
    assert "\n" not in error.value.message
    return error.value.message


def _in_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_an_empty_database_is_made_and_not_copied(database_url: str) -> None:
    """A first start brings the database to the newest revision and has nothing to copy."""
    assert migrate(database_url) == MigrationResult(before=None, after=head_revision(), backup=None)
    assert current_revision(database_url) == head_revision()
    assert content(database_url, "counters")["counters"] == [
        {"name": "changed", "value": "0"},
        {"name": "queue_number", "value": "0"},
    ]


def test_a_second_start_changes_nothing(database_url: str) -> None:
    """With nothing to migrate there is no copy, however much data there is."""
    _fill(database_url)
    migrate(database_url)
    before = content(database_url)
    assert migrate(database_url) == MigrationResult(before=head_revision(), after=head_revision(), backup=None)
    assert content(database_url) == before


def test_a_start_with_nothing_to_migrate_does_not_load_alembic(database_url: str) -> None:
    """The start does not pay for migrations that are not needed."""
    migrate(database_url)
    done = _in_python(MIGRATE + "print('alembic' in sys.modules)", database_url)
    assert done.stdout == "False\n", done.stderr


def test_a_database_with_data_is_copied_first(tmp_path: Path) -> None:
    """The copy, with the engine's file, holds what was there before, the newest commits in the journal included."""
    url = _url(tmp_path / "hub.sqlite3")
    _fill(url)
    before = content(url)
    (tmp_path / "hub.sqlite3").chmod(0o600)
    with (
        closing(sqlite3.connect(tmp_path / "hub.sqlite3")) as hub,
        closing(sqlite3.connect(tmp_path / "engine.sqlite3")) as engine,
    ):
        hub.execute("PRAGMA journal_mode=WAL")
        hub.execute("UPDATE executions SET status = 'failed'")
        hub.commit()
        engine.execute("PRAGMA journal_mode=WAL")
        engine.execute("CREATE TABLE steps AS SELECT 'done' AS state")
        engine.commit()
        assert (tmp_path / "engine.sqlite3-wal").stat().st_size > 0
        result = migrate(url)
    assert result.before == "0001"
    assert result.backup == tmp_path / f"hub.before-{head_revision()}.sqlite3"
    before["executions"][0]["status"] = "failed"
    assert content(_url(result.backup)) == before
    assert current_revision(_url(result.backup)) == "0001"
    assert result.backup.stat().st_mode & 0o777 == 0o600
    engine_copy = tmp_path / f"engine.before-{head_revision()}.sqlite3"
    assert content(_url(engine_copy)) == {"steps": [{"state": "done"}]}


def test_tables_without_rows_are_not_copied(tmp_path: Path) -> None:
    """An old database nobody used yet is migrated without a copy."""
    url = _url(tmp_path / "hub.sqlite3")
    move(url, "0001")
    assert migrate(url).backup is None
    assert _names(tmp_path) == {"hub.sqlite3"}


def test_the_engines_file_may_be_elsewhere(tmp_path: Path) -> None:
    """Where the settings put the two files apart, each copy lies beside its original."""
    elsewhere = tmp_path / "data"
    elsewhere.mkdir()
    url, engine_url = _url(tmp_path / "my hub.db"), _url(elsewhere / "engine.sqlite3")
    _fill(url)
    with connected(engine_url) as connection:
        connection.execute(text("CREATE TABLE steps (state TEXT)"))
    backup = migrate(url, engine_url=engine_url).backup
    assert backup == tmp_path / f"my hub.before-{head_revision()}.db"
    assert f"engine.before-{head_revision()}.sqlite3" in _names(elsewhere)


def test_an_earlier_copy_is_kept(tmp_path: Path) -> None:
    """A second migration to the same revision does not write over the first one's copy."""
    url = _url(tmp_path / "hub.sqlite3")
    _fill(url)
    first = migrate(url).backup
    assert first is not None
    before = first.read_bytes()
    move(url, "0001")
    second = migrate(url).backup
    assert second == tmp_path / f"hub.before-{head_revision()}-2.sqlite3"
    assert first.read_bytes() == before


def test_a_failed_migration_says_so_and_leaves_no_copies(tmp_path: Path) -> None:
    """A hub that is started again and again with a broken database does not fill the disk."""
    url = _url(tmp_path / "hub.sqlite3")
    _fill(url)
    with connected(url) as connection:
        connection.execute(text("CREATE TABLE events (somebody TEXT)"))
    before = content(url)
    with pytest.raises(StartError) as error:
        migrate(url)
    assert "could not be migrated and is as it was: table events already exists." in _message(error)
    assert content(url) == before
    assert current_revision(url) == "0001"
    assert _names(tmp_path) == {"hub.sqlite3"}


def test_a_newer_database_is_refused(database_url: str) -> None:
    """A database of a newer version stops the start, unchanged."""
    migrate(database_url)
    with connected(database_url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        # It says nothing of older versions.
        connection.execute(text("DELETE FROM hub WHERE name = 'compatible_from'"))
    with pytest.raises(StartError) as error:
        migrate(database_url)
    assert "revision 9999" in _message(error)
    assert "newer" in _message(error)


@pytest.mark.parametrize("content_of_file", [b"This is a letter, not a database. " * 100, b"short"])
def test_another_file_is_refused(tmp_path: Path, content_of_file: bytes) -> None:
    """A file that is no database stops the start, and keeps its content."""
    path = tmp_path / "hub.sqlite3"
    path.write_bytes(content_of_file)
    with pytest.raises(StartError) as error:
        migrate(_url(path))
    assert "file is not a database" in _message(error)
    assert path.read_bytes() == content_of_file


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    """A folder where the database should be stops the start."""
    (tmp_path / "hub.sqlite3").mkdir()
    with pytest.raises(StartError, match=r"cannot be written: unable to open database file\.$"):
        migrate(_url(tmp_path / "hub.sqlite3"))


def test_a_database_in_use_is_refused(tmp_path: Path) -> None:
    """Another program that holds the database stops the start with the reason."""
    url = _url(tmp_path / "hub.sqlite3")
    _fill(url)
    with closing(sqlite3.connect(tmp_path / "hub.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StartError, match="database is locked"):
            migrate(url)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Make a folder that other users can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="hub-test-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def _refusal_without_rights(url: str) -> str:
    """Return why `migrate` refuses, in a process that is not root, whom no rights would stop."""
    ours, childs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                nobody = pwd.getpwnam("nobody")
                os.setgroups([])
                os.setgid(nobody.pw_gid)
                os.setuid(nobody.pw_uid)
            migrate(url)
        except Exception as error:
            os.write(childs, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)
    os.close(childs)
    with os.fdopen(ours) as answer:
        os.waitpid(child, 0)
        return answer.read()


@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize("protected", ["file", "folder"])
def test_a_database_that_cannot_be_written_is_refused(open_folder: Path, is_new: bool, protected: str) -> None:
    """A protected database stops the start at once, also when there is nothing to migrate."""
    path = open_folder / "hub.sqlite3"
    _fill(_url(path))
    if is_new:
        migrate(_url(path))
    path.chmod(0o444 if protected == "file" else 0o666)
    open_folder.chmod(0o555 if protected == "folder" else 0o777)
    refusal = _refusal_without_rights(_url(path))
    shown = open_folder if protected == "folder" else path
    assert refusal.startswith(f"StartError: The database {'folder ' if protected == 'folder' else ''}{shown} cannot be")


def test_a_server_that_is_away_is_one_line_without_its_password() -> None:
    """An unreachable PostgreSQL stops the start with its address and not its password."""
    with pytest.raises(StartError) as error:
        migrate("postgresql+psycopg://hub:open-sesame@127.0.0.1:1/hub")
    assert "127.0.0.1:1" in _message(error)
    assert "open-sesame" not in _message(error)


def test_a_database_in_memory_is_refused() -> None:
    """A database without a file would be gone before its first use."""
    with pytest.raises(StartError, match="must name a file"):
        migrate("sqlite://")


def test_two_starts_at_once_migrate_once(postgres_server: PostgresServer, postgres_url: str) -> None:
    """Several processes that start together on one PostgreSQL all find it migrated."""
    _fill(postgres_url)
    starts = [
        subprocess.Popen([sys.executable, "-c", MIGRATE, postgres_url], cwd=ROOT, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for start in starts:
        _, errors = start.communicate(timeout=60)
        assert start.returncode == 0, errors.decode()
    assert current_revision(postgres_url) == head_revision()
    assert len(content(postgres_url, "executions")["executions"]) == 1


def test_logging_stays_as_the_app_set_it(tmp_path: Path) -> None:
    """A migration inside the app changes no logger, level or handler."""
    root, other = logging.getLogger(), logging.getLogger("somebody.elses")
    before = (root.level, list(root.handlers), other.disabled, logging.getLogger("alembic").level)
    _fill(_url(tmp_path / "hub.sqlite3"))
    migrate(_url(tmp_path / "hub.sqlite3"))
    assert (root.level, list(root.handlers), other.disabled, logging.getLogger("alembic").level) == before


def test_the_head_is_the_one_alembic_finds() -> None:
    """Reading the revisions' text finds the same head as importing them."""
    from alembic.script import ScriptDirectory

    from tests.support.migrations import alembic_config

    assert head_revision() == ScriptDirectory.from_config(alembic_config()).get_current_head()


def test_the_folder_is_made(tmp_path: Path) -> None:
    """A database in a folder that is not there yet is made with it."""
    url = _url(tmp_path / "new" / "folder" / "hub.sqlite3")
    migrate(url)
    with connected(url) as connection:
        assert insert(connection, "agents", name="Ada", model="simulated", **TIMES) == 1
    assert Path(str(make_url(url).database)).exists()

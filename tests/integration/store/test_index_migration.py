"""Revisions 0007 and 0014 on a history that is there: nothing is copied, others may write, each can be interrupted."""

import subprocess
import sys
import threading
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from execution_hub.store.migrate import ROOT, migrate
from execution_hub.store.revisions import current_revision, head_revision
from tests.support.history import History, fill
from tests.support.migrations import connected, execution, killed_midway, move

UPGRADE = "import sys; from execution_hub.store.migrate import migrate; migrate(sys.argv[1])"
INDEXES = "SELECT c.relname, i.indisvalid FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid"


def _stored_where(url: str) -> dict[str, Any]:
    """Return where the database keeps each table: another place means that it was copied."""
    question = (
        "SELECT name, rootpage FROM sqlite_master WHERE type = 'table'"
        if url.startswith("sqlite")
        else "SELECT relname, relfilenode FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    with connected(url) as connection:
        return dict(connection.execute(text(question)).tuples().all())


def test_no_table_is_written_anew(database_url: str) -> None:
    """From the release before to the newest revision, every table stays where it is stored."""
    move(database_url, "0005")
    fill(database_url, History(2_000))
    before = _stored_where(database_url)
    move(database_url, "head")
    after = _stored_where(database_url)
    assert {name: after[name] for name in before} == before


def test_what_was_superseded_is_gone(database_url: str) -> None:
    """Each write pays for every index: there are not more of them than before."""
    move(database_url, "0005")
    before = _indexes(database_url)
    move(database_url, "0007")
    after = _indexes(database_url)
    assert "ix_executions_status_queue_number" in before - after
    assert len(after) <= len(before) + 2


def _indexes(url: str) -> set[str]:
    question = (
        "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'executions'"
        if url.startswith("sqlite")
        else "SELECT indexname FROM pg_indexes WHERE tablename = 'executions'"
    )
    with connected(url) as connection:
        return set(connection.execute(text(question)).scalars())


def test_a_long_history_is_told_how_far_the_upgrade_is(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Which index of how many, and how long each took; a short one is not talked about."""
    move(database_url, "0006")
    fill(database_url, History(100))
    with connected(database_url) as connection:
        execution(connection, id=1_000_000)
    capsys.readouterr()
    migrate(database_url)
    told = capsys.readouterr().out
    assert "ix_executions_by_status number=1 of=9" in told
    assert "ix_executions_listed_by_status number=2 of=7" in told
    assert "ix_executions_rerun_of seconds=" in told
    move(database_url, "0006")
    with connected(database_url) as connection:
        connection.execute(text("DELETE FROM executions WHERE id = 1000000"))
    capsys.readouterr()
    migrate(database_url)
    assert "number=" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("before", "after", "begun"), [("0006", "0007", "ix_executions"), ("0013", "0014", "ix_executions_listed")]
)
def test_an_index_that_was_left_half_built_is_built_again(
    postgres_url: str, before: str, after: str, begun: str
) -> None:
    """PostgreSQL keeps what an interrupted build leaves, without ever using it."""
    move(postgres_url, before)
    fill(postgres_url, History(100))
    with connected(postgres_url) as connection:
        for name in (f"{begun}_by_status", f"{begun}_by_type"):
            connection.execute(text(f"CREATE INDEX {name} ON executions (status)"))
        connection.execute(
            text(f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{begun}_by_status'::regclass")
        )
    move(postgres_url, after)
    with connected(postgres_url) as connection:
        validity: dict[str, bool] = dict(connection.execute(text(INDEXES)).tuples().all())
        built = connection.execute(
            text(f"SELECT indexdef FROM pg_indexes WHERE indexname = '{begun}_by_status'")
        ).scalar_one()
    assert all(validity.values())
    assert "(status, created_at, id)" in built


@pytest.mark.parametrize("statement", ["CREATE INDEX CONCURRENTLY ix_executions_by_type", "DROP INDEX CONCURRENTLY"])
def test_an_upgrade_killed_among_its_indexes_goes_on(postgres_url: str, statement: str) -> None:
    """kill -9 between two indexes: the database is at the revision before, and the next upgrade finishes."""
    move(postgres_url, "0006")
    fill(postgres_url, History(100))
    assert killed_midway(postgres_url, "upgrade", statement, "head") == -9
    assert current_revision(postgres_url) == "0006"
    assert "ix_executions_by_status" in _indexes(postgres_url)
    move(postgres_url, "head")
    assert "ix_executions_deleted" in _indexes(postgres_url)


def test_two_that_upgrade_at_once_both_come_through(postgres_url: str) -> None:
    """The second waits without a snapshot, which the first one's index would wait for in turn."""
    move(postgres_url, "0006")
    fill(postgres_url, History(2_000))
    words = [sys.executable, "-c", UPGRADE, postgres_url]
    upgrades = [subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    try:
        for upgrade in upgrades:
            _, told = upgrade.communicate(timeout=60)
            assert upgrade.returncode == 0, told.decode()
    finally:
        for upgrade in upgrades:
            upgrade.kill()
    assert current_revision(postgres_url) == head_revision()


def test_others_write_while_an_index_is_built(postgres_url: str) -> None:
    """The upgrade waits for a transaction that is open, and keeps nobody else from writing meanwhile."""
    move(postgres_url, "0006")
    fill(postgres_url, History(100))
    upgrade = threading.Thread(target=lambda: migrate(postgres_url))
    with create_engine(postgres_url, poolclass=NullPool).connect() as holding:
        holding.execute(text("UPDATE agents SET description = 'x' WHERE id = 1"))
        upgrade.start()
        upgrade.join(1.0)
        with connected(postgres_url) as connection:
            connection.execute(text("SET LOCAL lock_timeout = '2s'"))
            connection.execute(text("UPDATE executions SET updated_at = now() WHERE id = 1"))
        holding.rollback()
    upgrade.join(60)
    assert not upgrade.is_alive()
    assert current_revision(postgres_url) == head_revision()

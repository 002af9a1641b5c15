"""Revisions that older programs go on with, and a migration that asks who is alive."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from execution_hub.errors import StartError
from execution_hub.role import Role
from execution_hub.store import revisions
from execution_hub.store.joined import check_older, joined
from execution_hub.store.lease import Lease, Membership
from execution_hub.store.migrate import migrate
from execution_hub.store.revisions import check_known, head_revision, oldest_beside, stored
from tests.support.migrations import connected

Versions = Callable[[dict[str, str]], None]


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Versions:
    """Return what puts revisions into the place of the project's: name, and what it says of older programs."""
    folder = tmp_path / "alembic" / "versions"
    folder.mkdir(parents=True)

    def put(said: dict[str, str]) -> None:
        before = "None"
        for name, oldest in said.items():
            more = f'compatible_from = "{oldest}"\n' if oldest else ""
            (folder / f"{name}.py").write_text(f'revision = "{name}"\ndown_revision = {before}\n{more}')
            before = f'"{name}"'

    monkeypatch.setattr(revisions, "ROOT", tmp_path)
    return put


@contextmanager
def alive(url: str, revision: str) -> Iterator[Lease]:
    """Have a process of a revision join, and renew its lease."""
    lease = Lease(url, f"a hub of {revision}", lambda _error: None).acquire()
    lease.join(Membership("a" * 32, Role.WEB, "0.7.9", 0, lambda: 0, lambda: None, revision))
    try:
        yield lease
    finally:
        lease.release()


def test_the_narrowest_of_the_revisions_on_the_way_says_who_may_go_on(versions: Versions) -> None:
    versions({"0001": "", "0002": "0001", "0003": "0002", "0004": "0001", "0005": ""})
    assert [oldest_beside(f"000{each}") for each in range(1, 6)] == ["0001", "0001", "0002", "0002", "0005"]


@pytest.mark.parametrize(("said", "goes_on"), [(head_revision(), True), ("9998", False), (None, False)])
def test_a_newer_database_is_used_if_it_says_so(migrated_url: str, said: str | None, goes_on: bool) -> None:
    with connected(migrated_url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("DELETE FROM hub WHERE name = 'compatible_from'"))
        if said:
            connection.execute(text(f"INSERT INTO hub (name, value) VALUES ('compatible_from', '{said}')"))
    if goes_on:
        assert (migrate(migrated_url).before, migrate(migrated_url).after) == ("9999", "9999")
        return
    for attempt in (lambda: migrate(migrated_url), lambda: check_known(migrated_url, stored(migrated_url))):
        with pytest.raises(StartError, match="at revision 9999, which this version does not know"):
            attempt()


def test_who_is_too_old_for_a_revision_keeps_it_away_while_alive(migrated_postgres: str, versions: Versions) -> None:
    versions({"0015": "", "0016": "0015", "0017": "0016"})
    with alive(migrated_postgres, "0015") as lease:
        assert [(each.version, each.role) for each in joined(migrated_postgres)] == [("0.7.9", "web")]
        check_older(migrated_postgres, "0016")
        with pytest.raises(StartError, match=r"older than 0016, which still run: .*\(version 0\.7\.9\)\. Stop them"):
            check_older(migrated_postgres, "0017")
        assert lease is not None
    check_older(migrated_postgres, "0017")


def test_who_is_too_old_and_silent_loses_its_lease(
    migrated_postgres: str, versions: Versions, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions({"0015": "", "0016": ""})
    monkeypatch.setattr("execution_hub.store.joined.SILENT_SECONDS", 0.5)
    is_gone = threading.Event()
    lease = Lease(migrated_postgres, "a frozen hub", lambda _error: is_gone.set()).acquire()
    lease.join(Membership("b" * 32, Role.WEB, "0.7.9", 0, lambda: 0, lambda: None, "0015"))
    with lease._mutex:
        # It beats no more: as a process that is frozen.
        check_older(migrated_postgres, "0016")
        assert joined(migrated_postgres) == []
        with connected(migrated_postgres) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
            connection.execute(text("DELETE FROM hub WHERE name = 'compatible_from'"))
    assert is_gone.wait(60), "the next beat of the one that thaws finds no lease, and a database that is too new"
    lease.release()

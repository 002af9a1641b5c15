"""`execution-hub migrate`, and what `check` says of processes that have joined."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from execution_hub.errors import SettingsError
from execution_hub.hub.hub import Hub
from execution_hub.store.revisions import head_revision
from tests.support.bare_hub import BareHub
from tests.support.cluster import Cluster
from tests.support.hub import make_settings
from tests.support.terminal import run


def test_an_empty_database_is_migrated_once_with_the_engines(tmp_path: Path, database_url: str) -> None:
    settings = {"HUB_DATA_DIR": str(tmp_path / "data"), "HUB_DATABASE_URL": database_url.replace("+psycopg", "")}
    first = run("migrate", **settings)
    assert first.returncode == 0, first.stderr
    assert f"was empty and is at revision {head_revision()} now." in first.stdout
    told = json.loads(run("migrate", "--json", **settings).stdout)
    assert (told["before"], told["after"]) == (head_revision(), head_revision())
    assert told["engine_before"] == told["engine_after"] > 0


def test_a_hub_that_runs_alone_keeps_its_database_to_itself(tmp_path: Path, make_postgres: Callable[[], str]) -> None:
    settings = {"HUB_DATABASE_URL": make_postgres().replace("+psycopg", "")}
    hub = BareHub(tmp_path / "data", **settings).start()
    try:
        refused = run("migrate", HUB_DATA_DIR=str(tmp_path / "other"), **settings)
        assert refused.returncode == 1
        assert "It runs alone" in refused.stderr
        told = run("check", HUB_DATA_DIR=str(tmp_path / "other"), HUB_ROLE="worker", **settings)
        assert told.returncode == 1
        assert "It runs alone: start it with --role all" in told.stdout
    finally:
        hub.kill()


def test_check_tells_who_has_joined_and_migrate_lets_them_work(new_cluster: Cluster, tmp_path: Path) -> None:
    settings = {"HUB_DATABASE_URL": new_cluster.url.replace("+psycopg", ""), "HUB_DATA_DIR": str(tmp_path / "none")}
    empty = run("check", HUB_ROLE="web", **settings)
    assert "Role web: nobody has joined yet." in empty.stdout
    worker = new_cluster.worker()
    told = run("check", HUB_ROLE="web", **settings)
    assert told.returncode == 0, told.stdout
    assert f":{worker.pid} (worker, " in told.stdout
    alone = run("check", **settings)
    assert alone.returncode == 1
    assert "Join it with --role" in alone.stdout
    assert run("migrate", **settings).returncode == 0


@pytest.mark.parametrize("role", ["web", "worker", "all"])
def test_a_role_on_sqlite_is_told(tmp_path: Path, role: str) -> None:
    done = run("check", HUB_DATA_DIR=str(tmp_path / "data"), HUB_ROLE=role)
    assert done.returncode == 1
    assert f"Database: The role {role} needs PostgreSQL" in done.stdout


async def test_a_server_with_a_role_on_sqlite_says_what_it_needs(tmp_path: Path) -> None:
    """Started by its module, as the units and the containers do, not by the command line."""
    with pytest.raises(SettingsError, match="The role web needs PostgreSQL"):
        await Hub.open(make_settings(tmp_path / "data", HUB_ROLE="web"))

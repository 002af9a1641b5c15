"""`deploy/rollback.sh`: down to an older revision and up again, with nothing lost; or one line why not."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from deploy.database import back_up
from execution_hub.settings import Settings
from execution_hub.store.lock import DataLock
from execution_hub.store.revisions import current_revision, head_revision
from execution_hub.store.urls import app_url
from tests.support.bare_hub import BareHub
from tests.support.hub import make_settings
from tests.support.migrations import content, move
from tests.support.server import ROOT, poll

SCRIPT = ROOT / "deploy" / "rollback.sh"
OLDER = "0003"
TYPES = ("agent_test", "workflow")

MakeHub = Callable[..., BareHub]
Rollback = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Return a data folder that is not there yet."""
    return tmp_path / "data"


@pytest.fixture
def database(data_dir: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """Return what names the database: nothing, unless the test is run on PostgreSQL."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return {}
    return {"HUB_DATABASE_URL": request.getfixturevalue("postgres_url").replace("+psycopg", "")}


@pytest.fixture
def hub(data_dir: Path, database: dict[str, str]) -> Iterator[BareHub]:
    """Yield a hub, not started."""
    hub = BareHub(data_dir, **database)
    yield hub
    hub.kill()


@pytest.fixture
def rollback(tmp_path: Path, data_dir: Path, database: dict[str, str]) -> Rollback:
    """Return what runs the script with the settings in a file, as a systemd unit has them."""
    settings = {"HUB_DATA_DIR": str(data_dir), **database}
    env_file = tmp_path / "hub.env"
    env_file.write_text("# the hub's\n\n" + "".join(f"{name}={value}\n" for name, value in settings.items()))

    def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        own = {"HUB_ENV_FILE": str(env_file), "HUB_PYTHON": sys.executable, "HUB_STOP_SECONDS": "1", **environment}
        # Not from the project's folder: the script finds that by itself.
        return subprocess.run(
            (SCRIPT, *words), cwd=tmp_path, env={**os.environ, **own}, capture_output=True, text=True, timeout=120
        )

    return run


def url_of(data_dir: Path, database: dict[str, str]) -> str:
    """Return the database's URL as SQLAlchemy wants it."""
    url = app_url(make_settings(data_dir, **database))
    return url.render_as_string(hide_password=False)


def use(hub: BareHub) -> list[int]:
    """Start a hub, a test that ends, one that fails and a workflow that waits for a person; return their ids."""
    hub.start()
    quick = [{**step, "input": f"[fast] {step['input']}"} for step in hub.call("workflows.get", object_id=1)["steps"]]
    hub.call("workflows.update", object_id=1, changes={"steps": quick})
    started = [
        hub.call("executions.start", type="agent_test", agent_id=1, input=text)["id"]
        for text in ("[fast] ends", "[fast] [fail]")
    ]
    started.append(hub.call("executions.start", type="workflow", workflow_id=1, input="bees")["id"])
    wanted = ["succeeded", "failed", "waiting"]
    poll(lambda: [hub.call("history.get", execution_id=each)["status"] for each in started] == wanted, 60)
    return started


def seen(hub: BareHub, ids: list[int]) -> list[Any]:
    """Return all that a hub tells of executions: themselves, their steps, their events."""
    calls = ("history.get", "history.steps", "history.events")
    return [hub.call(call, execution_id=each) for each in ids for call in calls]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_down_and_up_again_every_execution_is_still_there(
    tmp_path: Path, data_dir: Path, database: dict[str, str], hub: BareHub, rollback: Rollback
) -> None:
    """Stopped by its PID file, backed up, downgraded; the newer version then finds all as it was, and goes on."""
    url = url_of(data_dir, database)
    ids = use(hub)
    before = seen(hub, ids)
    pid_file = tmp_path / "hub.pid"
    pid_file.write_text(f"{hub.pid}\n")

    done = rollback(OLDER, HUB_PID_FILE=str(pid_file), HUB_STOP_SECONDS="20")
    assert done.returncode == 0, done.stderr
    assert hub.stop() == 0
    assert f"The database is at revision {OLDER}; it was at {head_revision()}." in done.stdout
    assert "systemctl start execution-hub" in done.stdout
    assert current_revision(url) == OLDER
    rows = content(url, "executions")["executions"]
    assert [(int(row["id"]), row["status"]) for row in rows] == [(each["id"], each["status"]) for each in before[::3]]
    (backup,) = (data_dir / "backups").iterdir()
    assert backup.name.endswith(f"-revision-{head_revision()}")
    files = {"hub.dump"} if database else {"hub.sqlite3", "engine.sqlite3"}
    assert {path.name for path in backup.iterdir()} == files
    assert backup.stat().st_mode & 0o077 == 0

    again = rollback(OLDER, HUB_PID_FILE=str(pid_file))
    assert again.returncode == 0, again.stderr
    assert "already" in again.stdout
    assert len(list((data_dir / "backups").iterdir())) == 1

    hub.start()
    assert seen(hub, ids) == before
    hub.call("executions.answer_step", execution_id=ids[-1], name="approval", is_approved=True)
    poll(lambda: hub.call("history.get", execution_id=ids[-1])["status"] == "succeeded", 40)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_the_backup_restored_is_the_hub_of_that_moment(
    tmp_path: Path, data_dir: Path, database: dict[str, str], hub: BareHub, make_postgres: Callable[[], str]
) -> None:
    """Made while the hub works, restored as docs/deploy.md says, it holds what was there and goes on with it."""
    ids = use(hub)
    before = seen(hub, ids)
    command = (sys.executable, "-m", "deploy.database", "backup", tmp_path / "kept")
    settings = {**os.environ, "HUB_DATA_DIR": str(data_dir), **database}
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=True)
    backup = Path(done.stdout.strip())
    hub.call("executions.delete", execution_ids=ids[:2])

    other, restored = tmp_path / "other", {}
    other.mkdir()
    if database:
        restored = {"HUB_DATABASE_URL": make_postgres().replace("+psycopg", "")}
        target = f"--dbname={restored['HUB_DATABASE_URL']}"
        subprocess.run(("pg_restore", "--no-owner", target, backup / "hub.dump"), check=True)
    else:
        for path in backup.iterdir():
            shutil.copy2(path, other)
    second = BareHub(other, **restored).start()
    try:
        assert seen(second, ids) == before
        second.call("executions.answer_step", execution_id=ids[-1], name="approval", is_approved=True)
        poll(lambda: second.call("history.get", execution_id=ids[-1])["status"] == "succeeded", 40)
    finally:
        second.kill()


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line a refusal says."""
    assert done.returncode == 1, done.stdout
    assert not done.stdout
    (line,) = done.stderr.splitlines()
    return line


@pytest.fixture
def filled(data_dir: Path, used_data_dir: Path) -> Path:
    """Return the data folder of a hub that was used and is stopped."""
    shutil.copytree(used_data_dir, data_dir)
    return data_dir


def test_a_hub_that_cannot_be_stopped_is_left_alone(filled: Path, rollback: Rollback) -> None:
    """Its lock on the data is the proof that it still runs."""
    lock = DataLock(filled).acquire()
    try:
        line = refusal(rollback(OLDER, HUB_STOP_COMMAND="true"))
    finally:
        lock.release()
    assert line == (
        f"rollback: A hub still uses {filled}. Stop it, or name it by HUB_UNIT, HUB_PID_FILE or HUB_STOP_COMMAND."
    )
    assert current_revision(f"sqlite:///{filled / 'hub.sqlite3'}") == head_revision()
    assert not (filled / "backups").exists()


@pytest.mark.parametrize(
    ("revision", "said"),
    [("9999", "Revision 9999 is not known here. There are: 0001, 0002, 0003,"), ("003", "is not known"), ("base", "")],
)
def test_an_unknown_revision_stops_nothing(filled: Path, rollback: Rollback, revision: str, said: str) -> None:
    """It is refused before the hub is told to stop; half a name and Alembic's own words are unknown, too."""
    line = refusal(rollback(revision, HUB_STOP_COMMAND=f"touch {filled / 'stopped'}"))
    assert said in line
    assert not (filled / "stopped").exists()


def test_a_database_that_is_older_already_is_refused(data_dir: Path, rollback: Rollback) -> None:
    data_dir.mkdir()
    move(f"sqlite:///{data_dir / 'hub.sqlite3'}", "0002")
    assert "is at revision 0002, which is older than 0003 already" in refusal(rollback(OLDER))


def test_a_disk_that_is_too_full_stops_nothing(filled: Path, rollback: Rollback) -> None:
    """Both files are counted: here the engine's seems to take terabytes."""
    with (filled / "engine.sqlite3").open("r+b") as file:
        file.truncate(2**43)
    line = refusal(rollback(OLDER, HUB_STOP_COMMAND=f"touch {filled / 'stopped'}"))
    assert line.startswith("There is not enough space in ")
    assert not (filled / "stopped").exists()


def test_a_wrong_call_says_how() -> None:
    done = subprocess.run((SCRIPT,), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (2, "Usage: deploy/rollback.sh REVISION\n")


def test_both_files_are_copied_as_they_are_at_one_moment(data_dir: Path, tmp_path: Path) -> None:
    """A number goes up in the hub's file, then in the engine's: in every backup they are one apart at most."""
    data_dir.mkdir()
    settings = Settings(HUB_DATA_DIR=data_dir)
    move(app_url(settings), "head")
    files = [data_dir / "hub.sqlite3", data_dir / "engine.sqlite3"]
    for path in files:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("CREATE TABLE counted AS SELECT 0 AS number, randomblob(4000000) AS ballast")
    is_over = threading.Event()

    def count() -> None:
        with ExitStack() as stack:
            connections = [stack.enter_context(closing(sqlite3.connect(path, timeout=20))) for path in files]
            while not is_over.is_set():
                for connection in connections:
                    with connection:
                        connection.execute("UPDATE counted SET number = number + 1")

    counting = threading.Thread(target=count)
    counting.start()
    try:
        poll(lambda: number_in(files[1]) > 0)
        for _ in range(5):
            backup = back_up(settings, tmp_path / "kept")
            hub, engine = (number_in(backup / path.name) for path in files)
            assert hub > 0
            assert hub - engine in (0, 1)
    finally:
        is_over.set()
        counting.join()


def number_in(path: Path) -> int:
    """Return what has been counted in a file."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT number FROM counted").fetchone()[0])

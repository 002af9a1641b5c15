"""Two hubs, one database: one works, the other says who does, and nothing is written without the lock."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from execution_hub.errors import CANNOT_GO_ON, HubError, StartError, Unavailable
from execution_hub.hub import samples
from execution_hub.hub.hub import Hub
from execution_hub.runners.agent_test import AgentTest
from execution_hub.store import counters
from execution_hub.store.database import Connection, Database
from execution_hub.store.database_lock import KEY, SessionLock, lock_database
from execution_hub.store.migrate import migrate
from tests.support.bare_hub import BareHub
from tests.support.hub import ended, make_settings
from tests.support.server import ROOT, free_port, poll
from tests.support.terminal import run

# The session that has the lock; others may wait for it.
HOLDER = f"SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = {KEY}"
MakeHub = Callable[..., BareHub]


def plain(url: str) -> str:
    """Return a URL as HUB_DATABASE_URL, and libpq, take it."""
    return url.replace("+psycopg", "")


def python(code: str, *words: str) -> "subprocess.Popen[str]":
    """Run some Python in a process of its own."""
    return subprocess.Popen((sys.executable, "-c", code, *words), cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def make_hub(tmp_path: Path) -> Iterator[MakeHub]:
    """Return what makes hubs, each in a data folder of its own unless they are called alike."""
    made: list[BareHub] = []

    def make(url: str, name: str) -> BareHub:
        made.append(BareHub(tmp_path / name, HUB_DATABASE_URL=plain(url)))
        return made[-1]

    yield make
    for each in made:
        each.kill()


@pytest.fixture
def ask(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    """Yield a session of the test's own on the PostgreSQL database."""
    with closing(psycopg.connect(plain(postgres_url), autocommit=True)) as session:
        yield session


def last_line(hub: BareHub) -> str:
    """Return the last line of a hub's log, which must hold no traceback."""
    log = hub.log.read_text()
    assert "Traceback" not in log, log
    return log.splitlines()[-1]


async def test_a_second_hub_is_told_who_has_the_database(database_url: str, tmp_path: Path) -> None:
    """With a data folder of its own too: which process, where, since when, and where it can be opened."""
    first = make_settings(tmp_path / "first", HUB_DATABASE_URL=plain(database_url), HUB_PORT=8123)
    hub = await Hub.open(first)
    try:
        with pytest.raises(StartError) as refused:
            await Hub.open(make_settings(tmp_path / "second", HUB_DATABASE_URL=plain(database_url)))
    finally:
        await hub.close()
    told = refused.value.message
    assert "is in use by another hub: process " in told and "\n" not in told
    for known in (str(os.getpid()), str(tmp_path / "first"), "http://127.0.0.1:8123", "UTC"):
        assert known in told
    again = await Hub.open(make_settings(tmp_path / "second", HUB_DATABASE_URL=plain(database_url)))
    await again.close()


@pytest.mark.parametrize("names", [("data", "data", "data"), ("one", "two", "three")])
def test_of_three_first_boots_at_once_one_comes_up_and_the_others_say_why(
    make_hub: MakeHub, database_url: str, names: tuple[str, ...]
) -> None:
    hubs = [make_hub(database_url, name).begin() for name in names]
    are_open = [hub.opens() for hub in hubs]
    assert sum(are_open) == 1
    for hub, is_open in zip(hubs, are_open, strict=True):
        if not is_open:
            assert hub.wait() == CANNOT_GO_ON
    said = [line for hub in hubs for line in hub.log.read_text().splitlines() if "cannot start" in line]
    assert len(said) >= 2 and all("in use by another hub: process" in line for line in said)
    assert not any("Traceback" in hub.log.read_text() for hub in hubs)
    (one,) = (hub for hub, is_open in zip(hubs, are_open, strict=True) if is_open)
    assert len(one.call("agents.every")) == len(samples.AGENTS)


def test_the_terminal_says_who_has_the_database_instead_of_opening_a_second_hub(
    make_hub: MakeHub, database_url: str, tmp_path: Path
) -> None:
    make_hub(database_url, "first").start()
    own = {"HUB_DATA_DIR": str(tmp_path / "second"), "HUB_PORT": str(free_port())}
    done = run("test", "1", "hello", HUB_DATABASE_URL=plain(database_url), **own)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert str(tmp_path / "first") in line


def test_check_says_who_has_the_database_and_takes_nothing(
    make_hub: MakeHub, database_url: str, tmp_path: Path
) -> None:
    """Another hub's is in the way; its own, while it runs, is not; and nobody's is free."""
    first = make_hub(database_url, "first").start()

    def check(name: str) -> dict[str, Any]:
        own = {"HUB_DATA_DIR": str(tmp_path / name), "HUB_PORT": str(free_port())}
        found = json.loads(run("check", "--json", HUB_DATABASE_URL=plain(database_url), **own).stdout)["findings"]
        return next(each for each in found if each["name"] == "database")

    other = check("second")
    assert not other["is_fine"]
    assert "in use by another hub: process " in other["message"]
    assert str(tmp_path / "first") in other["message"]
    assert not (tmp_path / "second").exists()
    own = check("first")
    assert own["is_fine"]
    assert "in use by another hub: process " in own["message"]
    assert len(first.call("agents.every")) == len(samples.AGENTS)
    first.kill()
    free = poll(lambda: found if (found := check("second"))["is_fine"] else None)
    assert "in use" not in free["message"]


def test_a_migration_by_hand_is_refused_while_a_hub_runs(make_hub: MakeHub, database_url: str) -> None:
    make_hub(database_url, "first").start()
    done = subprocess.run(
        (sys.executable, "-m", "alembic", "downgrade", "-1"),
        cwd=ROOT,
        env={**os.environ, "HUB_DATABASE_URL": plain(database_url)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "in use by another hub" in done.stderr.splitlines()[-1]


def test_after_a_kill_the_next_start_has_the_lock_at_once(make_hub: MakeHub, postgres_url: str) -> None:
    hub = make_hub(postgres_url, "data").start()
    for _ in range(3):
        hub.kill()
        hub.start()
    assert "in use" not in hub.log.read_text()


async def test_a_lost_lock_is_taken_again_before_the_next_write(
    postgres_url: str, ask: psycopg.Connection[Any], tmp_path: Path
) -> None:
    """The session that has it is ended: the write that comes next finds it held by another one."""
    hub = await Hub.open(make_settings(tmp_path / "data", HUB_DATABASE_URL=plain(postgres_url)))
    try:
        for _ in range(2):
            before = ask.execute(HOLDER).fetchall()
            ask.execute("SELECT pg_terminate_backend(%s)", before[0])
            execution = await hub.executions.start(AgentTest(1, "[fast] hello"))
            after = ask.execute(HOLDER).fetchall()
            assert len(after) == 1 and after != before
            assert (await ended(hub, execution.id)).status == "succeeded"
    finally:
        await hub.close()
    assert not ask.execute(HOLDER).fetchall()


def test_a_hub_whose_database_another_has_taken_stops_with_one_line(
    make_hub: MakeHub, postgres_url: str, ask: psycopg.Connection[Any]
) -> None:
    """It has written nothing since, and its exit code says that it did not end well."""
    hub = make_hub(postgres_url, "data").start()
    running = hub.call("executions.start", type="agent_test", agent_id=1, input="[slow] hello")["id"]
    poll(lambda: hub.call("history.get", execution_id=running)["status"] == "running")
    (pid,) = ask.execute(HOLDER).fetchone() or (0,)
    other = another_hub(postgres_url, ask)
    try:
        ask.execute("SELECT pg_terminate_backend(%s)", (pid,))
        assert hub.wait() == CANNOT_GO_ON
        assert "Execution Hub stops: " in last_line(hub) and "process 1 on elsewhere" in last_line(hub)
        assert "lock.retaken" not in hub.log.read_text()
    finally:
        other.kill()
        other.wait()


def another_hub(url: str, ask: psycopg.Connection[Any]) -> "subprocess.Popen[str]":
    """Return what the database takes for another hub, in line for the lock: the server gives it to who waits there."""
    code = (
        "import psycopg, sys, time; c = psycopg.connect(sys.argv[1], autocommit=True); "
        f"c.execute(b'-- process 1 on elsewhere\\nSELECT pg_advisory_lock({KEY})'); time.sleep(60)"
    )
    other = python(code, plain(url))
    poll(lambda: ask.execute(HOLDER.replace("AND granted", "AND NOT granted")).fetchone())
    return other


@pytest.fixture
def lock(postgres_url: str) -> Iterator[SessionLock]:
    """Yield the lock on a migrated PostgreSQL database."""
    migrate(postgres_url)
    found = lock_database(postgres_url, "this test", lambda error: None)
    assert isinstance(found, SessionLock)
    yield found
    found.release()


def test_nothing_is_written_without_the_lock(
    lock: SessionLock, postgres_url: str, ask: psycopg.Connection[Any]
) -> None:
    """Lost in the middle of a transaction, it is not committed; reading goes on."""
    with closing(Database(postgres_url, lock)) as database:

        def lose(connection: Connection) -> None:
            counters.state_fact(connection, "written", "yes")
            (pid,) = ask.execute(HOLDER).fetchone() or (0,)
            ask.execute("SELECT pg_terminate_backend(%s)", (pid,))
            poll(lambda: ask.execute(HOLDER).fetchone() not in (None, (pid,)))

        waiters: list[subprocess.Popen[str]] = []
        try:
            # Before the transaction, which may stand idle for some seconds only.
            waiters.append(another_hub(postgres_url, ask))
            for work in (lose, lambda c: counters.state_fact(c, "written", "yes")):
                with pytest.raises(Unavailable, match="in use by another hub: process 1 on elsewhere"):
                    database.write(work)
            assert database.read(lambda connection: counters.fact(connection, "written")) is None
        finally:
            for each in waiters:
                each.kill()
                each.wait()


def test_who_writes_does_not_wait_for_a_beat_that_waits_for_the_database(lock: SessionLock) -> None:
    with lock._mutex:
        check = threading.Thread(target=lock.check, daemon=True)
        check.start()
        check.join(60)
        assert not check.is_alive()


def test_a_session_of_its_own_that_lingers_is_ended_not_waited_for(
    lock: SessionLock, ask: psycopg.Connection[Any]
) -> None:
    """The network was cut: the server still takes the old session for alive."""
    (old,) = ask.execute(HOLDER).fetchone() or (0,)
    session, lock._session = lock._session, None
    lock.check()
    (new,) = ask.execute(HOLDER).fetchone() or (0,)
    assert old != new
    assert session is not None
    session.close()


def test_who_has_the_lock_cannot_write_lines_or_sequences_of_a_terminal(postgres_url: str) -> None:
    """Whoever may open the database can say who he is; it is one line of bounded length."""
    told = "process\x1b[31m 7\non two\u202elines" + "x" * 5000
    held = lock_database(postgres_url, told, lambda error: None)
    try:
        with pytest.raises(StartError) as refused:
            lock_database(postgres_url, "another", lambda error: None)
    finally:
        held.release()
    assert "process[31m 7on twolines" in refused.value.message
    assert refused.value.message.isprintable() and len(refused.value.message) < 1000


FREEZE = """
import os, signal, sys
from execution_hub.errors import Unavailable
from execution_hub.store import counters
from execution_hub.store.database import Database

def freeze(connection):
    counters.raise_by(connection, counters.CHANGED, 1000)
    print("frozen", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)

try:
    Database(sys.argv[1]).write(freeze)
except Unavailable as error:
    print(error.message, flush=True)
"""


async def test_a_process_frozen_with_the_counter_in_its_hand_stops_nobody_for_long(
    postgres_url: str, tmp_path: Path
) -> None:
    """SIGSTOP in the middle of a transaction: writers go on within seconds, and what it held is undone."""
    hub = await Hub.open(make_settings(tmp_path / "data", HUB_DATABASE_URL=plain(postgres_url)))
    frozen = python(FREEZE, postgres_url)
    try:
        assert frozen.stdout is not None and frozen.stdout.readline() == "frozen\n"
        before = (await hub.ready())["changed"]
        began = time.monotonic()
        execution = await hub.executions.start(AgentTest(1, "[fast] hello"))
        assert time.monotonic() - began < 60
        assert (await ended(hub, execution.id)).status == "succeeded"
        assert (await hub.ready())["changed"] < before + 100
        frozen.send_signal(signal.SIGCONT)
        assert any("Try again in a moment" in line for line in frozen.stdout)
    finally:
        frozen.kill()
        frozen.wait()
        with suppress(HubError):
            await hub.close()


async def test_every_connection_gives_up_in_time(postgres_url: str, tmp_path: Path) -> None:
    """Those of the app, of the engine, and the one of the lock; what the URL sets itself wins."""
    url = f"{plain(postgres_url)}?options=-c%20lock_timeout%3D7s&connect_timeout=3"
    hub = await Hub.open(make_settings(tmp_path / "data", HUB_DATABASE_URL=url))
    names = ("idle_in_transaction_session_timeout", "lock_timeout", "tcp_keepalives_idle", "application_name")

    def show(connection: Any) -> tuple[str, ...]:
        return tuple(str(connection.execute(text(f"SHOW {name}")).scalar()) for name in names)

    try:
        engine: Any = hub._engine
        with engine._database.connect() as connection:
            of_engine = show(connection)
        assert of_engine == await hub._database.aread(show) == ("5s", "7s", "5", "execution-hub")
        with closing(psycopg.connect(plain(postgres_url))) as session:
            found = session.execute(
                "SELECT DISTINCT application_name FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            ).fetchall()
        assert found == [("execution-hub",)]
    finally:
        await hub.close()

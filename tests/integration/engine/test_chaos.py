"""Short runs of what `make chaos` does at length."""

import os
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.chaos import kills, postgres_restart
from tests.support import messages_replies as replies
from tests.support.bare_hub import BareHub
from tests.support.messages_server import MessagesServer
from tests.support.server import poll


def test_a_busy_hub_survives_kills(tmp_path: Path, messages_server: MessagesServer, database_url: str) -> None:
    """Every execution ends once, none that had ended is touched, no call is made for one that had."""
    report = kills.run(tmp_path, messages_server, database_url, kills=5, count=40)
    assert report.is_clean, report


def test_postgresql_restarted_under_load_loses_nothing(tmp_path: Path, messages_server: MessagesServer) -> None:
    """The database goes away for two seconds while executions stream: every one ends, its words whole."""
    report = postgres_restart.run(tmp_path, messages_server, restarts=1, count=12)
    assert report.is_clean, report


@pytest.fixture
def bare_hub(tmp_path: Path, messages_server: MessagesServer) -> BareHub:
    """Return a hub on SQLite, not started, whose Claude is the local server."""
    provider = {"ANTHROPIC_API_KEY": "test-key-not-secret", "ANTHROPIC_BASE_URL": messages_server.url}
    return BareHub(tmp_path / "data", HUB_MAX_CONCURRENCY="4", **provider)


def start(hub: BareHub, text: str, agent_id: int = 1) -> int:
    return int(hub.call("executions.start", type="agent_test", agent_id=agent_id, input=text)["id"])


def status_of(hub: BareHub, execution_id: int) -> str:
    return str(hub.call("history.get", execution_id=execution_id)["status"])


def test_a_database_locked_for_five_seconds_loses_nothing(bare_hub: BareHub, tmp_path: Path) -> None:
    """What runs meanwhile waits and goes on; every word of it is there."""
    bare_hub.start()
    try:
        ids = [start(bare_hub, f"question {n}") for n in range(4)]
        poll(lambda: all(status_of(bare_hub, each) != "pending" for each in ids))
        other = sqlite3.connect(tmp_path / "data" / "hub.sqlite3", isolation_level=None, timeout=60)
        other.execute("BEGIN IMMEDIATE")
        time.sleep(5)
        other.execute("ROLLBACK")
        other.close()
        poll(lambda: all(status_of(bare_hub, each) == "succeeded" for each in ids), 120)
        for each in ids:
            execution = bare_hub.call("history.get", execution_id=each)
            events = bare_hub.call("history.events", execution_id=each)
            assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
            text = "".join(event["data"]["text"] for event in events if event["kind"] == "text")
            assert text == execution["output"]
    finally:
        bare_hub.kill()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder on a disk of 16 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_is_told_and_loses_nothing(small_disk: Path, messages_server: MessagesServer) -> None:
    """While it is full nothing new is taken, with the reason; when there is space again all ends."""
    messages_server.default = lambda call: replies.default_reply(call, delay=0.05)
    provider = {"ANTHROPIC_API_KEY": "test-key-not-secret", "ANTHROPIC_BASE_URL": messages_server.url}
    hub = BareHub(small_disk / "data", HUB_MAX_CONCURRENCY="4", **provider).start()
    try:
        claude = next(each["id"] for each in hub.call("agents.every") if each["model"] != "simulated")
        ids = [start(hub, f"question {n}", claude) for n in range(6)]
        # As many as may run at once: a busy machine may find the first of them ended.
        poll(lambda: all(status_of(hub, each) != "pending" for each in ids[:4]))
        filler = small_disk / "filler"
        with suppress(OSError), filler.open("wb") as file:
            while True:
                file.write(b"x" * 4096)
                file.flush()
        refused = poll(lambda: _refusal(hub, claude), 30)
        assert "disk is full" in refused
        filler.unlink()
        poll(lambda: all(status_of(hub, each) in ("succeeded", "failed") for each in ids), 90)
        for each in ids:
            execution = hub.call("history.get", execution_id=each)
            assert (execution["status"], execution["output"]) == (
                "succeeded",
                replies.default_text(execution["input"]),
            ), execution
        poll(lambda: status_of(hub, start(hub, "[fast] and on", 1)) in ("pending", "running"))
    finally:
        hub.kill()


def _refusal(hub: BareHub, agent_id: int) -> str:
    try:
        start(hub, "one too many", agent_id)
    except AssertionError as error:
        return str(error)
    return ""


def test_a_provider_that_cuts_every_third_stream_is_asked_again(
    bare_hub: BareHub, messages_server: MessagesServer
) -> None:
    """With retries all succeed; without, each says what happened."""
    calls = iter(range(10_000))
    lock = threading.Lock()

    def reply(call: replies.Call) -> Iterator[replies.Step]:
        with lock:
            number = next(calls)
        return (replies.cut() if number % 3 == 0 else replies.text(["fine"]))(call)

    messages_server.default = reply
    bare_hub.start()
    try:
        claude = next(each["id"] for each in bare_hub.call("agents.every") if each["model"] != "simulated")
        bare_hub.call("agents.update", object_id=claude, changes={"retries": 8})
        ids = [start(bare_hub, f"question {n}", claude) for n in range(9)]
        poll(lambda: all(status_of(bare_hub, each) == "succeeded" for each in ids), 60)
        bare_hub.call("agents.update", object_id=claude, changes={"retries": 0})
        ids = [start(bare_hub, f"again {n}", claude) for n in range(9)]
        poll(lambda: all(status_of(bare_hub, each) in ("succeeded", "failed") for each in ids), 60)
        failed = [bare_hub.call("history.get", execution_id=each) for each in ids]
        failed = [each for each in failed if each["status"] == "failed"]
        assert failed and all(each["error_code"] == "stream_cut" and each["output"] for each in failed)
    finally:
        bare_hub.kill()


@pytest.mark.parametrize("file", ["hub.sqlite3", "engine.sqlite3"])
def test_one_of_the_two_files_restored_from_yesterday(bare_hub: BareHub, tmp_path: Path, file: str) -> None:
    """Nothing old comes back as new, no id is given twice, and what cannot be resumed says so."""
    data = tmp_path / "data"
    bare_hub.start()
    try:
        old = start(bare_hub, "[fast] old")
        poll(lambda: status_of(bare_hub, old) == "succeeded")
        open_then = [start(bare_hub, f"[slow] open yesterday {n}") for n in range(2)]
        poll(lambda: all(status_of(bare_hub, each) == "running" for each in open_then))
        bare_hub.kill()
        for name in ("hub.sqlite3", "engine.sqlite3"):
            shutil.copy(data / name, tmp_path / f"yesterday-{name}")
            for end in ("-wal", "-shm"):
                if (data / f"{name}{end}").exists():
                    shutil.copy(data / f"{name}{end}", tmp_path / f"yesterday-{name}{end}")
        bare_hub.start()
        for each in open_then:
            bare_hub.call("executions.cancel", execution_id=each)
        poll(lambda: all(status_of(bare_hub, each) == "cancelled" for each in open_then))
        today = [start(bare_hub, f"[fast] today {n}") for n in range(3)]
        poll(lambda: all(status_of(bare_hub, each) == "succeeded" for each in today))
        bare_hub.kill()
        for end in ("", "-wal", "-shm"):
            (data / f"{file}{end}").unlink(missing_ok=True)
            if (tmp_path / f"yesterday-{file}{end}").exists():
                shutil.copy(tmp_path / f"yesterday-{file}{end}", data / f"{file}{end}")
        bare_hub.start()
        new = start(bare_hub, "[fast] new")
        assert new > max(today)
        poll(lambda: status_of(bare_hub, new) == "succeeded")
        assert bare_hub.call("history.get", execution_id=new)["input"] == "[fast] new"
        assert status_of(bare_hub, old) == "succeeded"
        if file == "engine.sqlite3":
            # The history is today's: nothing that had ended begins again.
            assert [status_of(bare_hub, each) for each in open_then] == ["cancelled"] * 2
            assert [status_of(bare_hub, each) for each in today] == ["succeeded"] * 3
        else:
            # Open in yesterday's history, over according to the engine: it says so instead of running anew.
            poll(lambda: all(status_of(bare_hub, each) == "failed" for each in open_then))
            told = bare_hub.call("history.get", execution_id=open_then[0])
            assert told["error_code"] == "interrupted" and "restored" in told["error"]
    finally:
        bare_hub.kill()

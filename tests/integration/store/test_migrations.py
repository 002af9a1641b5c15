"""Migrations keep every execution, up and down, on SQLite and PostgreSQL."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from alembic import command
from execution_hub.store.revisions import current_revision, head_revision
from tests.support.migrations import (
    TIMES,
    alembic_config,
    connected,
    content,
    copied,
    execution,
    insert,
    killed_midway,
    move,
    revisions,
)
from tests.support.terminal import run_preloaded


def _fill_first_revision(url: str) -> None:
    move(url, "0001")
    with connected(url) as connection:
        insert(connection, "agents", name="Ada", model="simulated", **TIMES)
        insert(connection, "tasks", name="T", **TIMES)
        insert(connection, "workflows", name="Nightly", definition='{"steps":  []}', **TIMES)
        execution(connection, status="succeeded", started_at=TIMES["created_at"], finished_at=TIMES["updated_at"])
        execution(connection, status="failed", error_message="no")
        execution(connection, status="pending")


@copied
def _fill_head(url: str) -> None:
    """Store workflow executions with steps, and agent tests, with events and every column in use; the last ids."""
    _fill_first_revision(url)
    move(url, "head")
    used: dict[str, Any] = {
        "name": "As it was called",
        "model": "007",
        "definition": '{"agent":  {"name": "é"}, "n": 1.50}',
        "error_code": "overloaded",
        "progress_done": 3,
        "progress_total": 9,
        "progress_phase": "writing",
        "input_tokens": 11,
        "output_tokens": 12,
        "cache_write_tokens": 13,
        "cache_read_tokens": 14,
        "cost_usd": 0.1 + 0.2,
        "usage_is_partial": True,
        "attempt": 2,
        "segment": 1,
        "last_seq": 2,
        "changed": 2**40,
        "queue_number": 2**41,
        "timeout_seconds": 1.5,
        "cancel_requested_at": TIMES["created_at"],
        "request_hash": "h" * 64,
        "active_ms": 2**33,
        "resumed_at": TIMES["updated_at"],
        "stop_reason": "max_tokens",
        "is_cut": True,
        "parent_id": 1,
        "agent_version": 3,
        "batch_id": 4,
        "suite_id": 1,
        "mark": "wrong",
        "mark_note": "no\n 世界",
    }
    unknown = dict.fromkeys(("input_tokens", "output_tokens", "cache_write_tokens", "cache_read_tokens"))
    tested = {"execution_type": "agent_test", "agent_id": 1, "test_input": "<b>in</b>\n", "test_output": "out"}
    with connected(url) as connection:
        rows = [
            execution(connection, **used, idempotency_key="w"),
            # A workflow may run without a task: the oldest schema cannot hold this either.
            execution(connection, **used, task_id=None),
            execution(connection, **used, agent_id=7, test_input="é" * 200_000, test_output="w out"),
            execution(connection, **used, **tested, idempotency_key="a"),
            execution(connection, **{**used, **unknown, **tested, "test_output": None}, status="running"),
        ]
        for row in rows[:2]:
            _add_steps(connection, row)
        # Of three clocks one never ran, one stands, one runs for the first time.
        connection.execute(text("UPDATE executions SET active_ms = NULL, resumed_at = NULL WHERE id = 5"))
        connection.execute(text("UPDATE executions SET resumed_at = NULL WHERE id = 6"))
        connection.execute(text("UPDATE executions SET active_ms = NULL WHERE id = 7"))
        for row in rows:
            for seq in (1, 2):
                data = f'{{"text":  "{row} {seq}"}}'
                insert(connection, "events", execution_id=row, seq=seq, attempt=2, kind="text", data=data,
                       created_at=TIMES["created_at"])  # fmt: skip
        connection.execute(text("UPDATE counters SET value = 77 WHERE name = 'changed'"))
        connection.execute(
            text(
                "UPDATE agents SET on_cut = 'fail', version = 3, tools = :tools, max_turns = 3, max_cost_usd = 0.3, "
                "effort = 'low', output_schema = :schema"
            ),
            {"tools": '[{"server":  "hub"}]', "schema": '{"type":  "object"}'},
        )
        insert(connection, "calls", execution_id=4, number=1001, kind="tool", step="a", round=2, status="waiting",
               server="hub", tool="x", arguments='{"a":  1}', blocks='[{"é":  1}]', result="out\n 世界", is_cut=True,
               input_tokens=None, cost_usd=0.1 + 0.2, started_at=TIMES["created_at"], comment="no",
               asked_at=TIMES["created_at"], answered_by="Ada")  # fmt: skip
        insert(connection, "versions", kind="agent", object_id=1, version=2, content='{"name":  "Ada"}',
               created_at=TIMES["created_at"], label="before  é")  # fmt: skip
        insert(connection, "suites", name="Own", agent_id=1, targets='[{"agent_id":  1}]', repeats=3,
               pass_rate=0.5, on_save=True, schedule="0 3 * * *", max_seconds=1.5,
               cases_count=1, cases_digest="d", due='{"type":  "save"}', not_started='{"code":  "é"}', version=2,
               **TIMES)  # fmt: skip
        insert(connection, "suites", name="Made", cases_count=1, **TIMES)
        for suite in (1, 2):
            insert(connection, "cases", suite_id=suite, position=0, name="a case", input="in\n 世界",
                   checks='[{"type":  "is_json"}]', tags='["é"]', golden="out", execution_id=4,
                   variables='{"a":  "é"}', min_score=0.5)  # fmt: skip
        insert(connection, "results", execution_id=7, number=0, child_id=8, outcome="failed",
               checks='[{"passed":  null}]')  # fmt: skip
        insert(connection, "hub", name="uuid", value="this-hub")


def _add_steps(connection: Connection, execution_id: int) -> None:
    """Store a step with every column in use, and one with as little as a step can have."""
    insert(connection, "steps", execution_id=execution_id, name="a", position=1, type="agent", agent_id=7,
           status="failed", input="in\n 世界", output="'; \\ out", error="no", error_code="overloaded", input_tokens=1,
           output_tokens=2, cache_write_tokens=3, cache_read_tokens=4, cost_usd=0.1 + 0.2, usage_is_partial=True,
           ready_at=TIMES["created_at"], started_at=TIMES["created_at"], finished_at=TIMES["updated_at"], attempt=3,
           meta='{"request_id":  "é"}', round=2)  # fmt: skip
    insert(connection, "rounds", execution_id=execution_id, name="a", round=1, status="succeeded", output="out\n 世界",
           remark="Shorter", ended_at=TIMES["created_at"])  # fmt: skip
    insert(connection, "steps", execution_id=execution_id, name="gate", position=0, type="approval", status="waiting",
           input_tokens=None, is_cut=True, stop_reason="pause_turn")  # fmt: skip


def test_old_executions_survive_the_way_up(database_url: str) -> None:
    """Every value of an execution from before agent tests is still there, and it is a workflow's."""
    _fill_first_revision(database_url)
    before = content(database_url)
    move(database_url, "head")
    after = content(database_url)
    for table in ("agents", "tasks", "workflows"):
        for old, new in zip(before[table], after[table], strict=True):
            assert old.items() <= new.items()
    assert len(after["executions"]) == 3
    for old, new in zip(before["executions"], after["executions"], strict=True):
        assert old.items() <= new.items()
        assert new["execution_type"] == "workflow"
        assert new["name"] == "Nightly"
        assert new["progress_phase"] == ("queued" if new["status"] == "pending" else "done")
        assert (new["active_ms"], new["resumed_at"]) == (None, None)
    assert after["steps"] == []


def test_down_and_up_again_brings_everything_back(database_url: str) -> None:
    """At each revision every table holds on the way up what it held on the way down, and nothing is left aside.

    So it is after any order of such steps: each of them begins at a content that is known here.
    """
    _fill_head(database_url)
    _, *lower = (each.revision for each in revisions().walk_revisions())
    before = {"head": content(database_url)}
    for revision in lower:
        move(database_url, revision)
        before[revision] = content(database_url)
    for revision in (*reversed(lower[:-1]), "head"):
        move(database_url, revision)
        assert content(database_url) == before[revision], revision


@pytest.mark.parametrize("steps", [["0001", "head"], ["0003", "0001", "0003", "0004", "0002", "head", "0005", "head"]])
def test_several_steps_at_once_bring_everything_back(database_url: str, steps: list[str]) -> None:
    """What is set aside survives ways of any length."""
    _fill_head(database_url)
    before = content(database_url)
    for step in steps:
        move(database_url, step)
    assert content(database_url) == before


def test_what_was_edited_at_an_older_revision_is_a_version_of_its_own(database_url: str) -> None:
    """An agent edited by an older hub does not come back under the number of another content."""
    _fill_head(database_url)
    move(database_url, "0005")
    with connected(database_url) as connection:
        connection.execute(text("UPDATE agents SET name = 'Grace', updated_at = '2026-02-02 03:04:05.000000'"))
    move(database_url, "head")
    (agent,) = content(database_url, "agents")["agents"]
    assert (agent["name"], agent["version"], agent["on_cut"]) == ("Grace", "4", "fail")


def test_a_way_up_rewrites_no_table(database_url: str) -> None:
    """Since revision 5 it leaves executions and steps where they are stored: a million rows would wait."""
    _fill_first_revision(database_url)
    move(database_url, "0005")
    newer = [each.revision for each in revisions().iterate_revisions("head", "0005")]
    for revision in reversed(newer):
        before = _stored_where(database_url)
        move(database_url, revision)
        after = _stored_where(database_url)
        assert {name: after[name] for name in before} == before, revision


def _stored_where(url: str) -> dict[str, Any]:
    """Return where the database keeps each large table: another place means that it was copied."""
    question = (
        "SELECT name, rootpage FROM sqlite_master WHERE name IN ('executions', 'steps', 'calls')"
        if url.startswith("sqlite")
        else "SELECT relname, relfilenode FROM pg_class WHERE relname IN ('executions', 'steps', 'calls')"
    )
    with connected(url) as connection:
        return dict(connection.execute(text(question)).tuples().all())


def test_the_oldest_revision_keeps_what_it_can_hold(database_url: str) -> None:
    """Down at the first revision, workflow executions with a task are in their table, the others set aside."""
    _fill_head(database_url)
    move(database_url, "0001")
    shown = content(database_url)
    assert [row["id"] for row in shown["executions"]] == ["1", "2", "3", "4", "6"]
    assert [row["id"] for row in shown["set_aside_0002_executions"]] == ["5", "7", "8"]
    assert len(shown["set_aside_0003_events"]) == 10
    assert len(shown["set_aside_0004_steps"]) == 4
    assert [row["id"] for row in shown["set_aside_0004_clocks"]] == ["4", "6", "7", "8"]
    assert "execution_type" not in shown["executions"][0]


@pytest.mark.parametrize("lowest", ["0002", "0001"])
def test_ids_are_never_used_again(database_url: str, lowest: str) -> None:
    """A row added at an older revision gets an id above all that were ever given, and survives the way up."""
    _fill_head(database_url)
    with connected(database_url) as connection:
        connection.execute(text("DELETE FROM executions WHERE id = :id"), {"id": execution(connection)})
        highest = execution(connection)
        connection.execute(text("DELETE FROM executions WHERE id = :id"), {"id": highest})
    before = content(database_url)
    move(database_url, lowest)
    with connected(database_url) as connection:
        added = execution(connection, status="failed", error_message="in between")
        deleted = execution(connection)
        connection.execute(text("DELETE FROM executions WHERE id = :id"), {"id": deleted})
    assert added == highest + 1
    move(database_url, "head")
    after = content(database_url)
    (kept,) = [row for row in after["executions"] if row["id"] == str(added)]
    assert kept["error_message"] == "in between"
    assert kept["execution_type"] == "workflow"
    assert [row for row in after["executions"] if row is not kept] == before["executions"]
    assert after["events"] == before["events"]
    with connected(database_url) as connection:
        assert execution(connection) == deleted + 1


def test_ids_of_an_emptied_table_are_never_used_again(database_url: str) -> None:
    """Also where all executions were agent tests, so that the old table is left empty, down and up again."""
    move(database_url, "head")
    with connected(database_url) as connection:
        for _ in range(3):
            highest = execution(connection, execution_type="agent_test", agent_id=1)
        connection.execute(text("DELETE FROM executions WHERE id = :id"), {"id": highest})
    move(database_url, "0001")
    move(database_url, "0002")
    move(database_url, "0001")
    with connected(database_url) as connection:
        assert execution(connection) == highest + 1


def test_ids_somebody_chose_are_not_given_again(database_url: str) -> None:
    """An agent test stored under an id of its own choice is set aside without freeing that id."""
    move(database_url, "head")
    with connected(database_url) as connection:
        execution(connection, id=50, execution_type="agent_test", agent_id=1)
    move(database_url, "0001")
    with connected(database_url) as connection:
        assert execution(connection) == 51


def test_what_was_deleted_at_an_older_revision_stays_deleted(database_url: str) -> None:
    """An execution deleted in between does not come back, nor do its events and steps."""
    _fill_head(database_url)
    move(database_url, "0001")
    with connected(database_url) as connection:
        connection.execute(text("DELETE FROM executions WHERE id = 4"))
    move(database_url, "head")
    after = content(database_url)
    assert "4" not in {row["id"] for row in after["executions"]}
    assert "4" not in {row["execution_id"] for row in after["events"]}
    assert len(after["events"]) == 8
    assert [row["execution_id"] for row in after["steps"]] == ["5", "5"]


def test_down_to_nothing_leaves_nothing(database_url: str) -> None:
    """A downgrade to the base removes every table, and the way up begins anew."""
    _fill_head(database_url)
    command.downgrade(alembic_config(url=database_url), "base")
    assert content(database_url) == {}
    move(database_url, "head")
    assert content(database_url, "executions", "events", "steps") == {"executions": [], "events": [], "steps": []}


@pytest.mark.parametrize("path", [["0002"], ["head"], ["head", "0002"], ["head", "0001", "head"]], ids="-".join)
def test_the_database_refuses(database_url: str, path: list[str]) -> None:
    """The database itself refuses an execution that belongs to the wrong things, however it got to its schema."""
    for step in path:
        move(database_url, step)
    wrong: list[dict[str, Any]] = [
        {"workflow_id": None},
        {"execution_type": "agent_test"},
        {"execution_type": "agent_test", "agent_id": 1, "workflow_id": 1},
        {"execution_type": "agent_test", "agent_id": 1, "task_id": 1},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError, match=r"(?i)check"), connected(database_url) as connection:
            execution(connection, **values)


def test_an_agent_test_needs_no_workflow(database_url: str) -> None:
    """The database takes an agent test without task and workflow, and a workflow's execution without task."""
    move(database_url, "head")
    with connected(database_url) as connection:
        execution(connection, execution_type="agent_test", agent_id=1)
        execution(connection, task_id=None)
    assert len(content(database_url, "executions")["executions"]) == 2


def test_deleting_an_execution_deletes_its_events_and_steps(database_url: str) -> None:
    """The references to executions still work after every rebuild."""
    _fill_head(database_url)
    move(database_url, "0001")
    move(database_url, "head")
    with connected(database_url) as connection:
        connection.execute(text("DELETE FROM executions WHERE id = 4"))
    left = content(database_url, "events", "steps")
    assert {row["execution_id"] for row in left["events"]} == {"5", "6", "7", "8"}
    assert {row["execution_id"] for row in left["steps"]} == {"5"}
    with pytest.raises(IntegrityError), connected(database_url) as connection:
        _add_steps(connection, 4)


def test_a_steps_name_is_its_own_within_its_execution(database_url: str) -> None:
    """The database refuses a second step of the same name, however it got to its schema."""
    _fill_head(database_url)
    move(database_url, "0003")
    move(database_url, "head")
    with pytest.raises(IntegrityError), connected(database_url) as connection:
        _add_steps(connection, 4)


def _fill_0014(url: str) -> None:
    """Store the same below the newest revision whose downgrade ends the transaction on PostgreSQL for its indexes."""
    _fill_head(url)
    move(url, "0014")


@pytest.mark.parametrize(
    ("fill", "direction", "statement", "target"),
    [
        (_fill_first_revision, "upgrade", "CREATE TABLE events", "head"),
        (_fill_first_revision, "upgrade", "UPDATE alembic_version SET version_num='0003'", "head"),
        (_fill_first_revision, "upgrade", "CREATE TABLE steps", "head"),
        (_fill_0014, "downgrade", "DROP TABLE steps", "0003"),
        (_fill_0014, "downgrade", "DROP TABLE events", "0001"),
        (_fill_0014, "downgrade", "DELETE FROM executions", "0001"),
    ],
)
def test_a_killed_migration_leaves_the_database_as_it_was(
    database_url: str, fill: Callable[[str], None], direction: str, statement: str, target: str
) -> None:
    """kill -9 in the middle of a migration changes nothing, and the migration works when tried again."""
    fill(database_url)
    before, revision = content(database_url), current_revision(database_url)
    assert killed_midway(database_url, direction, statement, target) == -9
    assert content(database_url) == before
    assert current_revision(database_url) == revision
    getattr(command, direction)(alembic_config(url=database_url), target)
    assert current_revision(database_url) == (head_revision() if target == "head" else target)


def test_broken_references_stop_the_migration(tmp_path: Path) -> None:
    """On SQLite, where references are off meanwhile, a broken one at the end undoes the migration."""
    url = f"sqlite:///{tmp_path}/hub.sqlite3"
    move(url, "head")
    with create_engine(url, poolclass=NullPool).begin() as connection:
        insert(connection, "events", execution_id=99, seq=1, kind="text", data="{}", created_at=TIMES["created_at"])
        connection.execute(text("CREATE TABLE other (id INTEGER REFERENCES executions (id))"))
        connection.execute(text("INSERT INTO other VALUES (99)"))
    with pytest.raises(CommandError, match="row 1 of other refers to a missing row of executions"):
        move(url, "0002")
    assert current_revision(url) == head_revision()
    assert len(content(url, "events")["events"]) == 1


def test_a_rebuild_takes_no_rows_with_it(tmp_path: Path) -> None:
    """On SQLite, rows that refer to a rebuilt table survive, also where the connection enforces references."""
    url = f"sqlite:///{tmp_path}/hub.sqlite3"
    _fill_first_revision(url)
    with connected(url) as connection:
        connection.execute(text("CREATE TABLE notes (execution_id INTEGER REFERENCES executions ON DELETE CASCADE)"))
        connection.execute(text("INSERT INTO notes VALUES (1), (2)"))
    with create_engine(url, poolclass=NullPool).connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=ON")
        command.upgrade(alembic_config(connection=connection), "head")
        command.downgrade(alembic_config(connection=connection), "0001")
        assert driver.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert len(content(url, "notes")["notes"]) == 2


def test_a_connection_can_be_lent(database_url: str) -> None:
    """Alembic uses the connection it is given, and gives it back as it was."""
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        command.upgrade(alembic_config(connection=connection), "head")
        assert not connection.in_transaction()
        assert inspect(connection).has_table("events")
        with pytest.raises(CommandError, match="must not be in a transaction"):
            command.downgrade(alembic_config(connection=connection), "0001")


def _alembic(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_preloaded("alembic.config:main", *arguments, HUB_DATABASE_URL=url)


def test_the_command_line_migrates_the_hubs_database(database_url: str) -> None:
    """`alembic upgrade` and `downgrade` use HUB_DATABASE_URL, and find nothing to add to the newest schema."""
    for arguments, revision in ((("upgrade", "head"), head_revision()), (("downgrade", "0001"), "0001")):
        done = _alembic(database_url, *arguments)
        assert done.returncode == 0, done.stderr
        assert current_revision(database_url) == revision
    _alembic(database_url, "upgrade", "head")
    checked = _alembic(database_url, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_command_line_names_a_wrong_setting() -> None:
    """A bad HUB_DATABASE_URL is one line, not a traceback."""
    done = _alembic("mysql://somewhere", "upgrade", "head")
    assert done.returncode != 0
    assert "HUB_DATABASE_URL" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr

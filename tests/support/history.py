"""A long history, made by the database itself in one statement for each table: a million rows take a minute or two.

What is rare in it is rare at any size: a hub keeps few executions running or deleted, however many have ended.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.pool import NullPool

# Newest last, one a minute.
SECONDS_APART = 60
AGENTS, WORKFLOWS, TASKS, SUITES = 20, 8, 5, 4
# How many parts the run of a suite has.
PARTS = 4
# An agent of 1 execution in the whole history, and a workflow.
RARE_AGENT, RARE_WORKFLOW = 900, 901
ACTIVE, DELETED = 12, 6

_WORDS = "The quarterly figures rose by four per cent; see the table below. "


@dataclass(frozen=True, slots=True)
class History:
    """How the history is.

    Attributes:
        rows: How many executions.
        output_chars: How long an output is on average, characters.
        seconds_apart: How far apart two executions began.
        active: How many of the newest have not ended.
        deleted: How many before those were deleted.
    """

    rows: int
    output_chars: int = 60
    seconds_apart: float = SECONDS_APART
    active: int = ACTIVE
    deleted: int = DELETED


def fill(url: str, history: History, *, is_analysed: bool = True) -> None:
    """Fill a migrated database with a history that ends now.

    Args:
        url: An SQLAlchemy URL with its driver.
        history: What it is to hold.
        is_analysed: Whether the database then looks at what it holds; PostgreSQL does so by itself before long.
    """
    engine = create_engine(url, poolclass=NullPool)
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.begin() as connection:
        if is_sqlite:
            connection.exec_driver_sql("PRAGMA synchronous=OFF")
        for kind, count in (("agents", AGENTS), ("workflows", WORKFLOWS), ("tasks", TASKS)):
            _objects(connection, kind, count)
        first = connection.execute(text("SELECT coalesce(max(id), 0) FROM executions")).scalar_one()
        connection.execute(text(_executions(is_sqlite=is_sqlite)), _values(history, first))
        connection.execute(text(_EVENTS), {"first": first, "at": "2026-01-01 00:00:00"})
        connection.execute(text(_STEPS), {"first": first})
        # At an older revision there is no such table.
        if inspect(connection).has_table("calls"):
            connection.execute(text(_CALLS), {"first": first})
        if inspect(connection).has_table("suites"):
            _suites(connection, history, first)
        for name, value in (("changed", history.rows), ("queue_number", history.rows)):
            connection.execute(
                text("UPDATE counters SET value = value + :more WHERE name = :name"), {"name": name, "more": value}
            )
        if is_sqlite and is_analysed:
            connection.exec_driver_sql("ANALYZE")
        if not is_sqlite:
            connection.execute(text("SELECT setval('executions_id_seq', max(id)) FROM executions"))
    if not is_sqlite and is_analysed:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # As an autovacuum leaves it: with a visibility map, too.
            connection.exec_driver_sql("VACUUM ANALYZE")
            connection.exec_driver_sql("CHECKPOINT")
    engine.dispose()


def _suites(connection: Connection, history: History, first: int) -> None:
    """Make runs of suites of some executions that have ended, one in a hundred, each with the four after it."""
    _objects(connection, "suites", SUITES)
    values = {"first": first, "last": first + history.rows - history.active - history.deleted - PARTS}
    for statement in (_CASES, _RUNS, _PARTS, _VERDICTS, _RESULTS):
        connection.execute(text(statement), values)


def _objects(connection: Connection, kind: str, count: int) -> None:
    column = {"agents": ", model", "tasks": ", input"}.get(kind, "")
    value = ", 'simulated'" if column else ""
    for number in range(1, count + 1):
        connection.execute(
            text(f"INSERT INTO {kind} (name{column}, created_at, updated_at) VALUES (:name{value}, :at, :at)"),
            {"name": f"{kind[:-1].title()} {number}", "at": "2026-01-01 00:00:00.000000"},
        )


def _values(history: History, first: int) -> dict[str, object]:
    return {
        "rows": history.rows,
        "first": first,
        "apart": history.seconds_apart,
        "words": _WORDS,
        "repeats": max(1, history.output_chars // len(_WORDS)),
        "active": history.active,
        "deleted": history.deleted,
    }


def _executions(*, is_sqlite: bool) -> str:
    """Return the statement that makes the executions; `n` counts from 1, `m` is a number that looks random."""
    if is_sqlite:
        numbers = (
            "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < :rows), "
            "numbered AS (SELECT n, (n * 2654435761 + 97) % 4294967296 / 4096 AS m FROM counted) "
        )
        ago, json, null_time = "strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || ({}) || ' seconds')", "{}", "NULL"
        repeat = "replace(hex(zeroblob(CAST({} AS INTEGER))), '00', :words)"
    else:
        numbers = (
            "WITH numbered AS (SELECT n, (n * 2654435761::bigint + 97) % 4294967296 / 4096 AS m "
            "FROM generate_series(1, CAST(:rows AS bigint)) AS n) "
        )
        ago, json = "(now() AT TIME ZONE 'UTC' - ({}) * interval '1 second')", "CAST({} AS json)"
        null_time, repeat = "CAST(NULL AS timestamp)", "repeat(CAST(:words AS text), CAST({} AS integer))"
    is_test, is_active = "(m % 10 < 6 OR n = :rows / 2)", "(n > :rows - :active)"
    created = ago.format("(CAST(:rows AS integer) - n) * CAST(:apart AS float) + 120")
    finished = ago.format("(CAST(:rows AS integer) - n) * CAST(:apart AS float) + 100 - m % 30")
    return f"""
        INSERT INTO executions (
            id, status, created_at, updated_at, started_at, finished_at, execution_type, agent_id, workflow_id,
            task_id, test_input, test_output, error_message, error_code, name, model, definition, meta,
            progress_done, progress_phase, input_tokens, output_tokens, cost_usd, attempt, last_seq, changed,
            queue_number, active_ms, timeout_seconds, rerun_of_id, deleted_at, idempotency_key
        )
        {numbers}
        SELECT
            n + :first,
            CASE WHEN {is_active} AND (n = :rows OR n = :rows - 3) THEN 'running'
                 WHEN {is_active} AND n > :rows - 3 THEN 'waiting' WHEN {is_active} THEN 'pending'
                 WHEN m % 100 < 4 THEN 'failed' WHEN m % 100 < 6 THEN 'cancelled' ELSE 'succeeded' END,
            {created}, {finished}, {created},
            CASE WHEN {is_active} THEN {null_time} ELSE {finished} END,
            CASE WHEN {is_test} THEN 'agent_test' ELSE 'workflow' END,
            CASE WHEN n = :rows / 2 THEN {RARE_AGENT} WHEN {is_test} THEN 1 + (m / 10) % {AGENTS} END,
            CASE WHEN {is_test} THEN NULL WHEN n % (:rows / 3) = 1 THEN {RARE_WORKFLOW}
                 ELSE 1 + (m / 10) % {WORKFLOWS} END,
            CASE WHEN NOT {is_test} AND m % 3 = 0 THEN 1 + (m / 30) % {TASKS} END,
            'Question ' || n || ': what did the figures of week ' || (m % 52) || ' do?',
            {repeat.format(":repeats * (1 + m % 3) / 2")},
            CASE WHEN m % 100 < 4 THEN 'The model was overloaded three times in a row.' END,
            CASE WHEN m % 100 < 4 THEN 'overloaded' END,
            CASE WHEN {is_test} THEN 'Agent ' ELSE 'Workflow ' END || (1 + (m / 10) % 8),
            'simulated', {json.format("'{}'")}, {json.format("'{}'")},
            m % 400, 'done', m % 900, m % 400, (m % 97) / 10000.0, 1, 3, n, n, 1000 + m % 20000, 600,
            CASE WHEN m % 50 = 0 AND n > 10 THEN n - 9 END,
            CASE WHEN n > :rows - :active - :deleted AND NOT {is_active} THEN {finished} END,
            CASE WHEN m % 20 = 0 THEN 'key-' || (n + :first) END
        FROM numbered
    """


_EVENTS = """
    INSERT INTO events (execution_id, seq, attempt, kind, data, created_at)
    SELECT id, k.seq, 1, 'status', '{"status": "running"}', created_at
    FROM executions CROSS JOIN (SELECT 1 AS seq UNION ALL SELECT 2 UNION ALL SELECT 3) AS k
    WHERE id > :first
"""
_STEPS = """
    INSERT INTO steps (execution_id, name, position, type, status, meta)
    SELECT id, k.name, k.position, 'agent', 'succeeded', '{}'
    FROM executions CROSS JOIN (SELECT 'draft' AS name, 0 AS position UNION ALL SELECT 'check', 1) AS k
    WHERE id > :first AND workflow_id IS NOT NULL
"""
# One agent in five has used a tool; what waits asks whether it may.
_CALLS = """
    INSERT INTO calls (execution_id, number, kind, status, server, tool)
    SELECT id, k.number, k.kind, CASE WHEN status = 'waiting' AND k.number = 2 THEN 'waiting' ELSE 'succeeded' END,
        'hub', 'calculate'
    FROM executions CROSS JOIN (SELECT 1 AS number, 'turn' AS kind UNION ALL SELECT 2, 'tool') AS k
    WHERE id > :first AND (status = 'waiting' OR workflow_id IS NULL AND id % 5 = 0)
"""
_CASES = """
    INSERT INTO cases (suite_id, position, name, input) SELECT id, 0, 'A sum', '1 + 1' FROM suites
    WHERE name LIKE 'Suite %' AND id NOT IN (SELECT suite_id FROM cases)
"""
# The parts of a run follow it.
_IS_RUN = "id > :first AND id <= :last AND (id - :first) % 100 = 50"
_RUNS = f"""
    UPDATE executions SET execution_type = 'suite_run', agent_id = NULL, workflow_id = NULL, task_id = NULL,
        rerun_of_id = NULL, suite_id = 1 + (id - :first) / 100 % {SUITES}
    WHERE {_IS_RUN}
"""
_PARTS = f"""
    UPDATE executions SET parent_id = id - (id - :first) % 100 + 50,
        mark = CASE WHEN (id - :first) % 300 = 51 THEN 'right' END
    WHERE id > :first AND id <= :last + {PARTS} AND (id - :first) % 100 BETWEEN 51 AND 50 + {PARTS}
        AND id - (id - :first) % 100 + 50 <= :last
"""
_VERDICTS = f"""
    INSERT INTO verdicts (execution_id, target, suite_id, agent_id, version, model, passed, failed, errors, total,
        needed)
    SELECT id, 0, suite_id, 1 + id % {AGENTS}, 1, 'simulated', 3, 1, 0, {PARTS}, 1.0
    FROM executions WHERE {_IS_RUN}
"""
_RESULTS = """
    INSERT INTO results (execution_id, number, child_id, outcome, checks)
    SELECT parent_id, id - parent_id - 1, id, 'passed',
        '[{"type": "judge", "passed": true, "reason": "", "weight": 1.0, "execution_id": null}]'
    FROM executions WHERE parent_id IS NOT NULL AND id > :first
"""

"""Event log: what happened in an execution, how far it is, what it used, and where it stands in the queue."""

import sqlalchemy as sa

from alembic import op

revision = "0003"
down_revision = "0002"

# Where a downgrade keeps what revision 0002 cannot hold, until the next upgrade. None of these tables refers to
# executions: the rows they belong to may be set aside further down, and must not take their events with them.
EXECUTIONS_ASIDE = "set_aside_0003_executions"
EVENTS_ASIDE = "set_aside_0003_events"
COUNTERS_ASIDE = "set_aside_0003_counters"
HUB_ASIDE = "set_aside_0003_hub"

EVENT_COLUMNS = "execution_id, seq, attempt, kind, data, created_at"

INDEXES = {
    "ix_executions_changed": ["changed"],
    "ix_executions_status_queue_number": ["status", "queue_number"],
    "ix_executions_created_at_id": ["created_at", "id"],
    "uq_executions_idempotency_key": ["idempotency_key"],
}


def upgrade() -> None:
    """Add the log and the numbers, and bring back those a downgrade has set aside."""
    for column in _new_columns():
        op.add_column("executions", column)
    _create_tables()
    _describe_old_executions()
    if sa.inspect(op.get_bind()).has_table(EXECUTIONS_ASIDE):
        _bring_back()
    else:
        op.execute("INSERT INTO counters (name, value) VALUES ('changed', 0), ('queue_number', 0)")
    for name, columns in INDEXES.items():
        op.create_index(name, "executions", columns, unique=name.startswith("uq_"))


def downgrade() -> None:
    """Set aside the log and the numbers of all executions."""
    _set_aside()
    for name in ("events", "counters", "hub"):
        op.drop_table(name)
    for name in INDEXES:
        op.drop_index(name, "executions")
    with op.batch_alter_table("executions", copy_from=_after()) as batch:
        for column in _new_columns():
            batch.drop_column(column.name)


def _create_tables() -> None:
    op.create_table(
        "events",
        sa.Column("execution_id", sa.Integer(), sa.ForeignKey("executions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "hub",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.String(200), nullable=False),
    )


def _describe_old_executions() -> None:
    """Give executions from before this revision the name they go by today, and an ended one its last phase."""
    op.execute(
        "UPDATE executions SET name = coalesce((SELECT w.name FROM workflows AS w WHERE w.id = workflow_id), '') "
        "WHERE execution_type = 'workflow'"
    )
    op.execute(
        "UPDATE executions SET name = coalesce((SELECT a.name FROM agents AS a WHERE a.id = agent_id), '') "
        "WHERE execution_type = 'agent_test'"
    )
    op.execute("UPDATE executions SET progress_phase = 'done' WHERE status IN ('succeeded', 'failed', 'cancelled')")


def _set_aside() -> None:
    columns = ", ".join(["id", *(column.name for column in _new_columns())])
    op.execute(f"CREATE TABLE {EXECUTIONS_ASIDE} AS SELECT {columns} FROM executions")
    op.execute(f"CREATE TABLE {EVENTS_ASIDE} AS SELECT {EVENT_COLUMNS} FROM events")
    op.execute(f"CREATE TABLE {COUNTERS_ASIDE} AS SELECT name, value FROM counters")
    op.execute(f"CREATE TABLE {HUB_ASIDE} AS SELECT name, value FROM hub")


def _bring_back() -> None:
    """Restore what was set aside, except for executions deleted since."""
    values = ", ".join(f"{column.name} = aside.{column.name}" for column in _new_columns())
    op.execute(f"UPDATE executions SET {values} FROM {EXECUTIONS_ASIDE} AS aside WHERE aside.id = executions.id")
    op.execute(
        f"INSERT INTO events ({EVENT_COLUMNS}) SELECT {EVENT_COLUMNS} FROM {EVENTS_ASIDE} AS aside "
        "WHERE EXISTS (SELECT 1 FROM executions WHERE executions.id = aside.execution_id)"
    )
    op.execute(f"INSERT INTO counters (name, value) SELECT name, value FROM {COUNTERS_ASIDE}")
    op.execute(f"INSERT INTO hub (name, value) SELECT name, value FROM {HUB_ASIDE}")
    for name in (EXECUTIONS_ASIDE, EVENTS_ASIDE, COUNTERS_ASIDE, HUB_ASIDE):
        op.drop_table(name)


def _number(name: str, kind: type[sa.Integer] = sa.Integer) -> sa.Column[object]:
    return sa.Column(name, kind(), nullable=False, server_default="0")


def _new_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("name", sa.String(120), nullable=False, server_default=""),
        sa.Column("model", sa.String(120)),
        sa.Column("definition", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("error_code", sa.String(40)),
        _number("progress_done"),
        sa.Column("progress_total", sa.Integer()),
        sa.Column("progress_phase", sa.String(20), nullable=False, server_default="queued"),
        _number("input_tokens"),
        _number("output_tokens"),
        _number("cache_write_tokens"),
        _number("cache_read_tokens"),
        sa.Column("cost_usd", sa.Float()),
        sa.Column("usage_is_partial", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        _number("attempt"),
        _number("segment"),
        _number("last_seq"),
        _number("changed", sa.BigInteger),
        _number("queue_number", sa.BigInteger),
        sa.Column("timeout_seconds", sa.Float()),
        sa.Column("cancel_requested_at", sa.DateTime()),
        sa.Column("idempotency_key", sa.String(200)),
        sa.Column("request_hash", sa.String(64)),
    ]


def _after() -> sa.Table:
    """Return the table as this revision leaves it: SQLite rebuilds it from here, AUTOINCREMENT and CHECKs included."""
    return sa.Table(
        "executions",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("task_id", sa.Integer()),
        sa.Column("workflow_id", sa.Integer()),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("error_message", sa.String(2000)),
        sa.Column("meta", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("started_at", sa.DateTime()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime()),
        sa.Column("execution_type", sa.String(20), nullable=False, server_default="workflow"),
        sa.Column("agent_id", sa.Integer()),
        sa.Column("test_input", sa.String(5000)),
        sa.Column("test_output", sa.Text()),
        *_new_columns(),
        sa.CheckConstraint(
            "execution_type <> 'workflow' OR workflow_id IS NOT NULL", name="ck_executions_workflow_has_workflow"
        ),
        sa.CheckConstraint(
            "execution_type <> 'agent_test' OR (agent_id IS NOT NULL AND workflow_id IS NULL AND task_id IS NULL)",
            name="ck_executions_agent_test_has_agent",
        ),
        sa.Index("ix_executions_execution_type", "execution_type"),
        sa.Index("ix_executions_agent_id", "agent_id"),
        sqlite_autoincrement=True,
    )

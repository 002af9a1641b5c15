"""Add execution type: an execution is a workflow's, or a test of an agent."""

import sqlalchemy as sa

from alembic import op

revision = "0002"
down_revision = "0001"

# Where a downgrade keeps what revision 0001 cannot hold, until the next upgrade.
ROWS_ASIDE = "set_aside_0002_executions"
COLUMNS_ASIDE = "set_aside_0002_columns"

NEW = "execution_type, agent_id, test_input, test_output"
ALL = f"id, task_id, workflow_id, status, error_message, meta, started_at, created_at, updated_at, finished_at, {NEW}"
DOES_NOT_FIT = "execution_type <> 'workflow' OR task_id IS NULL OR workflow_id IS NULL"

CHECKS = {
    "ck_executions_workflow_has_workflow": "execution_type <> 'workflow' OR workflow_id IS NOT NULL",
    "ck_executions_agent_test_has_agent": (
        "execution_type <> 'agent_test' OR (agent_id IS NOT NULL AND workflow_id IS NULL AND task_id IS NULL)"
    ),
}


def upgrade() -> None:
    """Make room for agent tests and bring back those a downgrade has set aside."""
    with op.batch_alter_table("executions", copy_from=_before(), recreate="auto") as batch:
        batch.alter_column("task_id", existing_type=sa.Integer(), nullable=True)
        batch.alter_column("workflow_id", existing_type=sa.Integer(), nullable=True)
        for column in _new_columns():
            batch.add_column(column)
        for name, condition in CHECKS.items():
            batch.create_check_constraint(name, condition)
    _bring_back()
    op.create_index("ix_executions_execution_type", "executions", ["execution_type"])
    op.create_index("ix_executions_agent_id", "executions", ["agent_id"])


def downgrade() -> None:
    """Set aside agent tests, and whatever else has no task and no workflow."""
    _set_aside()
    op.drop_index("ix_executions_agent_id", "executions")
    op.drop_index("ix_executions_execution_type", "executions")
    with op.batch_alter_table("executions", copy_from=_after()) as batch:
        for name in CHECKS:
            batch.drop_constraint(name, type_="check")
        for column in _new_columns():
            batch.drop_column(column.name)
        batch.alter_column("task_id", existing_type=sa.Integer(), nullable=False)
        batch.alter_column("workflow_id", existing_type=sa.Integer(), nullable=False)


def _set_aside() -> None:
    op.execute(f"CREATE TABLE {ROWS_ASIDE} AS SELECT {ALL} FROM executions WHERE {DOES_NOT_FIT}")
    _keep_postgres_sequence()
    op.execute(f"DELETE FROM executions WHERE {DOES_NOT_FIT}")
    op.execute(
        f"CREATE TABLE {COLUMNS_ASIDE} AS SELECT id, agent_id, test_input, test_output FROM executions "
        "WHERE agent_id IS NOT NULL OR test_input IS NOT NULL OR test_output IS NOT NULL"
    )


def _keep_postgres_sequence() -> None:
    """Raise the sequence over ids that somebody chose himself; SQLite does so by itself."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "SELECT setval('executions_id_seq', highest) FROM (SELECT max(id) AS highest FROM executions) AS ids "
            "WHERE highest >= (SELECT last_value FROM executions_id_seq)"
        )


def _bring_back() -> None:
    if not sa.inspect(op.get_bind()).has_table(ROWS_ASIDE):
        return
    op.execute(f"INSERT INTO executions ({ALL}) SELECT {ALL} FROM {ROWS_ASIDE}")
    op.execute(
        "UPDATE executions SET agent_id = aside.agent_id, test_input = aside.test_input, "
        f"test_output = aside.test_output FROM {COLUMNS_ASIDE} AS aside WHERE aside.id = executions.id"
    )
    op.drop_table(ROWS_ASIDE)
    op.drop_table(COLUMNS_ASIDE)


def _new_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("execution_type", sa.String(20), nullable=False, server_default="workflow"),
        sa.Column("agent_id", sa.Integer()),
        sa.Column("test_input", sa.String(5000)),
        sa.Column("test_output", sa.Text()),
    ]


# SQLite rebuilds the table from these; asking the database instead would lose AUTOINCREMENT.
def _before() -> sa.Table:
    return _executions(is_nullable=False)


def _after() -> sa.Table:
    checks = [sa.CheckConstraint(condition, name=name) for name, condition in CHECKS.items()]
    return _executions(*_new_columns(), *checks, is_nullable=True)


def _executions(*more: sa.schema.SchemaItem, is_nullable: bool) -> sa.Table:
    return sa.Table(
        "executions",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("task_id", sa.Integer(), nullable=is_nullable),
        sa.Column("workflow_id", sa.Integer(), nullable=is_nullable),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("error_message", sa.String(2000)),
        sa.Column("meta", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("started_at", sa.DateTime()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime()),
        *more,
        sqlite_autoincrement=True,
    )

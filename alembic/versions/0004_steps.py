"""Steps: what each step of a workflow did, and a clock that stands while a person is waited for."""

import sqlalchemy as sa

from alembic import op

revision = "0004"
down_revision = "0003"

# Where a downgrade keeps what revision 0003 cannot hold, until the next upgrade.
STEPS_ASIDE = "set_aside_0004_steps"
CLOCKS_ASIDE = "set_aside_0004_clocks"

CLOCK_COLUMNS = ("active_ms", "resumed_at")
STEP_COLUMNS = (
    "execution_id, name, position, type, agent_id, status, input, output, error, error_code, input_tokens, "
    "output_tokens, cache_write_tokens, cache_read_tokens, cost_usd, usage_is_partial, ready_at, started_at, "
    "finished_at, attempt, meta"
)
INDEXES = {"ix_executions_workflow_id": "workflow_id", "ix_executions_task_id": "task_id"}


def upgrade() -> None:
    """Add the steps and the clock, and bring back those a downgrade has set aside."""
    op.add_column("executions", sa.Column("active_ms", sa.BigInteger()))
    op.add_column("executions", sa.Column("resumed_at", sa.DateTime()))
    _create_steps()
    for name, column in INDEXES.items():
        op.create_index(name, "executions", [column])
    if sa.inspect(op.get_bind()).has_table(STEPS_ASIDE):
        _bring_back()


def downgrade() -> None:
    """Set aside the steps and the clocks."""
    op.execute(f"CREATE TABLE {STEPS_ASIDE} AS SELECT {STEP_COLUMNS} FROM steps")
    op.execute(
        f"CREATE TABLE {CLOCKS_ASIDE} AS SELECT id, active_ms, resumed_at FROM executions "
        "WHERE active_ms IS NOT NULL OR resumed_at IS NOT NULL"
    )
    op.drop_table("steps")
    for name in INDEXES:
        op.drop_index(name, "executions")
    # Plain DROP COLUMN, which SQLite has since 3.35: no CHECK and no index is about these two.
    for name in CLOCK_COLUMNS:
        op.drop_column("executions", name)


def _create_steps() -> None:
    op.create_table(
        "steps",
        sa.Column("execution_id", sa.Integer(), sa.ForeignKey("executions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("agent_id", sa.Integer()),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("input", sa.Text()),
        sa.Column("output", sa.Text()),
        sa.Column("error", sa.String(2000)),
        sa.Column("error_code", sa.String(40)),
        _number("input_tokens"),
        _number("output_tokens"),
        _number("cache_write_tokens"),
        _number("cache_read_tokens"),
        sa.Column("cost_usd", sa.Float()),
        sa.Column("usage_is_partial", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("ready_at", sa.DateTime()),
        sa.Column("started_at", sa.DateTime()),
        sa.Column("finished_at", sa.DateTime()),
        _number("attempt"),
        sa.Column("meta", sa.JSON(), nullable=False, server_default="{}"),
    )
    op.create_index("ix_steps_execution_id_position", "steps", ["execution_id", "position"])


def _bring_back() -> None:
    """Restore what was set aside, except for executions deleted since."""
    op.execute(
        f"INSERT INTO steps ({STEP_COLUMNS}) SELECT {STEP_COLUMNS} FROM {STEPS_ASIDE} AS aside "
        "WHERE EXISTS (SELECT 1 FROM executions WHERE executions.id = aside.execution_id)"
    )
    op.execute(
        "UPDATE executions SET active_ms = aside.active_ms, resumed_at = aside.resumed_at "
        f"FROM {CLOCKS_ASIDE} AS aside WHERE aside.id = executions.id"
    )
    for name in (STEPS_ASIDE, CLOCKS_ASIDE):
        op.drop_table(name)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")

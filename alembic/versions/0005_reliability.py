"""Reliability: limits of an agent, reruns linked to what they repeat, and deletions that can be undone."""

import sqlalchemy as sa

from alembic import op

revision = "0005"
down_revision = "0004"

# Where a downgrade keeps what revision 0004 cannot hold, until the next upgrade.
AGENTS_ASIDE = "set_aside_0005_agents"
EXECUTIONS_ASIDE = "set_aside_0005_executions"

AGENT_COLUMNS = ("timeout_seconds", "retries")
EXECUTION_COLUMNS = ("rerun_of_id", "deleted_at", "pauses")
INDEXES = {"ix_executions_rerun_of_id": "rerun_of_id", "ix_executions_deleted_at": "deleted_at"}


def upgrade() -> None:
    """Add the columns, and bring back what a downgrade has set aside."""
    op.add_column("agents", sa.Column("timeout_seconds", sa.Float()))
    op.add_column("agents", sa.Column("retries", sa.Integer(), nullable=False, server_default="2"))
    op.add_column("executions", sa.Column("rerun_of_id", sa.Integer()))
    op.add_column("executions", sa.Column("deleted_at", sa.DateTime()))
    op.add_column("executions", sa.Column("pauses", sa.Integer(), nullable=False, server_default="0"))
    for name, column in INDEXES.items():
        op.create_index(name, "executions", [column])
    if sa.inspect(op.get_bind()).has_table(AGENTS_ASIDE):
        _bring_back("agents", AGENTS_ASIDE, AGENT_COLUMNS)
        _bring_back("executions", EXECUTIONS_ASIDE, EXECUTION_COLUMNS)


def downgrade() -> None:
    """Set the columns aside."""
    _set_aside("agents", AGENTS_ASIDE, AGENT_COLUMNS)
    _set_aside("executions", EXECUTIONS_ASIDE, EXECUTION_COLUMNS)
    for name in INDEXES:
        op.drop_index(name, "executions")
    for table, columns in (("agents", AGENT_COLUMNS), ("executions", EXECUTION_COLUMNS)):
        for column in columns:
            op.drop_column(table, column)


def _set_aside(table: str, aside: str, columns: tuple[str, ...]) -> None:
    op.execute(f"CREATE TABLE {aside} AS SELECT id, {', '.join(columns)} FROM {table}")


def _bring_back(table: str, aside: str, columns: tuple[str, ...]) -> None:
    values = ", ".join(f"{column} = aside.{column}" for column in columns)
    op.execute(f"UPDATE {table} SET {values} FROM {aside} AS aside WHERE aside.id = {table}.id")
    op.drop_table(aside)

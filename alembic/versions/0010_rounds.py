"""Rounds: a step that was sent back with a remark begins another, and what it made before is kept.

No table is written anew: the new column has a constant default.
"""

import sqlalchemy as sa

from alembic import op

revision = "0010"
down_revision = "0009"

ROUND_COLUMNS = "execution_id, name, round, status, output, remark, ended_at"
# Where a downgrade keeps what revision 0009 cannot hold, until the next upgrade.
ASIDE = "set_aside_0010_steps"
ROUNDS_ASIDE = "set_aside_0010_rounds"


def upgrade() -> None:
    """Add the column and the table, and bring back what a downgrade has set aside."""
    op.add_column("steps", sa.Column("round", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "rounds",
        sa.Column("execution_id", sa.Integer(), sa.ForeignKey("executions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("round", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("output", sa.Text()),
        sa.Column("remark", sa.Text(), nullable=False, server_default=""),
        sa.Column("ended_at", sa.DateTime(), nullable=False),
    )
    if sa.inspect(op.get_bind()).has_table(ASIDE):
        _bring_back()


def downgrade() -> None:
    """Set the rounds aside."""
    op.execute(f"CREATE TABLE {ASIDE} AS SELECT execution_id, name, round FROM steps WHERE round > 1")
    op.execute(f"CREATE TABLE {ROUNDS_ASIDE} AS SELECT {ROUND_COLUMNS} FROM rounds")
    op.drop_table("rounds")
    op.drop_column("steps", "round")


def _bring_back() -> None:
    """Restore what was set aside, except for what was deleted since."""
    op.execute(
        f"UPDATE steps SET round = aside.round FROM {ASIDE} AS aside "
        "WHERE aside.execution_id = steps.execution_id AND aside.name = steps.name"
    )
    op.execute(
        f"INSERT INTO rounds ({ROUND_COLUMNS}) SELECT {ROUND_COLUMNS} FROM {ROUNDS_ASIDE} AS aside WHERE EXISTS "
        "(SELECT 1 FROM steps WHERE steps.execution_id = aside.execution_id AND steps.name = aside.name)"
    )
    for name in (ASIDE, ROUNDS_ASIDE):
        op.drop_table(name)

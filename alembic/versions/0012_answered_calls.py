"""Answered calls: since when a call has waited for a person, and who answered it.

No table is written anew: the new columns have constant defaults.
"""

import sqlalchemy as sa

from alembic import op

revision = "0012"
down_revision = "0011"

# Where a downgrade keeps what revision 0011 cannot hold, until the next upgrade.
ASIDE = "set_aside_0012_calls"


def upgrade() -> None:
    """Add the columns, and bring back what a downgrade has set aside."""
    op.add_column("calls", sa.Column("asked_at", sa.DateTime()))
    op.add_column("calls", sa.Column("answered_by", sa.String(120), nullable=False, server_default=""))
    if sa.inspect(op.get_bind()).has_table(ASIDE):
        op.execute(
            f"UPDATE calls SET asked_at = aside.asked_at, answered_by = aside.answered_by FROM {ASIDE} AS aside "
            "WHERE aside.execution_id = calls.execution_id AND aside.number = calls.number"
        )
        op.drop_table(ASIDE)


def downgrade() -> None:
    """Set what was asked and answered aside."""
    op.execute(
        f"CREATE TABLE {ASIDE} AS SELECT execution_id, number, asked_at, answered_by FROM calls "
        "WHERE asked_at IS NOT NULL OR answered_by <> ''"
    )
    op.drop_column("calls", "asked_at")
    op.drop_column("calls", "answered_by")

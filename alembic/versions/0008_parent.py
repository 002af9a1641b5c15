"""Parent: an execution that another one started as a part of itself.

The table is not written anew: the column is empty, and its index holds only rows that have a parent.
"""

import sqlalchemy as sa

from alembic import op

revision = "0008"
down_revision = "0007"

INDEX = "ix_executions_parent"
HAS_PARENT = "parent_id IS NOT NULL"
# Where a downgrade keeps what revision 0007 cannot hold, until the next upgrade.
ASIDE = "set_aside_0008_parents"


def upgrade() -> None:
    """Add the column, and bring back what a downgrade has set aside."""
    op.add_column("executions", sa.Column("parent_id", sa.Integer()))
    if sa.inspect(op.get_bind()).has_table(ASIDE):
        op.execute(
            f"UPDATE executions SET parent_id = aside.parent_id FROM {ASIDE} AS aside WHERE aside.id = executions.id"
        )
        op.drop_table(ASIDE)
    where = sa.text(HAS_PARENT)
    op.create_index(INDEX, "executions", ["parent_id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Set the column aside."""
    op.execute(f"CREATE TABLE {ASIDE} AS SELECT id, parent_id FROM executions WHERE {HAS_PARENT}")
    op.drop_index(INDEX, "executions")
    op.drop_column("executions", "parent_id")

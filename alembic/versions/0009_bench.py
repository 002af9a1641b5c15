"""Bench: which version of an agent ran, the cases of an agent, runs that belong together, names of versions.

The table of executions is not written anew: its columns are empty, and their indexes hold only rows of a batch.
"""

import sqlalchemy as sa

from alembic import op

revision = "0009"
down_revision = "0008"

INDEX = "ix_executions_batch"
AGENT_INDEX = "ix_executions_agent_batch"
HAS_BATCH = "batch_id IS NOT NULL"
COLUMNS = ("agent_version", "batch_id")
CASE_COLUMNS = "agent_id, position, name, input"
# Where a downgrade keeps what revision 0008 cannot hold, until the next upgrade.
ASIDE = "set_aside_0009_executions"
CASES_ASIDE = "set_aside_0009_cases"
LABELS_ASIDE = "set_aside_0009_labels"


def upgrade() -> None:
    """Add the columns and the cases, and bring back what a downgrade has set aside."""
    if op.get_bind().dialect.name == "postgresql":
        # What revision 0008 holds of executions is let go: the cases may wait for whoever changes an agent just then.
        with op.get_context().autocommit_block():
            pass
    op.add_column("versions", sa.Column("label", sa.String(60), nullable=False, server_default=""))
    op.create_table(
        "agent_cases",
        sa.Column("agent_id", sa.Integer(), sa.ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("input", sa.Text(), nullable=False),
    )
    # Last: nobody writes executions while this transaction waits for the others.
    for name in COLUMNS:
        op.add_column("executions", sa.Column(name, sa.Integer()))
    if sa.inspect(op.get_bind()).has_table(ASIDE):
        _bring_back()
    where = sa.text(HAS_BATCH)
    op.create_index(INDEX, "executions", ["batch_id", "created_at", "id"], sqlite_where=where, postgresql_where=where)
    op.create_index(AGENT_INDEX, "executions", ["agent_id", "batch_id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Set the columns, the cases and the labels aside."""
    op.execute(
        f"CREATE TABLE {ASIDE} AS SELECT id, agent_version, batch_id FROM executions "
        f"WHERE agent_version IS NOT NULL OR {HAS_BATCH}"
    )
    op.execute(f"CREATE TABLE {CASES_ASIDE} AS SELECT {CASE_COLUMNS} FROM agent_cases")
    op.execute(f"CREATE TABLE {LABELS_ASIDE} AS SELECT kind, object_id, version, label FROM versions WHERE label <> ''")
    for name in (AGENT_INDEX, INDEX):
        op.drop_index(name, "executions")
    op.drop_table("agent_cases")
    op.drop_column("versions", "label")
    for name in COLUMNS:
        op.drop_column("executions", name)


def _bring_back() -> None:
    """Restore what was set aside, except for what was deleted since."""
    op.execute(
        "UPDATE executions SET agent_version = aside.agent_version, batch_id = aside.batch_id "
        f"FROM {ASIDE} AS aside WHERE aside.id = executions.id"
    )
    op.execute(
        f"INSERT INTO agent_cases ({CASE_COLUMNS}) SELECT {CASE_COLUMNS} FROM {CASES_ASIDE} AS aside "
        "WHERE EXISTS (SELECT 1 FROM agents WHERE agents.id = aside.agent_id)"
    )
    op.execute(
        f"UPDATE versions SET label = aside.label FROM {LABELS_ASIDE} AS aside WHERE aside.kind = versions.kind "
        "AND aside.object_id = versions.object_id AND aside.version = versions.version"
    )
    for name in (ASIDE, CASES_ASIDE, LABELS_ASIDE):
        op.drop_table(name)

"""Workers: the processes that have joined the hub, a row for each while it renews its lease; what they share.

That is the rate limits of the providers of models. And of executions, how often their process has died under them.
"""

import sqlalchemy as sa

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the tables and the column."""
    op.add_column("executions", sa.Column("crashes", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "workers",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("revision", sa.String(32), nullable=False),
        sa.Column("status", sa.String(10), nullable=False, server_default="running"),
        sa.Column("running", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("beat", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("last_beat_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "worker_tools",
        sa.Column("worker_id", sa.String(32), sa.ForeignKey("workers.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("servers", sa.JSON(), nullable=False),
    )
    op.create_table(
        "providers",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("fingerprint", sa.String(32), primary_key=True),
        sa.Column("requests", sa.BigInteger()),
        sa.Column("requests_at", sa.Float(), nullable=False, server_default="0"),
        sa.Column("tokens_at", sa.Float(), nullable=False, server_default="0"),
        sa.Column("blocked_until", sa.Float(), nullable=False, server_default="0"),
        sa.Column("waiting", sa.JSON(), nullable=False, server_default="{}"),
    )


def downgrade() -> None:
    """Drop them: no process is alive meanwhile, and crashes are counted from the start again."""
    op.drop_column("executions", "crashes")
    op.drop_table("providers")
    op.drop_table("worker_tools")
    op.drop_table("workers")

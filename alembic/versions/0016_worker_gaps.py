"""Workers: since when each has beaten without a gap, what it says of the providers' limits, and whether it is to stop.

Older processes go on beside newer ones: they know none of the columns, and all of them have defaults.
"""

import sqlalchemy as sa

from alembic import op

revision = "0016"
down_revision = "0015"
compatible_from = "0015"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("workers", sa.Column("beating_since", sa.DateTime()))
    op.add_column("workers", sa.Column("provider_limits", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("workers", sa.Column("is_stopping", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Drop them: they say something of living processes alone."""
    for name in ("is_stopping", "provider_limits", "beating_since"):
        op.drop_column("workers", name)

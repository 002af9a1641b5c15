"""${message}."""

import sqlalchemy as sa

from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision).replace("'", '"')}
down_revision = ${repr(down_revision).replace("'", '"')}


def upgrade() -> None:
    """Say what this brings."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Say what becomes of the data the older schema cannot hold."""
    ${downgrades if downgrades else "pass"}

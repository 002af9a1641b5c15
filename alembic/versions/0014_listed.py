"""Lists show what people started, not the parts of it: their indexes hold only executions without a parent.

Built and dropped as in revision 0007. No table is written anew.
"""

import time
from collections.abc import Iterator

import sqlalchemy as sa
import structlog

from alembic import op

revision = "0014"
down_revision = "0013"

logger = structlog.get_logger(__name__)

TOLD_ROWS = 20_000
IS_LISTED = "parent_id IS NULL"
LISTED = ["status", "created_at", "id"]
# Name: columns, and of which rows.
Indexes = dict[str, tuple[list[str], str | None]]
NEW: Indexes = {
    "ix_executions_listed": (["created_at", "id"], IS_LISTED),
    "ix_executions_listed_by_status": (LISTED, IS_LISTED),
    "ix_executions_listed_by_type": (["execution_type", *LISTED], IS_LISTED),
    "ix_executions_listed_by_agent": (["agent_id", *LISTED], f"agent_id IS NOT NULL AND {IS_LISTED}"),
    "ix_executions_listed_by_workflow": (["workflow_id", *LISTED], f"workflow_id IS NOT NULL AND {IS_LISTED}"),
    "ix_executions_listed_by_task": (["task_id", *LISTED], f"task_id IS NOT NULL AND {IS_LISTED}"),
    "ix_executions_listed_no_test": (
        ["agent_id", "created_at", "id"],
        f"agent_id IS NOT NULL AND execution_type <> 'agent_test' AND {IS_LISTED}",
    ),
}
OLD: Indexes = {
    "ix_executions_by_status": (LISTED, None),
    "ix_executions_by_type": (["execution_type", *LISTED], None),
    "ix_executions_by_agent": (["agent_id", *LISTED], "agent_id IS NOT NULL"),
    "ix_executions_by_workflow": (["workflow_id", *LISTED], "workflow_id IS NOT NULL"),
    "ix_executions_by_task": (["task_id", *LISTED], "task_id IS NOT NULL"),
    "ix_executions_no_test": (
        ["agent_id", "created_at", "id"],
        "agent_id IS NOT NULL AND execution_type <> 'agent_test'",
    ),
}


def upgrade() -> None:
    """Build the new indexes, then drop those they supersede."""
    _swap(NEW, list(OLD))


def downgrade() -> None:
    """Build the old indexes again."""
    _swap(OLD, list(NEW))


def _swap(new: Indexes, old: list[str]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        # Commits what came before it: see alembic/env.py.
        with op.get_context().autocommit_block():
            _swap_on_postgresql(new, old)
        return
    for name, (columns, where) in _told(new):
        op.create_index(name, "executions", columns, sqlite_where=None if where is None else sa.text(where))
    for name in old:
        op.drop_index(name, "executions")


def _swap_on_postgresql(new: Indexes, old: list[str]) -> None:
    found = dict(op.get_bind().execute(_VALIDITY).tuples().all())
    missing = {name: what for name, what in new.items() if not found.get(name)}
    for name, (columns, where) in _told(missing):
        if name in found:
            # What an interrupted build leaves: kept up to date, and never used.
            op.execute(f"DROP INDEX CONCURRENTLY {name}")
        rows = "" if where is None else f" WHERE {where}"
        op.execute(f"CREATE INDEX CONCURRENTLY {name} ON executions ({', '.join(columns)}){rows}")
    for name in old:
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
    # The planner knows nothing of an index nobody has looked at yet.
    op.execute("ANALYZE executions")


_VALIDITY = sa.text(
    "SELECT c.relname, i.indisvalid FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid "
    "WHERE i.indrelid = 'executions'::regclass"
)


def _told(indexes: Indexes) -> Iterator[tuple[str, tuple[list[str], str | None]]]:
    """Tell how far the work is, where it takes a while: with a million rows, a minute."""
    rows = op.get_bind().execute(sa.text("SELECT max(id) FROM executions")).scalar() or 0
    for number, (name, what) in enumerate(indexes.items(), 1):
        began = time.monotonic()
        if rows >= TOLD_ROWS:
            logger.info("migration.index", index=name, number=number, of=len(indexes))
        yield name, what
        if rows >= TOLD_ROWS:
            logger.info("migration.index_built", index=name, seconds=round(time.monotonic() - began, 1))

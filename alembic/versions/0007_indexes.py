"""Indexes that match the questions asked, so that no list and no periodic query reads more as the history grows.

On PostgreSQL they are built without holding up writers, which cannot be undone as one: what an interruption leaves is
found and finished by the next upgrade. On SQLite it is one transaction. No table is written anew.
"""

import time
from collections.abc import Iterator

import sqlalchemy as sa
import structlog

from alembic import op

revision = "0007"
down_revision = "0006"

logger = structlog.get_logger(__name__)

TOLD_ROWS = 20_000
LISTED = ["status", "created_at", "id"]
# Name: columns, and of which rows.
NEW: dict[str, tuple[list[str], str | None]] = {
    "ix_executions_by_status": (LISTED, None),
    "ix_executions_by_type": (["execution_type", *LISTED], None),
    "ix_executions_by_agent": (["agent_id", *LISTED], "agent_id IS NOT NULL"),
    "ix_executions_by_workflow": (["workflow_id", *LISTED], "workflow_id IS NOT NULL"),
    "ix_executions_by_task": (["task_id", *LISTED], "task_id IS NOT NULL"),
    "ix_executions_no_test": (
        ["agent_id", "created_at", "id"],
        "agent_id IS NOT NULL AND execution_type <> 'agent_test'",
    ),
    "ix_executions_active": (["queue_number"], "status IN ('pending', 'running', 'waiting')"),
    "ix_executions_deleted": (["deleted_at"], "deleted_at IS NOT NULL"),
    "ix_executions_rerun_of": (["rerun_of_id"], "rerun_of_id IS NOT NULL"),
}
# Each index costs something at every write: those that the new ones make needless go.
OLD = {
    "ix_executions_execution_type": ["execution_type"],
    "ix_executions_agent_id": ["agent_id"],
    "ix_executions_workflow_id": ["workflow_id"],
    "ix_executions_task_id": ["task_id"],
    "ix_executions_rerun_of_id": ["rerun_of_id"],
    "ix_executions_deleted_at": ["deleted_at"],
    "ix_executions_status_queue_number": ["status", "queue_number"],
}


def upgrade() -> None:
    """Build the new indexes, then drop those they supersede."""
    if op.get_bind().dialect.name == "postgresql":
        # Commits what came before it: see alembic/env.py.
        with op.get_context().autocommit_block():
            _upgrade_postgresql()
        return
    for name, (columns, where) in _told(NEW):
        op.create_index(name, "executions", columns, sqlite_where=None if where is None else sa.text(where))
    for name in OLD:
        op.drop_index(name, "executions")


def downgrade() -> None:
    """Build the old indexes again."""
    for name, columns in OLD.items():
        op.create_index(name, "executions", columns)
    for name in NEW:
        op.drop_index(name, "executions")


def _upgrade_postgresql() -> None:
    found = dict(op.get_bind().execute(_VALIDITY).tuples().all())
    missing = {name: what for name, what in NEW.items() if not found.get(name)}
    for name, (columns, where) in _told(missing):
        if name in found:
            # What an interrupted build leaves: kept up to date, and never used.
            op.execute(f"DROP INDEX CONCURRENTLY {name}")
        rows = "" if where is None else f" WHERE {where}"
        op.execute(f"CREATE INDEX CONCURRENTLY {name} ON executions ({', '.join(columns)}){rows}")
    for name in OLD:
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
    # The planner knows nothing of a table nobody has looked at yet.
    op.execute("ANALYZE executions")


_VALIDITY = sa.text(
    "SELECT c.relname, i.indisvalid FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid "
    "WHERE i.indrelid = 'executions'::regclass"
)


def _told(indexes: dict[str, tuple[list[str], str | None]]) -> Iterator[tuple[str, tuple[list[str], str | None]]]:
    """Tell how far the work is, where it takes a while: with a million rows, a minute."""
    rows = op.get_bind().execute(sa.text("SELECT max(id) FROM executions")).scalar() or 0
    for number, (name, what) in enumerate(indexes.items(), 1):
        began = time.monotonic()
        if rows >= TOLD_ROWS:
            logger.info("migration.index", index=name, number=number, of=len(indexes))
        yield name, what
        if rows >= TOLD_ROWS:
            logger.info("migration.index_built", index=name, seconds=round(time.monotonic() - began, 1))

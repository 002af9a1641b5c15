"""Before agent tests: every execution belongs to a workflow and a task."""

import sqlalchemy as sa

from alembic import op

revision = "0001"
down_revision = None


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _times() -> tuple[sa.Column[object], sa.Column[object]]:
    return (
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def upgrade() -> None:
    """Make agents, tasks, workflows and executions; on SQLite, too, an id is never used again."""
    op.create_table(
        "agents",
        _id(),
        sa.Column("name", sa.String(120), nullable=False),
        _text("description"),
        sa.Column("model", sa.String(120), nullable=False),
        _text("system_prompt"),
        sa.Column("max_tokens", sa.Integer(), nullable=False, server_default="4096"),
        *_times(),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tasks",
        _id(),
        sa.Column("name", sa.String(120), nullable=False),
        _text("description"),
        _text("input"),
        *_times(),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "workflows",
        _id(),
        sa.Column("name", sa.String(120), nullable=False),
        _text("description"),
        sa.Column("definition", sa.JSON(), nullable=False, server_default="{}"),
        *_times(),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "executions",
        _id(),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("workflow_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("error_message", sa.String(2000)),
        sa.Column("meta", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("started_at", sa.DateTime()),
        *_times(),
        sa.Column("finished_at", sa.DateTime()),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Leave nothing of the hub, nor what later revisions had set aside."""
    names = sa.inspect(op.get_bind()).get_table_names()
    for name in [name for name in names if name.startswith("set_aside_")]:
        op.drop_table(name)
    for name in ("executions", "workflows", "tasks", "agents"):
        op.drop_table(name)

"""Tools: agents that act, and each turn of their models and each call of a tool as a row.

No table is written anew: the new columns have constant defaults.
"""

import sqlalchemy as sa

from alembic import op

revision = "0011"
down_revision = "0010"

AGENT_COLUMNS = (
    "max_turns, max_tool_calls, max_total_tokens, max_cost_usd, tool_timeout_seconds, tool_result_max_chars, tools, "
    "effort, thinking, output_schema"
)
CALL_COLUMNS = (
    "execution_id, number, kind, step, round, status, tool_use_id, server, tool, digest, arguments, asked_arguments, "
    "note, blocks, output, result, result_chars, is_cut, error, stop_reason, input_tokens, output_tokens, "
    "cache_write_tokens, cache_read_tokens, cost_usd, usage_is_partial, meta, comment, is_for_execution, resolved, "
    "attempt, started_at, finished_at"
)
# Where a downgrade keeps what revision 0010 cannot hold, until the next upgrade.
ASIDE = "set_aside_0011_agents"
CALLS_ASIDE = "set_aside_0011_calls"


def upgrade() -> None:
    """Add the columns and the table, and bring back what a downgrade has set aside."""
    for column in (
        sa.Column("tools", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("max_turns", sa.Integer(), nullable=False, server_default="10"),
        sa.Column("max_tool_calls", sa.Integer(), nullable=False, server_default="30"),
        sa.Column("max_total_tokens", sa.Integer()),
        sa.Column("max_cost_usd", sa.Float()),
        sa.Column("tool_timeout_seconds", sa.Float(), nullable=False, server_default="60"),
        sa.Column("tool_result_max_chars", sa.Integer(), nullable=False, server_default="20000"),
        sa.Column("effort", sa.String(10)),
        sa.Column("thinking", sa.String(10)),
        sa.Column("output_schema", sa.JSON()),
    ):
        op.add_column("agents", column)
    op.add_column("executions", sa.Column("progress_tool", sa.String(64), nullable=False, server_default=""))
    op.create_table(
        "calls",
        sa.Column("execution_id", sa.Integer(), sa.ForeignKey("executions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("step", sa.String(60)),
        sa.Column("round", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("tool_use_id", sa.String(200), nullable=False, server_default=""),
        sa.Column("server", sa.String(120), nullable=False, server_default=""),
        sa.Column("tool", sa.String(200), nullable=False, server_default=""),
        sa.Column("digest", sa.String(64), nullable=False, server_default=""),
        sa.Column("arguments", sa.JSON()),
        sa.Column("asked_arguments", sa.JSON()),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("blocks", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("output", sa.Text(), nullable=False, server_default=""),
        sa.Column("result", sa.Text()),
        sa.Column("result_chars", sa.Integer()),
        sa.Column("is_cut", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("error", sa.String(2000)),
        sa.Column("stop_reason", sa.String(40)),
        sa.Column("input_tokens", sa.Integer(), server_default="0"),
        sa.Column("output_tokens", sa.Integer(), server_default="0"),
        sa.Column("cache_write_tokens", sa.Integer(), server_default="0"),
        sa.Column("cache_read_tokens", sa.Integer(), server_default="0"),
        sa.Column("cost_usd", sa.Float()),
        sa.Column("usage_is_partial", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("meta", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("comment", sa.Text(), nullable=False, server_default=""),
        sa.Column("is_for_execution", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("resolved", sa.String(20)),
        sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("started_at", sa.DateTime()),
        sa.Column("finished_at", sa.DateTime()),
    )
    asked = sa.text("status IN ('waiting', 'unknown')")
    op.create_index("ix_calls_asked", "calls", ["execution_id", "number"], sqlite_where=asked, postgresql_where=asked)
    if sa.inspect(op.get_bind()).has_table(ASIDE):
        _bring_back()


def downgrade() -> None:
    """Set what agents may do, and the calls, aside."""
    op.execute(f"CREATE TABLE {ASIDE} AS SELECT id, {AGENT_COLUMNS} FROM agents")
    op.execute(f"CREATE TABLE {CALLS_ASIDE} AS SELECT {CALL_COLUMNS} FROM calls")
    op.drop_table("calls")
    op.execute("UPDATE executions SET progress_phase = 'waiting' WHERE progress_phase = 'calling'")
    op.drop_column("executions", "progress_tool")
    for column in AGENT_COLUMNS.split(", "):
        op.drop_column("agents", column)


def _bring_back() -> None:
    """Restore what was set aside, except for what was deleted since."""
    given = ", ".join(f"{column} = aside.{column}" for column in AGENT_COLUMNS.split(", "))
    op.execute(f"UPDATE agents SET {given} FROM {ASIDE} AS aside WHERE aside.id = agents.id")
    op.execute(
        f"INSERT INTO calls ({CALL_COLUMNS}) SELECT {CALL_COLUMNS} FROM {CALLS_ASIDE} AS aside WHERE EXISTS "
        "(SELECT 1 FROM executions WHERE executions.id = aside.execution_id)"
    )
    for name in (ASIDE, CALLS_ASIDE):
        op.drop_table(name)

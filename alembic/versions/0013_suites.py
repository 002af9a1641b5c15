"""Suites: what is tested on which cases, what came of each case in each run, and what people say of executions.

The cases of agents become those of a suite of each agent's own. The table of executions is not written anew: its
columns are empty, and the index holds only runs of suites.
"""

import sqlalchemy as sa

from alembic import op

revision = "0013"
down_revision = "0012"

INDEX = "ix_executions_suite"
IS_RUN = "suite_id IS NOT NULL"
IS_OWN = "agent_id IS NOT NULL"
# The suites that run by themselves, and those that are to.
BY_THEMSELVES = {"on_save": "on_save", "schedule": "schedule IS NOT NULL", "due": "due IS NOT NULL"}
COLUMNS = {"suite_id": sa.Integer(), "mark": sa.String(10), "mark_note": sa.Text()}
SUITES = (
    "id, name, description, agent_id, targets, repeats, pass_rate, on_save, schedule, max_cost_usd, max_seconds, "
    "cases_count, cases_digest, due, not_started, version, created_at, updated_at"
)
TESTED = "checks, tags, golden, execution_id, variables, min_score"
CASES = f"suite_id, position, name, input, {TESTED}"
RESULTS = "execution_id, number, child_id, outcome, checks"
VERDICTS = (
    "execution_id, target, suite_id, agent_id, workflow_id, version, model, passed, failed, errors, total, needed"
)
AGENT_CASES = "agent_id, position, name, input"
# Where a downgrade keeps what revision 0012 cannot hold, until the next upgrade.
ASIDE = "set_aside_0013_executions"
TABLES_ASIDE = {"suites": SUITES, "cases": CASES, "results": RESULTS, "verdicts": VERDICTS}


def upgrade() -> None:
    """Add the tables and the columns, move the cases of agents, and bring back what a downgrade has set aside."""
    op.create_table(
        "suites",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False, server_default=""),
        sa.Column("agent_id", sa.Integer(), sa.ForeignKey("agents.id", ondelete="CASCADE")),
        sa.Column("targets", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("repeats", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("pass_rate", sa.Float(), nullable=False, server_default="1"),
        sa.Column("on_save", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("schedule", sa.String(100)),
        sa.Column("max_cost_usd", sa.Float()),
        sa.Column("max_seconds", sa.Float()),
        sa.Column("cases_count", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("cases_digest", sa.String(32), nullable=False, server_default=""),
        sa.Column("due", sa.JSON()),
        sa.Column("not_started", sa.JSON()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sqlite_autoincrement=True,
    )
    own = sa.text(IS_OWN)
    op.create_index("uq_suites_agent", "suites", ["agent_id"], unique=True, sqlite_where=own, postgresql_where=own)
    for name, by_itself in BY_THEMSELVES.items():
        where = sa.text(by_itself)
        op.create_index(f"ix_suites_{name}", "suites", ["id"], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "cases",
        sa.Column("suite_id", sa.Integer(), sa.ForeignKey("suites.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("input", sa.Text(), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("tags", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("golden", sa.Text()),
        sa.Column("execution_id", sa.Integer()),
        sa.Column("variables", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("min_score", sa.Float(), nullable=False, server_default="1"),
    )
    op.create_table(
        "results",
        sa.Column("execution_id", sa.Integer(), sa.ForeignKey("executions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(10)),
        sa.Column("checks", sa.JSON(), nullable=False, server_default="[]"),
    )
    op.create_table(
        "verdicts",
        sa.Column("execution_id", sa.Integer(), sa.ForeignKey("executions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("target", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("suite_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer()),
        sa.Column("workflow_id", sa.Integer()),
        sa.Column("version", sa.Integer()),
        sa.Column("model", sa.String(120)),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("passed", "failed", "errors", "total")),
        sa.Column("needed", sa.Float(), nullable=False),
    )
    op.create_index("ix_verdicts_suite", "verdicts", ["suite_id", "execution_id"])
    for of in ("agent", "workflow"):
        where = sa.text(f"{of}_id IS NOT NULL")
        columns = [f"{of}_id", "execution_id"]
        op.create_index(f"ix_verdicts_{of}", "verdicts", columns, sqlite_where=where, postgresql_where=where)
    for name, kind in COLUMNS.items():
        op.add_column("executions", sa.Column(name, kind))
    # Nothing has had a parent so far: it holds no rows.
    _index_parents(["parent_id", "created_at", "id"])
    has_aside = sa.inspect(op.get_bind()).has_table(ASIDE)
    if has_aside:
        _bring_back()
    _move_cases(has_aside=has_aside)
    where = sa.text(IS_RUN)
    op.create_index(INDEX, "executions", ["suite_id", "created_at", "id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Set the suites, what they were run for and what people said aside; the cases of agents are those again."""
    op.execute(
        f"CREATE TABLE {ASIDE} AS SELECT id, {', '.join(COLUMNS)} FROM executions "
        f"WHERE {IS_RUN} OR mark IS NOT NULL OR mark_note IS NOT NULL"
    )
    for table, columns in TABLES_ASIDE.items():
        op.execute(f"CREATE TABLE set_aside_0013_{table} AS SELECT {columns} FROM {table}")
    op.create_table(
        "agent_cases",
        sa.Column("agent_id", sa.Integer(), sa.ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("input", sa.Text(), nullable=False),
    )
    op.execute(
        f"INSERT INTO agent_cases ({AGENT_CASES}) SELECT suites.agent_id, cases.position, cases.name, cases.input "
        "FROM cases JOIN suites ON suites.id = cases.suite_id WHERE suites.agent_id IS NOT NULL"
    )
    op.drop_index(INDEX, "executions")
    _index_parents(["parent_id"])
    for name in COLUMNS:
        op.drop_column("executions", name)
    for table in reversed(TABLES_ASIDE):
        op.drop_table(table)


def _index_parents(columns: list[str]) -> None:
    where = sa.text("parent_id IS NOT NULL")
    op.drop_index("ix_executions_parent", "executions")
    op.create_index("ix_executions_parent", "executions", columns, sqlite_where=where, postgresql_where=where)


def _bring_back() -> None:
    """Restore what was set aside, except for what was deleted since, and the cases of agents."""
    given = ", ".join(f"{column} = aside.{column}" for column in COLUMNS)
    op.execute(f"UPDATE executions SET {given} FROM {ASIDE} AS aside WHERE aside.id = executions.id")
    op.execute(
        f"INSERT INTO suites ({SUITES}) SELECT {SUITES} FROM set_aside_0013_suites AS aside "
        "WHERE aside.agent_id IS NULL OR EXISTS (SELECT 1 FROM agents WHERE agents.id = aside.agent_id)"
    )
    op.execute(
        f"INSERT INTO cases ({CASES}) SELECT {CASES} FROM set_aside_0013_cases AS aside "
        "WHERE EXISTS (SELECT 1 FROM suites WHERE suites.id = aside.suite_id AND suites.agent_id IS NULL)"
    )
    for table, columns in (("results", RESULTS), ("verdicts", VERDICTS)):
        op.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM set_aside_0013_{table} AS aside "
            f"WHERE EXISTS (SELECT 1 FROM executions WHERE executions.id = aside.execution_id)"
        )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('suites', 'id'), greatest((SELECT max(id) FROM suites), 1))")
    op.drop_table(ASIDE)


def _move_cases(*, has_aside: bool) -> None:
    """Make the cases of each agent those of its own suite, with the checks that a downgrade has set aside."""
    target = """'[{"agent_id": ' || agents.id || '}]'"""
    if op.get_bind().dialect.name == "postgresql":
        target = f"CAST({target} AS JSON)"
    op.execute(
        "INSERT INTO suites (name, agent_id, targets, created_at, updated_at) "
        f"SELECT name, id, {target}, updated_at, updated_at FROM agents "
        "WHERE EXISTS (SELECT 1 FROM agent_cases WHERE agent_cases.agent_id = agents.id) "
        "AND NOT EXISTS (SELECT 1 FROM suites WHERE suites.agent_id = agents.id) ORDER BY id"
    )
    tested, aside = "'[]', '[]', NULL, NULL, '{}', 1", ""
    if has_aside:
        tested = (
            "coalesce(aside.checks, '[]'), coalesce(aside.tags, '[]'), aside.golden, aside.execution_id, "
            "coalesce(aside.variables, '{}'), coalesce(aside.min_score, 1)"
        )
        aside = (
            " LEFT JOIN set_aside_0013_cases AS aside ON aside.suite_id = suites.id AND aside.name = agent_cases.name"
        )
    op.execute(
        f"INSERT INTO cases ({CASES}) SELECT suites.id, agent_cases.position, agent_cases.name, agent_cases.input, "
        f"{tested} FROM agent_cases JOIN suites ON suites.agent_id = agent_cases.agent_id{aside}"
    )
    op.execute(
        f"UPDATE suites SET cases_count = (SELECT count(*) FROM cases WHERE cases.suite_id = suites.id) WHERE {IS_OWN}"
    )
    op.drop_table("agent_cases")
    if has_aside:
        for table in TABLES_ASIDE:
            op.drop_table(f"set_aside_0013_{table}")

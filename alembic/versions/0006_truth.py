"""Truth: how an answer ended, usage nobody told, versions of what people edit, and long inputs.

No table is written anew, however many rows it has: columns are added with constant defaults, and what only the
schema says (NOT NULL, the length of a text) is changed there alone.
"""

import re
from collections.abc import Callable

import sqlalchemy as sa

from alembic import op

revision = "0006"
down_revision = "0005"

INPUT_MAX_BEFORE = 5_000
INPUT_MAX = 200_000

EDITED = ("agents", "workflows", "tasks")
RUN = {"executions": ("id",), "steps": ("execution_id", "name")}
TOKENS = ("input_tokens", "output_tokens", "cache_write_tokens", "cache_read_tokens")
HOW_ENDED = ("stop_reason", "is_cut")
VERSION_COLUMNS = "kind, object_id, version, content, created_at"

# Where a downgrade keeps what revision 0005 cannot hold, until the next upgrade.
VERSIONS_ASIDE = "set_aside_0006_versions"
INPUTS_ASIDE = "set_aside_0006_inputs"


def upgrade() -> None:
    """Add the columns and the versions, and bring back what a downgrade has set aside."""
    for table in EDITED:
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("agents", sa.Column("on_cut", sa.String(10), nullable=False, server_default="mark"))
    for table in RUN:
        op.add_column(table, sa.Column("stop_reason", sa.String(40)))
        op.add_column(table, sa.Column("is_cut", sa.Boolean(), nullable=False, server_default=sa.text("false")))
        _declare(table, _nullable_tokens, {name: {"nullable": True} for name in TOKENS})
    _declare_input(INPUT_MAX_BEFORE, INPUT_MAX)
    op.create_table(
        "versions",
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("object_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
    )
    if sa.inspect(op.get_bind()).has_table(VERSIONS_ASIDE):
        _bring_back()


def downgrade() -> None:
    """Set aside the columns, the versions and the long inputs."""
    _set_aside()
    for table in RUN:
        for name in TOKENS:
            op.execute(f"UPDATE {table} SET {name} = 0 WHERE {name} IS NULL")
        _declare(table, _needed_tokens, {name: {"nullable": False} for name in TOKENS})
    op.execute(
        f"UPDATE executions SET test_input = substr(test_input, 1, {INPUT_MAX_BEFORE}) "
        f"WHERE length(test_input) > {INPUT_MAX_BEFORE}"
    )
    _declare_input(INPUT_MAX, INPUT_MAX_BEFORE)
    op.drop_table("versions")
    op.drop_column("agents", "on_cut")
    for table in EDITED:
        op.drop_column(table, "version")
    for table in RUN:
        for name in HOW_ENDED:
            op.drop_column(table, name)


def _set_aside() -> None:
    op.execute(f"CREATE TABLE {VERSIONS_ASIDE} AS SELECT {VERSION_COLUMNS} FROM versions")
    op.execute(
        f"CREATE TABLE {INPUTS_ASIDE} AS SELECT id, test_input FROM executions "
        f"WHERE length(test_input) > {INPUT_MAX_BEFORE}"
    )
    for table in EDITED:
        more = ", on_cut" if table == "agents" else ""
        op.execute(f"CREATE TABLE {_aside(table)} AS SELECT id, version, updated_at{more} FROM {table}")
    for table, keys in RUN.items():
        unknown = " OR ".join(f"{name} IS NULL" for name in TOKENS)
        op.execute(
            f"CREATE TABLE {_aside(table)} AS SELECT {', '.join((*keys, *HOW_ENDED, *TOKENS))} FROM {table} "
            f"WHERE stop_reason IS NOT NULL OR is_cut OR {unknown}"
        )


def _bring_back() -> None:
    op.execute(f"INSERT INTO versions ({VERSION_COLUMNS}) SELECT {VERSION_COLUMNS} FROM {VERSIONS_ASIDE}")
    op.execute(
        f"UPDATE executions SET test_input = aside.test_input FROM {INPUTS_ASIDE} AS aside "
        "WHERE aside.id = executions.id"
    )
    for table in EDITED:
        # What was edited at the older revision is another version than the one set aside.
        edited = f"CASE WHEN aside.updated_at = {table}.updated_at THEN 0 ELSE 1 END"
        more = ", on_cut = aside.on_cut" if table == "agents" else ""
        op.execute(
            f"UPDATE {table} SET version = aside.version + {edited}{more} FROM {_aside(table)} AS aside "
            f"WHERE aside.id = {table}.id"
        )
    for table, keys in RUN.items():
        same = " AND ".join(f"aside.{key} = {table}.{key}" for key in keys)
        # Only what is still the 0 the downgrade put there: an older hub may have run it to its end.
        tokens = [f"{name} = CASE WHEN {table}.{name} = 0 THEN aside.{name} ELSE {table}.{name} END" for name in TOKENS]
        ended = [f"{name} = aside.{name}" for name in HOW_ENDED]
        op.execute(f"UPDATE {table} SET {', '.join((*ended, *tokens))} FROM {_aside(table)} AS aside WHERE {same}")
    for name in (VERSIONS_ASIDE, INPUTS_ASIDE, *(_aside(table) for table in (*EDITED, *RUN))):
        op.drop_table(name)


def _aside(table: str) -> str:
    return f"set_aside_0006_{table}"


def _declare_input(before: int, after: int) -> None:
    _declare(
        "executions",
        lambda sql: _replaced(sql, rf'("?test_input"? VARCHAR)\({before}\)', rf"\1({after})"),
        {"test_input": {"existing_type": sa.String(before), "type_": sa.String(after)}},
    )


def _nullable_tokens(sql: str) -> str:
    for name in TOKENS:
        sql = _replaced(sql, rf'("?\b{name}"? INTEGER DEFAULT [^ ,]+) NOT NULL', r"\1")
    return sql


def _needed_tokens(sql: str) -> str:
    for name in TOKENS:
        sql = _replaced(sql, rf'("?\b{name}"? INTEGER DEFAULT [^ ,]+)', r"\1 NOT NULL")
    return sql


def _replaced(sql: str, pattern: str, by: str) -> str:
    changed, count = re.subn(pattern, by, sql)
    if count != 1:
        raise RuntimeError(f"{pattern} is {count} times in the table's declaration, not once.")
    return changed


def _declare(table: str, change: Callable[[str], str], columns: dict[str, dict[str, object]]) -> None:
    """Change what a table declares, without touching its rows.

    SQLite has no ALTER COLUMN, and copying the table takes minutes where there are a million rows. Its own
    documentation gives this way for changes that do not concern what is stored
    (https://www.sqlite.org/lang_altertable.html, "Making Other Kinds Of Table Schema Changes").

    Args:
        table: Which table.
        change: Takes the declaration SQLite keeps and returns the new one.
        columns: For other databases, what ALTER COLUMN is told, by column.
    """
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        for name, values in columns.items():
            op.alter_column(table, name, **values)  # type: ignore[arg-type]
        return
    where = {"table": table}
    declared = connection.execute(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table"), where
    ).scalar_one()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :table"),
        {**where, "sql": change(declared)},
    )
    # Every connection reads the declarations anew when this number moves.
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")

"""The tables of tests that judge: suites, their cases, and what came of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Index, Integer, Text, literal_column, text
from sqlmodel import Field, SQLModel

from execution_hub.store.columns import NEVER_REUSED, partial_index, time_column

# Conditions of partial indexes, said by queries in these very words: see execution_tables.py.
_ON_SAVE = "on_save"
_ON_SCHEDULE = "schedule IS NOT NULL"
_DUE = "due IS NOT NULL"
IS_ON_SAVE: ColumnElement[bool] = literal_column(_ON_SAVE)
IS_ON_SCHEDULE: ColumnElement[bool] = literal_column(_ON_SCHEDULE)
IS_DUE: ColumnElement[bool] = literal_column(_DUE)


class SuiteColumns(SQLModel, table=True):
    """A suite of tests; its cases have rows of their own."""

    __tablename__ = "suites"
    __table_args__ = (
        partial_index("uq_suites_agent", "agent_id IS NOT NULL", "agent_id", unique=True),
        partial_index("ix_suites_on_save", _ON_SAVE, "id"),
        partial_index("ix_suites_schedule", _ON_SCHEDULE, "id"),
        partial_index("ix_suites_due", _DUE, "id"),
        NEVER_REUSED,
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120)
    description: str = Field(sa_column=Column(Text, nullable=False, server_default=""))
    # Whose own suite it is: the cases of an agent.
    agent_id: int | None = Field(default=None, foreign_key="agents.id", ondelete="CASCADE")
    targets: Any = Field(sa_column=Column(JSON, nullable=False, server_default="[]"))
    repeats: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    pass_rate: float = Field(default=1.0, sa_column_kwargs={"server_default": "1"})
    on_save: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    schedule: str | None = Field(default=None, max_length=100)
    max_cost_usd: float | None = Field(default=None)
    max_seconds: float | None = Field(default=None)
    cases_count: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    cases_digest: str = Field(default="", max_length=32, sa_column_kwargs={"server_default": ""})
    # The save that asks for a run which has not been started yet; written with the save, so that no crash loses it.
    due: Any = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    # Why it did not start by itself the last time it was to; None once it has, or was changed.
    not_started: Any = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    created_at: datetime = time_column()
    updated_at: datetime = time_column()


class CaseColumns(SQLModel, table=True):
    """A case of a suite; it goes with the suite."""

    __tablename__ = "cases"

    suite_id: int = Field(primary_key=True, foreign_key="suites.id", ondelete="CASCADE")
    position: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    name: str = Field(max_length=120)
    input: str = Field(sa_column=Column(Text, nullable=False))
    checks: Any = Field(sa_column=Column(JSON, nullable=False, server_default="[]"))
    tags: Any = Field(sa_column=Column(JSON, nullable=False, server_default="[]"))
    golden: str | None = Field(default=None, sa_column=Column(Text))
    execution_id: int | None = Field(default=None)
    variables: Any = Field(sa_column=Column(JSON, nullable=False, server_default="{}"))
    min_score: float = Field(default=1.0, sa_column_kwargs={"server_default": "1"})


class ResultColumns(SQLModel, table=True):
    """What came of one case on one target, in one repeat of a suite's run."""

    __tablename__ = "results"

    execution_id: int = Field(primary_key=True, foreign_key="executions.id", ondelete="CASCADE")
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    # The execution that ran it; no foreign key, as for `parent_id`.
    child_id: int
    # None as long as it runs.
    outcome: str | None = Field(default=None, max_length=10)
    checks: Any = Field(sa_column=Column(JSON, nullable=False, server_default="[]"))


class VerdictColumns(SQLModel, table=True):
    """What came of one target in an ended run of a suite: kept apart, for trends are read without results."""

    __tablename__ = "verdicts"
    __table_args__ = (
        Index("ix_verdicts_suite", "suite_id", "execution_id"),
        partial_index("ix_verdicts_agent", "agent_id IS NOT NULL", "agent_id", "execution_id"),
        partial_index("ix_verdicts_workflow", "workflow_id IS NOT NULL", "workflow_id", "execution_id"),
    )

    execution_id: int = Field(primary_key=True, foreign_key="executions.id", ondelete="CASCADE")
    target: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    # No foreign keys: what was tested may go, what came of it stays as long as the run does.
    suite_id: int
    agent_id: int | None = Field(default=None)
    workflow_id: int | None = Field(default=None)
    version: int | None = Field(default=None)
    model: str | None = Field(default=None, max_length=120)
    passed: int
    failed: int
    errors: int
    total: int
    needed: float

"""The tables of what runs and ran: executions, their steps and calls, their logs."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Index,
    Integer,
    Text,
    literal_column,
    text,
)
from sqlmodel import Field, SQLModel

from execution_hub.store.columns import NEVER_REUSED, UsageColumns, partial_index, time_column

# Conditions of partial indexes. A query that means one of them says it in these very words: SQLite looks for them.
_ACTIVE = "status IN ('pending', 'running', 'waiting')"
_ASKED = "status IN ('waiting', 'unknown')"
_NO_TEST = "execution_type <> 'agent_test'"
# A part of another execution is shown with it.
_LISTED = "parent_id IS NULL"
IS_LISTED: ColumnElement[bool] = literal_column(_LISTED)
IS_ACTIVE: ColumnElement[bool] = literal_column(_ACTIVE)
IS_ASKED: ColumnElement[bool] = literal_column(_ASKED)
NO_AGENT_TEST: ColumnElement[bool] = literal_column(_NO_TEST)


def _listed(name: str, *columns: str, of: str = "") -> Index:
    where = f"{of} AND {_LISTED}" if of else _LISTED
    return partial_index(name, where, *columns, "created_at", "id")


class ExecutionColumns(UsageColumns, table=True):
    """One execution, of whatever type.

    No foreign keys to agents, workflows, tasks and suites: deleting one leaves the history as it was.
    """

    __tablename__ = "executions"
    __table_args__ = (
        CheckConstraint(
            "execution_type <> 'workflow' OR workflow_id IS NOT NULL",
            name="ck_executions_workflow_has_workflow",
        ),
        CheckConstraint(
            "execution_type <> 'agent_test' OR (agent_id IS NOT NULL AND workflow_id IS NULL AND task_id IS NULL)",
            name="ck_executions_agent_test_has_agent",
        ),
        # Lists, newest first: store/walk.py says which serves which filter.
        Index("ix_executions_created_at_id", "created_at", "id"),
        _listed("ix_executions_listed"),
        _listed("ix_executions_listed_by_status", "status"),
        _listed("ix_executions_listed_by_type", "execution_type", "status"),
        _listed("ix_executions_listed_by_agent", "agent_id", "status", of="agent_id IS NOT NULL"),
        _listed("ix_executions_listed_by_workflow", "workflow_id", "status", of="workflow_id IS NOT NULL"),
        _listed("ix_executions_listed_by_task", "task_id", "status", of="task_id IS NOT NULL"),
        _listed("ix_executions_listed_no_test", "agent_id", of=f"agent_id IS NOT NULL AND {_NO_TEST}"),
        # What is asked every second or few: as small as what it finds.
        partial_index("ix_executions_active", _ACTIVE, "queue_number"),
        partial_index("ix_executions_deleted", "deleted_at IS NOT NULL", "deleted_at"),
        Index("ix_executions_changed", "changed"),
        partial_index("ix_executions_rerun_of", "rerun_of_id IS NOT NULL", "rerun_of_id"),
        partial_index("ix_executions_parent", "parent_id IS NOT NULL", "parent_id", "created_at", "id"),
        partial_index("ix_executions_batch", "batch_id IS NOT NULL", "batch_id", "created_at", "id"),
        partial_index("ix_executions_agent_batch", "batch_id IS NOT NULL", "agent_id", "batch_id"),
        partial_index("ix_executions_suite", "suite_id IS NOT NULL", "suite_id", "created_at", "id"),
        Index("uq_executions_idempotency_key", "idempotency_key", unique=True),
        NEVER_REUSED,
    )

    id: int | None = Field(default=None, primary_key=True)
    # Before the feature.
    task_id: int | None = Field(default=None)
    workflow_id: int | None = Field(default=None)
    status: str = Field(max_length=20)
    error_message: str | None = Field(default=None, max_length=2000)
    meta: Any = Field(sa_column=Column(JSON, nullable=False, server_default="{}"))
    started_at: datetime | None = time_column(nullable=True)
    created_at: datetime = time_column()
    updated_at: datetime = time_column()
    finished_at: datetime | None = time_column(nullable=True)
    # Revision "add execution type".
    execution_type: str = Field(
        max_length=20, default="workflow", sa_column_kwargs={"server_default": "workflow", "nullable": False}
    )
    agent_id: int | None = Field(default=None)
    test_input: str | None = Field(default=None, max_length=200_000)
    test_output: str | None = Field(default=None, sa_column=Column(Text))
    # Revision "event log".
    name: str = Field(max_length=120, default="", sa_column_kwargs={"server_default": ""})
    model: str | None = Field(default=None, max_length=120)
    definition: Any = Field(sa_column=Column(JSON, nullable=False, server_default="{}"))
    error_code: str | None = Field(default=None, max_length=40)
    progress_done: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    progress_total: int | None = Field(default=None)
    progress_phase: str = Field(default="queued", max_length=20, sa_column_kwargs={"server_default": "queued"})
    progress_tool: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": ""})
    attempt: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    segment: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    last_seq: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    changed: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    queue_number: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    timeout_seconds: float | None = Field(default=None)
    cancel_requested_at: datetime | None = time_column(nullable=True)
    idempotency_key: str | None = Field(default=None, max_length=200)
    request_hash: str | None = Field(default=None, max_length=64)
    # Revision "steps".
    active_ms: int | None = Field(default=None, sa_column=Column(BigInteger))
    resumed_at: datetime | None = time_column(nullable=True)
    # Revision "reliability".
    rerun_of_id: int | None = Field(default=None)
    pauses: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    deleted_at: datetime | None = time_column(nullable=True)
    # Revision "truth".
    stop_reason: str | None = Field(default=None, max_length=40)
    is_cut: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    # Revision "parent". Like `rerun_of_id` no foreign key: what is pruned leaves what belongs to it as it was.
    parent_id: int | None = Field(default=None)
    # Revision "bench". The saved version of the agent that ran, and what was started together.
    agent_version: int | None = Field(default=None)
    batch_id: int | None = Field(default=None)
    # Revision "suites".
    suite_id: int | None = Field(default=None)
    # What a person says of it: `right` or `wrong`.
    mark: str | None = Field(default=None, max_length=10)
    mark_note: str | None = Field(default=None, sa_column=Column(Text))
    # Revision "workers".
    crashes: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class StepColumns(UsageColumns, table=True):
    """What one step of a workflow did in one execution."""

    __tablename__ = "steps"
    __table_args__ = (Index("ix_steps_execution_id_position", "execution_id", "position"),)

    execution_id: int = Field(primary_key=True, foreign_key="executions.id", ondelete="CASCADE")
    name: str = Field(primary_key=True, max_length=60)
    position: int
    type: str = Field(max_length=20)
    agent_id: int | None = Field(default=None)
    status: str = Field(max_length=20)
    input: str | None = Field(default=None, sa_column=Column(Text))
    output: str | None = Field(default=None, sa_column=Column(Text))
    error: str | None = Field(default=None, max_length=2000)
    error_code: str | None = Field(default=None, max_length=40)
    ready_at: datetime | None = time_column(nullable=True)
    started_at: datetime | None = time_column(nullable=True)
    finished_at: datetime | None = time_column(nullable=True)
    attempt: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    meta: Any = Field(sa_column=Column(JSON, nullable=False, server_default="{}"))
    stop_reason: str | None = Field(default=None, max_length=40)
    is_cut: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    # Revision "rounds". One more each time it is sent back, or follows what is.
    round: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class RoundColumns(SQLModel, table=True):
    """What a step made in a round that is over: it was sent back, or follows what was."""

    __tablename__ = "rounds"

    execution_id: int = Field(primary_key=True, foreign_key="executions.id", ondelete="CASCADE")
    name: str = Field(primary_key=True, max_length=60)
    round: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    status: str = Field(max_length=20)
    output: str | None = Field(default=None, sa_column=Column(Text))
    remark: str = Field(sa_column=Column(Text, nullable=False, server_default=""))
    ended_at: datetime = time_column()


class CallColumns(UsageColumns, table=True):
    """A turn of an agent's model, or a call of a tool, in one execution."""

    __tablename__ = "calls"
    __table_args__ = (
        # What people are asked: as small as what it finds.
        partial_index("ix_calls_asked", _ASKED, "execution_id", "number"),
    )

    execution_id: int = Field(primary_key=True, foreign_key="executions.id", ondelete="CASCADE")
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    kind: str = Field(max_length=10)
    step: str | None = Field(default=None, max_length=60)
    round: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    status: str = Field(max_length=20)
    tool_use_id: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": ""})
    server: str = Field(default="", max_length=120, sa_column_kwargs={"server_default": ""})
    tool: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": ""})
    digest: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": ""})
    arguments: Any = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    asked_arguments: Any = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    note: str = Field(sa_column=Column(Text, nullable=False, server_default=""))
    blocks: Any = Field(sa_column=Column(JSON, nullable=False, server_default="[]"))
    output: str = Field(sa_column=Column(Text, nullable=False, server_default=""))
    result: str | None = Field(default=None, sa_column=Column(Text))
    result_chars: int | None = Field(default=None)
    is_cut: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    error: str | None = Field(default=None, max_length=2000)
    stop_reason: str | None = Field(default=None, max_length=40)
    meta: Any = Field(sa_column=Column(JSON, nullable=False, server_default="{}"))
    comment: str = Field(sa_column=Column(Text, nullable=False, server_default=""))
    is_for_execution: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    resolved: str | None = Field(default=None, max_length=20)
    attempt: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    started_at: datetime | None = time_column(nullable=True)
    finished_at: datetime | None = time_column(nullable=True)
    asked_at: datetime | None = time_column(nullable=True)
    answered_by: str = Field(default="", max_length=120, sa_column_kwargs={"server_default": ""})


class EventColumns(SQLModel, table=True):
    """One entry of an execution's append-only log."""

    __tablename__ = "events"

    execution_id: int = Field(primary_key=True, foreign_key="executions.id", ondelete="CASCADE")
    seq: int = Field(primary_key=True)
    attempt: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    kind: str = Field(max_length=20)
    data: Any = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime = time_column()

"""The tables of the hub itself; all others come with it. Alembic makes them; a test compares both."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, false
from sqlmodel import Field, SQLModel

# Whoever loads this has every table in SQLModel.metadata.
from execution_hub.store import catalogue_tables, execution_tables, provider_tables, suite_tables  # noqa: F401
from execution_hub.store.columns import time_column


class CounterColumns(SQLModel, table=True):
    """A number of the whole hub that only grows: `changed`, `queue_number`, `batch_id`.

    The update that raises it locks the row until commit, so numbers are given in commit order, on PostgreSQL too; see
    store/numbering.py for how long.
    """

    __tablename__ = "counters"

    name: str = Field(primary_key=True, max_length=40)
    value: int = Field(sa_column=Column(BigInteger, nullable=False))


class HubColumns(SQLModel, table=True):
    """What this hub is: `uuid`, part of every id the engine sees, so that two hubs never mix."""

    __tablename__ = "hub"

    name: str = Field(primary_key=True, max_length=40)
    value: str = Field(max_length=200)


class WorkerColumns(SQLModel, table=True):
    """A process that has joined the hub: its lease, which it renews every second, and what it says of itself."""

    __tablename__ = "workers"

    id: str = Field(primary_key=True, max_length=32)
    host: str = Field(max_length=255)
    pid: int
    role: str = Field(max_length=10)
    version: str = Field(max_length=40)
    # The newest of the database that its programs know: a migration asks whether they go on with it.
    revision: str = Field(max_length=32)
    # Others may write it too: who drains a worker asks it to.
    status: str = Field(default="running", max_length=10, sa_column_kwargs={"server_default": "running"})
    running: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    slots: int
    beat: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    started_at: datetime = time_column()
    last_beat_at: datetime = time_column()
    # Later than it joined if its beats were away for a while, and it was not: then its database was.
    beating_since: datetime | None = time_column(nullable=True)
    # What its settings say, for those whose settings say nothing.
    provider_limits: Any = Field(sa_column=Column(JSON, nullable=False, server_default="{}"))
    # Others write it, too: who stops a worker asks it to. It drains as well, for those that do not know this column.
    is_stopping: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class WorkerToolsColumns(SQLModel, table=True):
    """The servers of tools that a process runs; apart from its row, which is read every second."""

    __tablename__ = "worker_tools"

    worker_id: str = Field(primary_key=True, max_length=32, foreign_key="workers.id", ondelete="CASCADE")
    digest: str = Field(max_length=64)
    servers: Any = Field(sa_column=Column(JSON, nullable=False))

"""The tables of what people define: agents, workflows, tasks, and what goes with them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Integer, Text
from sqlmodel import Field, SQLModel

from execution_hub.store.columns import NEVER_REUSED, time_column


class AgentColumns(SQLModel, table=True):
    """An agent."""

    __tablename__ = "agents"
    __table_args__ = NEVER_REUSED

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120)
    description: str = Field(sa_column=Column(Text, nullable=False, server_default=""))
    model: str = Field(max_length=120)
    system_prompt: str = Field(sa_column=Column(Text, nullable=False, server_default=""))
    max_tokens: int = Field(default=4096, sa_column=Column(Integer, nullable=False, server_default="4096"))
    timeout_seconds: float | None = Field(default=None)
    retries: int = Field(default=2, sa_column_kwargs={"server_default": "2"})
    on_cut: str = Field(default="mark", max_length=10, sa_column_kwargs={"server_default": "mark"})
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    created_at: datetime = time_column()
    updated_at: datetime = time_column()
    # Revision "tools".
    tools: Any = Field(sa_column=Column(JSON, nullable=False, server_default="[]"))
    max_turns: int = Field(default=10, sa_column_kwargs={"server_default": "10"})
    max_tool_calls: int = Field(default=30, sa_column_kwargs={"server_default": "30"})
    max_total_tokens: int | None = Field(default=None)
    max_cost_usd: float | None = Field(default=None)
    tool_timeout_seconds: float = Field(default=60.0, sa_column_kwargs={"server_default": "60"})
    tool_result_max_chars: int = Field(default=20_000, sa_column_kwargs={"server_default": "20000"})
    effort: str | None = Field(default=None, max_length=10)
    thinking: str | None = Field(default=None, max_length=10)
    output_schema: Any = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class WorkflowColumns(SQLModel, table=True):
    """A workflow of agents; its steps are its definition."""

    __tablename__ = "workflows"
    __table_args__ = NEVER_REUSED

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120)
    description: str = Field(sa_column=Column(Text, nullable=False, server_default=""))
    definition: Any = Field(sa_column=Column(JSON, nullable=False, server_default="{}"))
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    created_at: datetime = time_column()
    updated_at: datetime = time_column()


class TaskColumns(SQLModel, table=True):
    """A named piece of work for workflows."""

    __tablename__ = "tasks"
    __table_args__ = NEVER_REUSED

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=120)
    description: str = Field(sa_column=Column(Text, nullable=False, server_default=""))
    input: str = Field(sa_column=Column(Text, nullable=False, server_default=""))
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    created_at: datetime = time_column()
    updated_at: datetime = time_column()


class VersionColumns(SQLModel, table=True):
    """What an agent, a workflow or a task was at one of its versions; it stays when the object is deleted."""

    __tablename__ = "versions"

    kind: str = Field(primary_key=True, max_length=10)
    object_id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    version: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    content: Any = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime = time_column()
    label: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": ""})

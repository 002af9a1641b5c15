"""What the columns of several tables have in common: times, indexes of some rows, what was used."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, Index, text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from execution_hub.domain.clock import as_utc

# SQLite gives AUTOINCREMENT only to INTEGER PRIMARY KEY; ids are never used again.
NEVER_REUSED = {"sqlite_autoincrement": True}


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC: stored without a zone, always read with one."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Drop the zone after moving to UTC."""
        return None if value is None else as_utc(value).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Say that it is UTC."""
        return None if value is None else as_utc(value)


class UsageColumns(SQLModel):
    """What was used: null where the provider did not tell."""

    input_tokens: int | None = Field(default=None, sa_column_kwargs={"server_default": "0"})
    output_tokens: int | None = Field(default=None, sa_column_kwargs={"server_default": "0"})
    cache_write_tokens: int | None = Field(default=None, sa_column_kwargs={"server_default": "0"})
    cache_read_tokens: int | None = Field(default=None, sa_column_kwargs={"server_default": "0"})
    cost_usd: float | None = Field(default=None)
    usage_is_partial: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


def time_column(nullable: bool = False) -> Any:
    """Return the field of a time."""
    return Field(sa_column=Column(UtcDateTime, nullable=nullable), default=None)


def partial_index(name: str, where: str, *columns: str, unique: bool = False) -> Index:
    """Return an index of those rows only for which a condition holds."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))

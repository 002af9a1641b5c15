"""The table of what the processes of a hub share about the providers of models."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Float
from sqlmodel import Field, SQLModel


def _seconds() -> Any:
    """Return the column of a time in seconds since 1970, by the clock of the database: it is computed with."""
    return Field(default=0.0, sa_column=Column(Float, nullable=False, server_default="0"))


class ProviderColumns(SQLModel, table=True):
    """A provider, asked with one key: see domain/call_gate.py. Of the key only a fingerprint is here."""

    __tablename__ = "providers"

    name: str = Field(primary_key=True, max_length=20)
    fingerprint: str = Field(primary_key=True, max_length=32)
    requests: int | None = Field(default=None, sa_column=Column(BigInteger))
    requests_at: float = _seconds()
    tokens_at: float = _seconds()
    blocked_until: float = _seconds()
    waiting: dict[str, float] = Field(sa_column=Column(JSON, nullable=False, server_default="{}"))

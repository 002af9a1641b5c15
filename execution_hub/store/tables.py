"""The tables of the hub itself; all others come with it. Alembic makes them; a test compares both."""

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel

# Whoever loads this has every table in SQLModel.metadata.
from execution_hub.store import catalogue_tables, execution_tables, suite_tables  # noqa: F401


class CounterRow(SQLModel, table=True):
    """A number of the whole hub that only grows: `changed`, `queue_number`, `batch_id`.

    The update that raises it locks the row until commit, so numbers are given in commit order,
    on PostgreSQL too.
    """

    __tablename__ = "counters"

    name: str = Field(primary_key=True, max_length=40)
    value: int = Field(sa_column=Column(BigInteger, nullable=False))


class HubRow(SQLModel, table=True):
    """What this hub is: `uuid`, part of every id the engine sees, so that two hubs never mix."""

    __tablename__ = "hub"

    name: str = Field(primary_key=True, max_length=40)
    value: str = Field(max_length=200)

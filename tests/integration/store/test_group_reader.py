"""What is asked for at one time is read in one transaction, and nobody pays for another's mistake."""

import asyncio
from contextlib import suppress
from functools import partial

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError

from execution_hub.errors import NotFound, Unavailable
from execution_hub.store import executions
from execution_hub.store.database import Database
from execution_hub.store.group_reader import GroupReader
from tests.support.executions import add_execution


@pytest.fixture
def begun(database: Database) -> list[Connection]:
    """Return the transactions that began, as they do."""
    found: list[Connection] = []
    event.listen(database._engine, "begin", found.append)
    return found


async def test_what_is_asked_for_at_one_time_is_read_in_one_transaction(
    database: Database, begun: list[Connection]
) -> None:
    """What is asked meanwhile comes in the next one, which sees what was written before it."""
    ids = [add_execution(database) for _ in range(3)]
    reader = GroupReader(database)
    begun.clear()
    asked = [asyncio.create_task(reader.read(partial(executions.get, execution_id=each))) for each in ids]
    assert [each.id for each in await asyncio.gather(*asked)] == ids
    assert len(begun) == 1
    newest = add_execution(database)
    assert (await reader.read(partial(executions.get, execution_id=newest))).id == newest


async def test_who_fails_fails_alone(database: Database, begun: list[Connection]) -> None:
    """An error of ours leaves the transaction as it is; after any other the others are read again by themselves."""
    execution_id, reader = add_execution(database), GroupReader(database)
    good = partial(executions.get, execution_id=execution_id)

    def broken(connection: Connection) -> None:
        with suppress(DBAPIError):
            connection.execute(text("SELECT nothing FROM nowhere"))
        raise ZeroDivisionError

    begun.clear()
    missing, found = await asyncio.gather(
        reader.read(partial(executions.get, execution_id=999)), reader.read(good), return_exceptions=True
    )
    assert isinstance(missing, NotFound)
    assert (found.id, len(begun)) == (execution_id, 1)  # type: ignore[union-attr]
    failed, found = await asyncio.gather(reader.read(broken), reader.read(good), return_exceptions=True)
    assert isinstance(failed, ZeroDivisionError)
    assert found.id == execution_id  # type: ignore[union-attr]


async def test_who_goes_away_stops_nobody(database: Database) -> None:
    execution_id, reader = add_execution(database), GroupReader(database)
    read = partial(executions.get, execution_id=execution_id)
    gone, stays = asyncio.create_task(reader.read(read)), asyncio.create_task(reader.read(read))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await stays).id == execution_id


async def test_a_database_that_is_away_is_asked_once_for_all(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of many askers would wait for it as long again."""
    tries: list[object] = []

    def away(work: object) -> None:
        tries.append(work)
        raise Unavailable

    monkeypatch.setattr(database, "read", away)
    reader = GroupReader(database)
    found = await asyncio.gather(*(reader.read(lambda _: 1) for _ in range(5)), return_exceptions=True)
    assert [type(each) for each in found] == [Unavailable] * 5
    assert len(tries) == 1

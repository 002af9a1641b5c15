"""A database from a backup has forgotten ids: none that is known elsewhere is given again, whoever draws meanwhile."""

from concurrent.futures import ThreadPoolExecutor

from execution_hub.domain.clock import now
from execution_hub.domain.execution import AGENT_TEST, NewExecution
from execution_hub.store import executions, writes
from execution_hub.store.database import Database
from execution_hub.store.intents import Submit

NEW = NewExecution(AGENT_TEST, "x", "hello", {"model": "simulated"}, agent_id=1)


def submit(database: Database) -> int:
    return int(database.write(lambda connection: writes.write(connection, Submit(NEW), now()).execution.id))


def raise_to(database: Database, highest: int) -> None:
    database.write(lambda connection: executions.raise_next_id(connection, highest))


def test_the_next_id_is_past_those_that_are_known_elsewhere_and_never_goes_back(database: Database) -> None:
    raise_to(database, 7)
    first = submit(database)
    assert first > 7
    raise_to(database, first)
    assert submit(database) == first + 1
    raise_to(database, 40)
    second = submit(database)
    assert second > 40
    raise_to(database, 9)
    assert submit(database) == second + 1


def test_who_draws_while_another_process_raises_is_given_ids_of_its_own(database: Database) -> None:
    with ThreadPoolExecutor(4) as threads:
        raised = [threads.submit(raise_to, database, highest) for highest in range(50, 70)]
        drawn = [threads.submit(submit, database) for _ in range(40)]
    assert all(each.exception() is None for each in raised)
    assert len({each.result() for each in drawn}) == len(drawn)

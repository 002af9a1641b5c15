"""How many may run at once in all processes: it stands in DBOS's row of the queue, so that one is that of all."""

from dbos import DBOSClient

from execution_hub.engine.claims import FREE_QUEUE, QUEUE
from execution_hub.engine.database import DBAPIError
from execution_hub.store.away import away
from execution_hub.store.notify import first_line

# Between the rounds of DBOS's queue; how often they begin is `Pace`'s.
POLLING_SECONDS = 0.001


def limit_queues(client: DBOSClient, limit: int, *, is_given: bool = True) -> None:
    """Have this limit from now on, in all processes; what takes no slot has none.

    Args:
        client: Of the engine's database.
        limit: How many at once.
        is_given: Whether somebody said so; else a limit that stands already stays.
    """
    client.register_queue(
        QUEUE,
        global_concurrency=limit,
        polling_interval_sec=POLLING_SECONDS,
        on_conflict="always_update" if is_given else "never_update",
    )
    client.register_queue(FREE_QUEUE, polling_interval_sec=POLLING_SECONDS, on_conflict="always_update")


def limit_of(client: DBOSClient, otherwise: int) -> int:
    """Return the limit that all processes have now; another one may have been started with another since.

    Args:
        client: Of the engine's database.
        otherwise: What to return while there is none.

    Raises:
        Unavailable: The database does not answer.
    """
    try:
        queue = client.retrieve_queue(QUEUE)
        found = None if queue is None else queue.global_concurrency
    except DBAPIError as error:
        raise away(first_line(error.orig or error)) from None
    return otherwise if found is None else found

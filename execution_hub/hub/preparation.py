"""Brings a database to the newest revision, and adds what a new hub begins with."""

import uuid

import structlog

from execution_hub.domain.clock import now
from execution_hub.hub import samples
from execution_hub.settings import Settings
from execution_hub.store import counters
from execution_hub.store.agents import agents
from execution_hub.store.alone import alone_in
from execution_hub.store.database import Connection, Database
from execution_hub.store.migrate import migrate
from execution_hub.store.suites import suites
from execution_hub.store.urls import app_url, engine_url
from execution_hub.store.workflows import workflows

logger = structlog.get_logger(__name__)


def prepare_database(settings: Settings, database: Database) -> tuple[str, str]:
    """Bring a database to the newest revision; to a new one add what a hub begins with.

    Args:
        settings: Those of the hub.
        database: Its database.

    Returns:
        The id of its hub, and the revision.

    Raises:
        StartError: The database is not ours, or cannot be migrated.
    """
    engine = engine_url(settings) if settings.is_embedded else None
    # Processes that are started together find it prepared.
    with alone_in(app_url(settings)):
        result = migrate(app_url(settings), engine_url=engine)
        hub_uuid = database.write(_prepare)
    logger.info("hub.migrated", before=result.before, after=result.after, backup=str(result.backup or ""))
    return hub_uuid, result.after


def _prepare(connection: Connection) -> str:
    hub_uuid = counters.fact(connection, "uuid")
    if hub_uuid is not None:
        return hub_uuid
    hub_uuid = uuid.uuid4().hex
    counters.state_fact(connection, "uuid", hub_uuid)
    if not agents.page(connection, 1).items:
        added = [agents.add(connection, draft, now()) for draft in samples.AGENTS]
        workflows.add(connection, samples.workflow(added[0].id), now())
        reckoner = next(each.id for each in added if each.name == samples.RECKONER)
        suites.add(connection, samples.suite(reckoner), now())
    return hub_uuid

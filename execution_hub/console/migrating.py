"""`execution-hub migrate`: brings the database to the newest revision, before the processes that need it start."""

from execution_hub.console.terminal import say, say_json
from execution_hub.engine.migrate import migrate_engine
from execution_hub.hub.locks import Locks, leave
from execution_hub.role import Role
from execution_hub.settings import Settings, with_role
from execution_hub.store.alone import alone_in
from execution_hub.store.migrate import migrate
from execution_hub.store.urls import app_url, engine_url, shown


def migrate_all(settings: Settings, *, is_json: bool = False) -> int:
    """Migrate the app's tables and the engine's, and print what they were and are.

    On PostgreSQL the processes that have joined the hub go on meanwhile, if they go together with the new revision.

    Args:
        settings: The hub's settings.
        is_json: As `{"before", "after", "engine_before", "engine_after", "backup"}`.

    Returns:
        0.

    Raises:
        StartError: A hub that runs alone has the database, older processes could not go on with it, or it cannot be
            migrated.
    """
    # Where others may have joined, this one does too; a hub that is alone is in nobody's way on PostgreSQL either.
    joined = settings if settings.is_embedded else with_role(settings, Role.ALL)
    url = app_url(settings)
    locks = Locks(joined, leave)
    try:
        with alone_in(url):
            result = migrate(url, engine_url=engine_url(settings) if settings.is_embedded else None)
            engine_before, engine_after = migrate_engine(engine_url(settings))
    finally:
        locks.release()
    if is_json:
        backup = None if result.backup is None else str(result.backup)
        of_engine = {"engine_before": engine_before, "engine_after": engine_after}
        say_json({"before": result.before, "after": result.after, **of_engine, "backup": backup})
        return 0
    say(f"The database {shown(url)} {_moved(result.before, result.after)}.")
    say(f"The engine's schema {_moved(engine_before or None, engine_after)}.")
    if result.backup is not None:
        say(f"What it was is in {result.backup}.")
    return 0


def _moved(before: object, after: object) -> str:
    if before == after:
        return f"is at revision {after} already"
    return f"was {'empty' if before is None else f'at revision {before}'} and is at revision {after} now"

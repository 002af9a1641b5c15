"""Where the databases are, as SQLAlchemy wants it: made from parts, so that a path is a path whatever is in it."""

from pathlib import Path

from sqlalchemy import URL, make_url

from execution_hub.errors import StartError
from execution_hub.settings import ROOT, Settings

DATABASE_FILE = "hub.sqlite3"
ENGINE_FILE = "engine.sqlite3"


def sqlite_url(path: Path) -> URL:
    """Return the URL of an SQLite file; `%20`, `?` and `#` in its path are those very letters."""
    return URL.create("sqlite", database=str(path))


def app_url(settings: Settings) -> URL:
    """Return where the app's tables live, with the driver named.

    Raises:
        StartError: HUB_DATABASE_URL names no file.
    """
    if not settings.database_url:
        return sqlite_url(settings.data_dir / DATABASE_FILE)
    url = make_url(settings.database_url)
    if not settings.is_embedded:
        return url.set(drivername="postgresql+psycopg")
    file = sqlite_file(url)
    assert file is not None
    return url.set(database=str(file))


def engine_url(settings: Settings) -> URL:
    """Return the engine's own database: a second SQLite file, or the same PostgreSQL."""
    return sqlite_url(settings.data_dir / ENGINE_FILE) if settings.is_embedded else app_url(settings)


def sqlite_file(url: str | URL) -> Path | None:
    """Return the file of an SQLite database, None for any other database; a relative one is the project's.

    Raises:
        StartError: It has no file: it would be gone before its first use.
    """
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite":
        return None
    if not parts.database or parts.database == ":memory:":
        raise StartError("HUB_DATABASE_URL must name a file. Example: HUB_DATABASE_URL=sqlite:////var/lib/hub/hub.db")
    return ROOT / parts.database


def shown(url: str | URL) -> str:
    """Return a URL for people: without its password, and without options, which may hold another."""
    parts = make_url(url)
    file = sqlite_file(parts)
    return str(file) if file else parts.set(query={}).render_as_string(hide_password=True)

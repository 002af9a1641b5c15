"""Revisions of the database: which there are, and which programs go together with which."""

import re
from dataclasses import dataclass

from sqlalchemy import URL, Connection, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from execution_hub.errors import StartError
from execution_hub.settings import ROOT
from execution_hub.store.urls import shown, sqlite_file

CONNECT_TIMEOUT_SECONDS = 10
# In the table `hub`: the oldest revision whose programs go on with this database. Not there: those of its own revision.
COMPATIBLE_FROM = "compatible_from"
_ASSIGNED = re.compile(r'^(revision|down_revision|compatible_from)\b.*?= *(?:"(.*)"|None)', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Stored:
    """How a database is.

    Attributes:
        revision: At which revision, None if it has none yet.
        compatible_from: The oldest revision whose programs go on with it.
    """

    revision: str | None
    compatible_from: str | None

    def goes_with_this(self) -> bool:
        """Tell whether these programs can work with it: they made it, or a newer version that says so."""
        return self.revision in known_revisions() or self.compatible_from in known_revisions()


def head_revision() -> str:
    """Return the newest revision, read from the files' text: importing Alembic would slow every start.

    Raises:
        StartError: The migrations are not where they belong.
    """
    revisions = known_revisions()
    heads = revisions.keys() - set(revisions.values())
    if len(heads) != 1:
        raise StartError(f"The migrations in {ROOT / 'alembic'} are missing or have more than one end.")
    return heads.pop()


def known_revisions() -> dict[str, str | None]:
    """Return each revision with the one it follows."""
    return {name: found.get("down_revision") or None for name, found in _read().items()}


def oldest_beside(revision: str) -> str:
    """Return the oldest revision whose programs go on with a database at another.

    Each revision may say so of itself, `compatible_from`; the narrowest of those on the way counts.

    Args:
        revision: One of `known_revisions`.
    """
    found, oldest = _read(), ""
    name: str | None = revision
    while name in found:
        oldest = max(oldest, found[name].get("compatible_from") or name)
        name = found[name].get("down_revision") or None
    return oldest


def stored(url: str | URL) -> Stored:
    """Return how a database is.

    Args:
        url: An SQLAlchemy URL with its driver.

    Raises:
        StartError: The database cannot be reached or read.
    """
    path = sqlite_file(url)
    if path is not None and not path.exists():
        return Stored(None, None)
    arguments = {} if path is not None else {"connect_timeout": CONNECT_TIMEOUT_SECONDS}
    engine = create_engine(url, poolclass=NullPool, connect_args=arguments, hide_parameters=True)
    try:
        with engine.connect() as connection:
            return _stored(connection)
    except SQLAlchemyError as error:
        raise StartError(f"The database {shown(url)} cannot be opened: {cause_of(error)}.") from error


def current_revision(url: str | URL) -> str | None:
    """Return the database's revision, None if it has none yet.

    Args:
        url: An SQLAlchemy URL with its driver.

    Raises:
        StartError: The database cannot be reached or read.
    """
    return stored(url).revision


def check_known(url: str | URL, found: Stored) -> None:
    """Find out whether these programs can work with a database.

    Args:
        url: Of which.
        found: How it is; not empty.

    Raises:
        StartError: A newer version made it, and older ones do not go together with it.
    """
    if not found.goes_with_this():
        raise StartError(
            f"The database {shown(url)} is at revision {found.revision}, which this version does not know: "
            "a newer one made it. Update the hub, or use another database.",
            revision=found.revision,
        )


def cause_of(error: Exception) -> str:
    """Return the first line of what an error says, the database's own where it is one of its."""
    original = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return (str(original).strip() or type(original).__name__).splitlines()[0].rstrip(".")


def _stored(connection: Connection) -> Stored:
    if not inspect(connection).has_table("alembic_version"):
        return Stored(None, None)
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if revision in known_revisions() or not inspect(connection).has_table("hub"):
        return Stored(revision, None)
    said = text("SELECT value FROM hub WHERE name = :name")
    return Stored(revision, connection.execute(said, {"name": COMPATIBLE_FROM}).scalar())


def _read() -> dict[str, dict[str, str]]:
    files = (ROOT / "alembic" / "versions").glob("*.py")
    found = [dict(_ASSIGNED.findall(file.read_text("utf-8"))) for file in files]
    return {each["revision"]: each for each in found if each.get("revision")}

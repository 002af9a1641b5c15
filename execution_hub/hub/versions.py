"""What keeps one person's save from undoing another's: whoever changes something says which version they saw."""

from execution_hub.domain.clock import to_wire
from execution_hub.domain.stored import Stored
from execution_hub.domain.version import changed_fields
from execution_hub.errors import Stale
from execution_hub.store import versions
from execution_hub.store.database import Connection


def check_version(connection: Connection, kind: versions.Kind, current: Stored, seen: int | None) -> None:
    """Refuse to change what somebody else has changed since it was seen.

    Args:
        connection: A writing transaction that has locked the object.
        kind: What it is.
        current: It, as it is now.
        seen: The version that was seen; None of who changes it whatever it is now.

    Raises:
        Stale: It is another version now; says since when, and what differs.
    """
    if seen is None or seen == current.version:
        return
    was = versions.content(connection, kind, current.id, seen)
    now = versions.content(connection, kind, current.id, current.version)
    differs = [] if was is None or now is None else changed_fields(was, now)
    what = f" ({', '.join(differs)})" if differs else ""
    message = (
        f"This {kind} was saved by somebody else at {to_wire(current.updated_at)}{what}: it is version "
        f"{current.version} now, you saw version {seen}. Read it again, then repeat your change."
    )
    raise Stale(message, current, differs)

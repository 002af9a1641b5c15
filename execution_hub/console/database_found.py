"""What `execution-hub check` finds out about the database, in words."""

from typing import Any

from execution_hub.settings import Settings, with_role
from execution_hub.store.database_lock import JOINED_INSTEAD, NOT_JOINED, OTHERWISE, database_holder
from execution_hub.store.joined import joined
from execution_hub.store.migrate import check_writable
from execution_hub.store.revisions import check_known, head_revision, stored
from execution_hub.store.urls import app_url

# Of the processes that have joined: what stands in one line.
NAMED_MAX = 10


def found_of_database(settings: Settings, told_of_data: str) -> tuple[bool, str]:
    """Tell of the database: whether it can be used, its revision, and who uses it. Changes nothing.

    Args:
        settings: The hub's settings, with the role this process would have.
        told_of_data: What was found out about the data folder; it names the hub that has it.

    Returns:
        Whether a hub runs, or could start, with it; and that in words.

    Raises:
        HubError: It cannot be used, or the role does not fit it.
    """
    with_role(settings, settings.role)
    url = app_url(settings)
    check_writable(url)
    now, newest = stored(url), head_revision()
    if now.revision is not None:
        check_known(url, now)
    words = f"reachable, {_at(now.revision, newest)}"
    members, holder = joined(url), database_holder(url)
    if settings.role.is_joined:
        words = f"{words}. Role {settings.role.value}"
        if members:
            return True, f"{words}: joins {_names(members)}."
        if holder is None:
            return True, f"{words}: nobody has joined yet."
        return False, f"{words}: in use by another hub{_who(holder)}. {NOT_JOINED}"
    if holder is None:
        return True, f"{words}."
    if members:
        return False, f"{words}, in use by {_names(members)}. {JOINED_INSTEAD}"
    # That hub is this one, already running, where it has the data folder as well.
    is_ours = bool(holder) and holder in told_of_data
    return is_ours, f"{words}, in use by another hub{_who(holder)}." + ("" if is_ours else f" {OTHERWISE}")


def _at(revision: str | None, newest: str) -> str:
    if revision is None:
        return "still empty; the first start fills it"
    if revision == newest:
        return f"writable, up to date (revision {revision})"
    if revision > newest:
        return f"at revision {revision}, of a newer version that lets this one (revision {newest}) go on"
    return f"at revision {revision}; the next start brings it to {newest}"


def _who(holder: str) -> str:
    return f": {holder}" if holder else ""


def _names(members: Any) -> str:
    """Return processes as words, the first of many."""
    told = [f"{each.host}:{each.pid} ({each.role}, {each.version}, {each.status})" for each in members[:NAMED_MAX]]
    more = len(members) - len(told)
    return ", ".join(told) + (f" and {more} more" if more else "")

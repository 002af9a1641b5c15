"""`execution-hub check`: what is set up and what is missing, in plain words; never the key."""

import os
import shutil
import subprocess
import sysconfig
from dataclasses import asdict, dataclass

from execution_hub.console.terminal import say, say_json
from execution_hub.errors import HubError
from execution_hub.exposure import exposure
from execution_hub.settings import Settings
from execution_hub.store.folder import obstacle
from execution_hub.store.lock import LOCK_FILE, DataLock


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about one thing.

    Attributes:
        name: Of what: `settings`, `address`, `data`, `database`, `key`, `node`.
        is_fine: Whether the hub could start with it.
        message: In words.
    """

    name: str
    is_fine: bool
    message: str


def check(settings: Settings, *, is_json: bool = False) -> int:
    """Print what is set up and what is missing.

    Args:
        settings: The hub's settings.
        is_json: As `{"is_fine", "findings": [{"name", "is_fine", "message"}]}`.

    Returns:
        0 if the hub could start, else 1.
    """
    data = _data(settings)
    findings = [
        Finding("settings", True, "Settings: fine."),
        Finding("address", True, _address_words(settings)),
        data,
        _database(settings, data),
        Finding("key", True, _key_words(settings)),
        _node(),
    ]
    is_fine = all(each.is_fine for each in findings)
    if is_json:
        say_json({"is_fine": is_fine, "findings": [asdict(each) for each in findings]})
    else:
        for each in findings:
            say(each.message)
    return 0 if is_fine else 1


def _address_words(settings: Settings) -> str:
    warning = exposure(settings)
    return f"Address: {settings.address}" + (f". Warning: {warning}" if warning else "")


def _data(settings: Settings) -> Finding:
    folder = settings.data_dir
    # Not Path.exists(), which would raise for a folder that may not be looked into.
    if not os.path.exists(folder / LOCK_FILE):  # noqa: PTH110
        nearest = next(each for each in (folder, *folder.parents) if os.path.exists(each))  # noqa: PTH110
        why = obstacle(folder)
        if why is not None:
            return Finding("data", False, f"Data folder: {folder} cannot be made: {why}.")
        if not os.access(nearest, os.W_OK | os.X_OK):
            return Finding("data", False, f"Data folder: {folder} cannot be written. Check the rights of {nearest}.")
        return Finding("data", True, f"Data folder: {folder}, made by the first start.")
    try:
        DataLock(folder).acquire(patience_seconds=0).release()
    except HubError as error:
        return Finding("data", "another hub" in error.message, f"Data folder: {error.message}")
    return Finding("data", True, f"Data folder: {folder}, writable, not in use.")


def _database(settings: Settings, data: Finding) -> Finding:
    # Loads SQLAlchemy, which `serve` leaves to the server.
    from execution_hub.store.database_lock import database_holder
    from execution_hub.store.migrate import check_writable, current_revision, head_revision
    from execution_hub.store.urls import app_url

    try:
        url = app_url(settings)
        check_writable(url)
        current, newest = current_revision(url), head_revision()
        holder = database_holder(url)
    except HubError as error:
        return Finding("database", False, f"Database: {error.message}")
    if current is None:
        words = "still empty; the first start fills it"
    elif current == newest:
        words = f"writable, up to date (revision {current})"
    else:
        words = f"at revision {current}; the next start brings it to {newest}"
    if holder is None:
        return Finding("database", True, f"Database: reachable, {words}.")
    # That hub is this one, already running, where it has the data folder as well.
    is_ours = bool(holder) and holder in data.message
    who = f": {holder}" if holder else ""
    fix = "" if is_ours else " Use that one, stop it, or set another HUB_DATABASE_URL."
    return Finding("database", is_ours, f"Database: reachable, {words}, in use by another hub{who}.{fix}")


def _key_words(settings: Settings) -> str:
    if settings.anthropic_api_key is None:
        return "Key: none. Agents with the simulated model work; for Claude, set ANTHROPIC_API_KEY."
    where = settings.anthropic_base_url or "the Anthropic API"
    return f"Key: ANTHROPIC_API_KEY is set, for {where}."


def _node() -> Finding:
    # The one of the environment comes first, as in rxconfig.py.
    path = os.pathsep.join((sysconfig.get_path("scripts"), os.defpath))
    node = shutil.which("node", path=path)
    if node is None:
        return Finding("node", False, "Node: none. Install requirements.lock, which brings it.")
    version = subprocess.run((node, "--version"), capture_output=True, text=True, check=False).stdout.strip()
    return Finding("node", bool(version), f"Node: {version or 'does not run'}.")

"""`execution-hub check`: what is set up and what is missing, in plain words; never the key."""

import asyncio
import os
import shutil
import subprocess
import sysconfig
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from execution_hub.console.hubs import ServedHub
from execution_hub.console.terminal import say, say_json
from execution_hub.domain.formats import counted
from execution_hub.errors import HubError
from execution_hub.exposure import exposure
from execution_hub.llm.own_prices import read_prices
from execution_hub.llm.providers import providers
from execution_hub.network import is_answered
from execution_hub.settings import Settings
from execution_hub.store.folder import obstacle
from execution_hub.store.lock import LOCK_FILE, DataLock
from execution_hub.tools.mcp_file import read_mcp_file
from execution_hub.version import VERSION

# As the locks say it (store/lock.py).
_IN_USE = "in use by another hub"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about one thing.

    Attributes:
        name: Of what: `settings`, `address`, `hub`, `data`, `database`, `key`, `tools`, `node`.
        is_fine: Whether the hub runs, or could start, with it.
        message: In words.
    """

    name: str
    is_fine: bool
    message: str


def check(settings: Settings, *, is_json: bool = False) -> int:
    """Print what runs, what is set up and what is missing.

    Args:
        settings: The hub's settings.
        is_json: As `{"is_fine", "findings": [{"name", "is_fine", "message"}]}`.

    Returns:
        0 if the hub runs as it should or could start, else 1.
    """
    running, is_ours = asyncio.run(_hub(settings))
    data = _data(settings)
    database = _database(settings, data)
    if is_ours:
        data, database = _used_by_that(data), _used_by_that(database)
    findings = [
        _prices(settings),
        Finding("address", True, _address_words(settings)),
        running,
        data,
        database,
        Finding("key", True, _key_words(settings)),
        _tools(settings, is_ours=is_ours),
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


def _prices(settings: Settings) -> Finding:
    try:
        own = [name for name, price in read_prices(settings.prices_file).items() if price.is_own]
    except HubError as error:
        return Finding("settings", False, f"Settings: {error.message}")
    more = "" if settings.prices_file is None else f" HUB_PRICES_FILE holds prices of {counted(len(own), 'model')}."
    return Finding("settings", True, f"Settings: fine.{more}")


async def _hub(settings: Settings) -> tuple[Finding, bool]:
    """Ask the hub that serves at the address, if one does, and tell whether it is that of these settings."""
    address, served = settings.address, ServedHub(settings.address, settings.allowed_hosts[0])
    if not await served.answers():
        if is_answered(settings.host, settings.port):
            words = f"Hub: none answers at {address}, but something else listens there."
            return Finding("hub", False, f"{words} Stop it, or set another HUB_PORT."), False
        return Finding("hub", True, f"Hub: none runs at {address}."), False
    try:
        about = await served.about()
        folder, version, queue = Path(about["data_dir"]), about["version"], about["queue"]
        counts = f"{queue['running']} running, {queue['pending']} pending, {queue['max_concurrency']} at once"
        is_paused = queue["is_paused"]
    except (HubError, LookupError, TypeError):
        words = f"Hub: one of another version runs at {address}, which tells little. Restart it."
        return Finding("hub", False, words), False
    if not _is_same(folder, settings.data_dir):
        words = f"another one runs at {address} (version {version}, data folder {folder}, not {settings.data_dir})"
        return Finding("hub", False, f"Hub: {words}. Set another HUB_PORT, or stop that one."), False
    words = f"Hub: runs at {address}, version {version}"
    if version != VERSION:
        words += f" (this program is {VERSION}: restart the hub)"
    try:
        await served.check_ready()
    except HubError as error:
        return Finding("hub", False, f"{words}, not ready: {error.message}"), True
    paused = " It is paused: nothing starts until it is resumed." if is_paused else ""
    return Finding("hub", True, f"{words}, ready. Queue: {counts}.{paused}"), True


def _used_by_that(found: Finding) -> Finding:
    """Return what was found with the name of who uses it, where that is the hub just told of."""
    before, used, _ = found.message.partition(_IN_USE)
    return replace(found, message=f"{before}in use by that hub.") if used and found.is_fine else found


def _is_same(folder: Path, other: Path) -> bool:
    try:
        return folder.samefile(other)
    except (OSError, ValueError):
        return False


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
        DataLock(folder).acquire(wait_seconds=0).release()
    except HubError as error:
        return Finding("data", _IN_USE in error.message, f"Data folder: {error.message}")
    return Finding("data", True, f"Data folder: {folder}, writable, not in use.")


def _database(settings: Settings, data: Finding) -> Finding:
    # Loads SQLAlchemy, which `serve` leaves to the server.
    from execution_hub.console.database_found import found_of_database

    try:
        is_fine, message = found_of_database(settings, data.message)
    except HubError as error:
        is_fine, message = False, error.message
    return Finding("database", is_fine, f"Database: {message}")


def _key_words(settings: Settings) -> str:
    found = [each for each in providers(settings) if each.has_key or not each.needs_key]
    if not found:
        return (
            "Key: none. Agents with the simulated model work; for Claude, set ANTHROPIC_API_KEY; "
            "for openai/ models OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own."
        )
    return " ".join(
        f"Key: {each.key_variable} is {'set' if each.has_key else 'not set, and not needed'}, for {each.host}."
        for each in found
    )


def _tools(settings: Settings, *, is_ours: bool) -> Finding:
    """Tell of the servers of tools: of a running hub how they are, else what its file names."""
    try:
        named = [each.name for each in read_mcp_file(settings.mcp_file).servers]
    except HubError as error:
        return Finding("tools", False, f"Tools: {error.message}")
    if is_ours:
        try:
            servers = asyncio.run(ServedHub(settings.address, settings.allowed_hosts[0]).tools())
            words = [_server_words(each) for each in servers]
            is_fine = all(each["status"] != "failed" for each in servers)
        except (HubError, LookupError, TypeError):
            return Finding("tools", True, "Tools: the hub does not tell.")
        return Finding("tools", is_fine, f"Tools: {'; '.join(words)}.")
    if not named:
        return Finding("tools", True, "Tools: the built-in ones. For others, set HUB_MCP_FILE.")
    return Finding("tools", True, f"Tools: the built-in ones, and the servers {', '.join(named)}, once the hub runs.")


def _server_words(server: dict[str, Any]) -> str:
    count, error = len(server["tools"]), str(server["error"]).rstrip(".")
    return f"{server['server']} is {server['status']} ({counted(count, 'tool')})" + (f": {error}" if error else "")


def _node() -> Finding:
    # The one of the environment comes first, as in rxconfig.py.
    path = os.pathsep.join((sysconfig.get_path("scripts"), os.defpath))
    node = shutil.which("node", path=path)
    if node is None:
        return Finding("node", False, "Node: none. Install requirements.lock, which brings it.")
    version = subprocess.run((node, "--version"), capture_output=True, text=True, check=False).stdout.strip()
    return Finding("node", bool(version), f"Node: {version or 'does not run'}.")

"""The command line. Exit codes: 0 well, 1 it could not be done, 2 a wrong setting or a wrong call."""

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence

from execution_hub.errors import HubError, SettingsError
from execution_hub.settings import Settings, load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: The words after the program's name; those of this process if omitted.

    Returns:
        The exit code.
    """
    command = _parser().parse_args(arguments).command
    try:
        settings = load_settings()
        return check(settings) if command == "check" else _serve(settings)
    except SettingsError as error:
        print(error.message, file=sys.stderr)
        return 2
    except HubError as error:
        print(error.message, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def check(settings: Settings) -> int:
    """Print in plain words what is set up and what is missing; never the key.

    Args:
        settings: The hub's settings.

    Returns:
        0 if the hub could start, else 1.
    """
    print("Settings: fine.")
    print(f"Address: {settings.address}")
    is_fine = _check_data(settings) & _check_database(settings)
    print(_key_words(settings))
    return 0 if is_fine & _check_node() else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="execution-hub", description="Test agents and watch every execution live, from any page."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("serve", help="serve pages, API and sockets on one port; builds the pages if they changed")
    commands.add_parser("check", help="say what is set up and what is missing: settings, database, key, Node")
    return parser


def _serve(settings: Settings) -> int:
    from execution_hub.serve import serve

    serve(settings)


def _check_data(settings: Settings) -> bool:
    from execution_hub.store.lock import LOCK_FILE, DataLock

    folder = settings.data_dir
    if not (folder / LOCK_FILE).exists():
        nearest = next(each for each in (folder, *folder.parents) if each.exists())
        is_writable = nearest.is_dir() and os.access(nearest, os.W_OK)
        print(f"Data folder: {folder}, {'made by the first start' if is_writable else 'cannot be made'}.")
        return is_writable
    try:
        DataLock(folder).acquire().release()
    except HubError as error:
        print(f"Data folder: {error.message}")
        return "another hub" in error.message
    print(f"Data folder: {folder}, writable, not in use.")
    return True


def _check_database(settings: Settings) -> bool:
    # Loads SQLAlchemy, which `serve` leaves to the server.
    from execution_hub.store.migrate import check_writable, current_revision, head_revision

    try:
        check_writable(settings.sqlalchemy_url)
        current, newest = current_revision(settings.sqlalchemy_url), head_revision()
    except HubError as error:
        print(f"Database: {error.message}")
        return False
    if current is None:
        print("Database: reachable, still empty; the first start fills it.")
    elif current == newest:
        print(f"Database: reachable, writable, up to date (revision {current}).")
    else:
        print(f"Database: reachable, at revision {current}; the next start brings it to {newest}.")
    return True


def _key_words(settings: Settings) -> str:
    if settings.anthropic_api_key is None:
        return "Key: none. Agents with the simulated model work; for Claude, set ANTHROPIC_API_KEY."
    where = settings.anthropic_base_url or "the Anthropic API"
    return f"Key: ANTHROPIC_API_KEY is set, for {where}."


def _check_node() -> bool:
    # The one of the environment comes first, as in rxconfig.py.
    path = os.pathsep.join((sysconfig.get_path("scripts"), os.defpath))
    node = shutil.which("node", path=path)
    if node is None:
        print("Node: none. Install requirements.txt, which brings it.")
        return False
    version = subprocess.run((node, "--version"), capture_output=True, text=True, check=False).stdout.strip()
    print(f"Node: {version or 'does not run'}.")
    return bool(version)


if __name__ == "__main__":
    sys.exit(main())

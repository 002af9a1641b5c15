"""The command line. Exit codes: 0 well, 1 it could not be done, 2 a wrong setting or call, 3 a cut answer."""

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from typing import Any

from execution_hub.errors import HubError, SettingsError
from execution_hub.settings import Settings, load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: The words after the program's name; those of this process if omitted.

    Returns:
        The exit code.
    """
    words = _parser().parse_args(arguments)
    try:
        settings = load_settings()
        match words.command:
            case "check":
                return check(settings)
            case "serve":
                return _serve(settings)
            case "prune" if words.dry_run:
                return _count_prunable(settings)
            case _:
                return _talk(settings, words)
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
    _add_terminal_commands(commands)
    commands.add_parser("check", help="say what is set up and what is missing: settings, database, key, Node")
    return parser


def _add_terminal_commands(commands: Any) -> None:
    test = commands.add_parser("test", help="test an agent and stream its answer")
    test.add_argument("agent", metavar="AGENT", help="its name or number")
    run = commands.add_parser("run", help="run a workflow, tell its steps, print its output")
    run.add_argument("workflow", metavar="WORKFLOW", help="its name or number")
    for parser in (test, run):
        parser.add_argument("input", metavar="INPUT", help="what to answer; - reads standard input")
    listing = commands.add_parser("list", help="the newest executions, a line each")
    for name in ("status", "type", "q"):
        listing.add_argument(f"--{name}", default="", help="as in the API's list")
    listing.add_argument("--limit", type=int, default=25, help="how many, up to 200")
    show = commands.add_parser("show", help="one execution with its steps and its output")
    show.add_argument("id", type=int, metavar="ID")
    show.add_argument("--follow", action="store_true", help="tell what happens until it has ended")
    for parser in (listing, show):
        parser.add_argument("--json", action="store_true", help="as on the wire")
    rerun = commands.add_parser("rerun", help="run an execution again")
    rerun.add_argument("id", type=int, metavar="ID")
    rerun.add_argument("--input", help="another input; - reads standard input")
    rerun.add_argument("--today", action="store_true", help="with the agent or workflow of today, not as it ran")
    cancel = commands.add_parser("cancel", help="stop executions")
    cancel.add_argument("ids", type=int, nargs="+", metavar="ID")
    prune = commands.add_parser("prune", help="remove what is past HUB_RETENTION_DAYS and HUB_RETENTION_MAX")
    prune.add_argument("--dry-run", action="store_true", help="only count")


def _talk(settings: Settings, words: argparse.Namespace) -> int:
    # Loads asyncio's client side, and the engine where no hub serves: `serve` and `check` need neither.
    import asyncio

    from execution_hub.console import commands
    from execution_hub.console.hubs import open_hub
    from execution_hub.logs import quieten_logs

    async def work() -> int:
        async with open_hub(settings) as hub:
            match words.command:
                case "test":
                    return await commands.test(hub, words.agent, _input(words.input))
                case "run":
                    return await commands.run(hub, words.workflow, _input(words.input))
                case "list":
                    query = {"status": words.status, "type": words.type, "q": words.q, "limit": str(words.limit)}
                    return await commands.list_executions(hub, query, is_json=words.json)
                case "show":
                    return await commands.show(hub, words.id, is_following=words.follow, is_json=words.json)
                case "rerun":
                    text = None if words.input is None else _input(words.input)
                    return await commands.rerun(hub, words.id, text, is_as_ran=not words.today)
                case "cancel":
                    return await commands.cancel(hub, words.ids)
                case _:
                    return await commands.prune(hub)

    quieten_logs()
    return asyncio.run(work())


def _input(word: str) -> str:
    return sys.stdin.read() if word == "-" else word


def _count_prunable(settings: Settings) -> int:
    from execution_hub.pruner import retention
    from execution_hub.store import pruning
    from execution_hub.store.database import Database
    from execution_hub.store.migrate import current_revision, head_revision

    if current_revision(settings.sqlalchemy_url) != head_revision():
        print("The database is new or not up to date: nothing to count before the next start.")
        return 0
    database = Database(settings.sqlalchemy_url)
    try:
        count = database.read(lambda connection: pruning.count(connection, retention(settings)))
    finally:
        database.close()
    print(f"{count} executions would be removed.")
    return 0


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
        DataLock(folder).acquire(patience_seconds=0).release()
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

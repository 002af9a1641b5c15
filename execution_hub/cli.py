"""The command line. What its exit codes mean is in EXIT_CODES."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from execution_hub.errors import HubError, InvalidInput, SettingsError
from execution_hub.settings import Settings, load_settings, with_role
from execution_hub.version import VERSION

EXIT_CODES = """\
exit codes:
  0    done; for test, run, rerun and show --follow: the execution succeeded
  1    it could not be done, or the execution did not succeed; of suite run: it did not pass
  2    a wrong call or a wrong setting; of suite: it could not be done
  3    the execution succeeded, but a limit cut its answer
  130  interrupted
  141  the reader of the output has gone

With --json, standard output is one JSON value in the words of the API: an execution (test, run, rerun, show, approve,
reject, resolve), {"items", "next_cursor"} (list, agents, workflows, cancel), {"removed"} (prune), {"is_fine",
"findings"} (check), {"before", "after", "engine_before", "engine_after", "backup"} (migrate); of show --follow a line
for each event and a last one for the execution; of what failed {"error": {"code", "message", "details"}}.
"""


PORT_MAX = 65_535

# What starts executions is told by their types, which take half a second to load: these need none.
_OWN = frozenset(
    [
        "--version",
        "serve",
        "worker",
        "check",
        "migrate",
        "list",
        "show",
        "rerun",
        "cancel",
        "approve",
        "reject",
        "resolve",
        "agents",
        "workflows",
        "prune",
        "suite",
    ],
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: The words after the program's name; those of this process if omitted.

    Returns:
        The exit code.
    """
    from execution_hub.console.terminal import guarded

    words = sys.argv[1:] if arguments is None else arguments
    return guarded(lambda: _run(_parse(_parser(is_starting=not words or words[0] not in _OWN), words)))


def _parse(parser: argparse.ArgumentParser, words: Sequence[str]) -> argparse.Namespace:
    found, rest = parser.parse_known_args(words)
    # argparse looks for a word that may be left out only in front of the options: `approve 5 --step a "fine"`.
    if len(rest) == 1 and getattr(found, "comment", None) == "" and (rest == ["-"] or not rest[0].startswith("-")):
        found.comment = rest.pop()
    if rest:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return found


def _run(words: argparse.Namespace) -> int:
    from execution_hub.console.terminal import say_json, tell

    is_json = getattr(words, "json", False)
    try:
        return _do(load_settings(), words)
    except HubError as error:
        tell(error.message)
        if is_json:
            say_json({"error": {"code": error.code, "message": error.message, "details": error.details}})
        # Of a suite's run, 1 is a verdict.
        return 2 if isinstance(error, SettingsError) or words.command == "suite" else 1
    except KeyboardInterrupt:
        return 130


def _do(settings: Settings, words: argparse.Namespace) -> int:
    match words.command:
        case "check":
            from execution_hub.console.checking import check

            return check(settings, is_json=words.json)
        case "migrate":
            from execution_hub.console.migrating import migrate_all
            from execution_hub.logs import quieten_logs

            quieten_logs()
            return migrate_all(settings, is_json=words.json)
        case "serve":
            return _serve(with_role(settings, words.role or settings.role))
        case "worker":
            from execution_hub.worker import work

            return work(with_role(settings, "worker", words.concurrency), _port(words.health_port))
        case "prune" if words.dry_run:
            return _count_prunable(settings, is_json=words.json)
        case _:
            return _talk(settings, words)


def _parser(*, is_starting: bool) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="execution-hub",
        description="Test agents and watch every execution live, from any page.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"execution-hub {VERSION}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serving = commands.add_parser(
        "serve", help="serve pages, API and sockets on one port; builds the pages if they changed"
    )
    serving.add_argument(
        "--role",
        choices=["all", "web"],
        help="join the other processes of a hub on PostgreSQL: all executes too, web does not; alone if omitted",
    )
    working = commands.add_parser("worker", help="join the other processes of a hub on PostgreSQL, and only execute")
    working.add_argument(
        "--concurrency",
        type=int,
        metavar="N",
        help="how many executions at once in it; HUB_WORKER_CONCURRENCY",
    )
    working.add_argument("--health-port", type=int, metavar="PORT", help="where to answer /api/health and /api/ready")
    if is_starting:
        _add_starting_commands(commands)
    _add_terminal_commands(commands)
    commands.add_parser("check", help="say what runs, what is set up and what is missing")
    commands.add_parser("migrate", help="bring the database to the newest revision, as every start does")
    for name, each in commands.choices.items():
        if name not in ("serve", "worker", "suite"):
            each.add_argument("--json", action="store_true", help="print JSON, as on the wire: see --help of all")
    return parser


def _add_starting_commands(commands: Any) -> None:
    from execution_hub.runners.registry import execution_types

    for kind in execution_types().values():
        if (command := kind.command) is None:
            continue
        parser = commands.add_parser(command.word, help=command.help)
        parser.set_defaults(kind=kind, target=None)
        if command.noun is not None:
            parser.add_argument("target", metavar=command.noun.upper(), help="its name or number")
        parser.add_argument("input", metavar="INPUT", help="what to answer; - reads standard input")


def _add_terminal_commands(commands: Any) -> None:
    from execution_hub.console.suite_words import add_suite_commands

    listing = commands.add_parser("list", help="the newest executions, a line each")
    for name in ("status", "type", "q"):
        listing.add_argument(f"--{name}", default="", help="as in the API's list")
    _add_paging(listing)
    show = commands.add_parser("show", help="one execution with its steps and its output")
    show.add_argument("id", type=int, metavar="ID")
    show.add_argument("--follow", action="store_true", help="tell what happens until it has ended")
    rerun = commands.add_parser("rerun", help="run an execution again")
    rerun.add_argument("id", type=int, metavar="ID")
    rerun.add_argument("--input", help="another input; - reads standard input")
    rerun.add_argument("--today", action="store_true", help="with the agent or workflow of today, not as it ran")
    cancel = commands.add_parser("cancel", help="stop executions")
    cancel.add_argument("ids", type=int, nargs="+", metavar="ID")
    _add_answers(commands)
    for noun in ("agent", "workflow"):
        _add_paging(commands.add_parser(f"{noun}s", help=f"list the {noun}s by name"))
    add_suite_commands(commands, _add_paging)
    prune = commands.add_parser("prune", help="remove what is past HUB_RETENTION_DAYS and HUB_RETENTION_MAX")
    prune.add_argument("--dry-run", action="store_true", help="only count")


def _add_paging(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", type=int, default=25, help="how many, up to 200")
    parser.add_argument("--cursor", help="where to go on, as the page before tells it")


def _add_answers(commands: Any) -> None:
    approve = commands.add_parser("approve", help="approve a step, or a call of a tool, that waits for a person")
    reject = commands.add_parser("reject", help="reject a step, or a call of a tool, that waits, with a reason")
    resolve = commands.add_parser("resolve", help="say what becomes of a call that was running when its process died")
    for parser in (approve, reject, resolve):
        parser.add_argument("id", type=int, metavar="ID")
    for parser in (approve, reject):
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--step", metavar="NAME", help="which step; not needed where only one thing waits")
        which.add_argument("--call", type=int, metavar="N", help="which call of a tool, by its number")
    approve.add_argument("--arguments", metavar="JSON", help="call the tool with these instead")
    approve.add_argument("--for-execution", action="store_true", help="approve the tool for all of this execution")
    approve.add_argument("comment", nargs="?", default="", metavar="COMMENT", help="what to say; - for standard input")
    reject.add_argument("comment", metavar="REASON", help="why; - for standard input")
    resolve.add_argument("--call", type=int, metavar="N", help="which call; not needed where only one is unknown")
    resolve.add_argument("how", choices=["run-again", "tell-agent", "fail"], help="what to do")


def _talk(settings: Settings, words: argparse.Namespace) -> int:
    # Loads asyncio's client side, and the engine where no hub serves: `serve` and `check` need neither.
    import asyncio

    from execution_hub.console import commands
    from execution_hub.console.answering import answer, resolve
    from execution_hub.console.catalogue import list_objects
    from execution_hub.console.hubs import open_hub
    from execution_hub.console.suite_words import do_suite
    from execution_hub.logs import quieten_logs

    async def work() -> int:
        async with open_hub(settings) as hub:
            match words.command:
                case "list":
                    query = {"status": words.status, "type": words.type, "q": words.q, "limit": str(words.limit)}
                    query |= {"cursor": words.cursor} if words.cursor else {}
                    return await commands.list_executions(hub, query, is_json=words.json)
                case "show":
                    return await commands.show(hub, words.id, is_following=words.follow, is_json=words.json)
                case "rerun":
                    text = None if words.input is None else _input(words.input)
                    return await commands.rerun(hub, words.id, text, is_as_ran=not words.today, is_json=words.json)
                case "cancel":
                    return await commands.cancel(hub, words.ids, is_json=words.json)
                case "approve" | "reject":
                    is_approved, text = words.command == "approve", _input(words.comment)
                    more: dict[str, Any] = {"is_approved": is_approved, "is_json": words.json}
                    if is_approved:
                        more |= {"arguments": words.arguments, "is_for_execution": words.for_execution}
                    chosen = words.call if words.step is None else words.step
                    return await answer(hub, words.id, chosen, text, **more)
                case "resolve":
                    return await resolve(hub, words.id, words.call, words.how, is_json=words.json)
                case "agents" | "workflows":
                    noun = words.command.removesuffix("s")
                    return await list_objects(hub, noun, words.limit, words.cursor, is_json=words.json)
                case "suite":
                    return await do_suite(hub, words)
                case "prune":
                    return await commands.prune(hub, is_json=words.json)
                case _:
                    text = _input(words.input)
                    return await commands.start(hub, words.kind, words.target, text, is_json=words.json)

    quieten_logs()
    return asyncio.run(work())


def _input(word: str) -> str:
    if word != "-":
        return word
    try:
        # Its bytes: the terminal's encoding may know less than people write.
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError:
        raise InvalidInput("input", "Standard input is not UTF-8. Convert it, for example with iconv.") from None


def _count_prunable(settings: Settings, *, is_json: bool) -> int:
    from execution_hub.console.terminal import say, say_json
    from execution_hub.domain.formats import counted
    from execution_hub.hub.retention import limits_of
    from execution_hub.store import pruning
    from execution_hub.store.database import Database
    from execution_hub.store.revisions import current_revision, head_revision
    from execution_hub.store.urls import app_url

    count, url = 0, app_url(settings)
    if current_revision(url) == head_revision():
        database = Database(url)
        try:
            count = database.read(lambda connection: pruning.count(connection, limits_of(settings)))
        finally:
            database.close()
    elif not is_json:
        say("The database is new or not up to date: nothing to count before the next start.")
        return 0
    if is_json:
        say_json({"removed": 0, "prunable": count})
    else:
        say(f"{counted(count, 'execution')} would be removed.")
    return 0


def _port(port: int | None) -> int | None:
    if port is not None and not 1 <= port <= PORT_MAX:
        raise SettingsError(f"--health-port {port}: a port is a number from 1 to {PORT_MAX}. Example: 8081")
    return port


def _serve(settings: Settings) -> int:
    from execution_hub.serve import serve

    serve(settings)


if __name__ == "__main__":
    sys.exit(main())

"""The words of `execution-hub suite`, as argparse reads them."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from execution_hub.console.hubs import TerminalHub

_SECONDS_MAX = 1_000_000
EXIT_CODES = """\
exit codes of suite:
  0    run: the run passed; import, list: done
  1    run: it ran, and did not pass
  2    it could not be done: no such suite, no hub, a run that failed or was stopped, a wrong call
  130  interrupted; the run was stopped
"""


def add_suite_commands(commands: Any, add_paging: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add `suite` and its own commands.

    Args:
        commands: Where to.
        add_paging: Adds what every list takes.
    """
    suite = commands.add_parser(
        "suite",
        help="run, import and list suites of tests",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    own = suite.add_subparsers(dest="suite_command", required=True, metavar="COMMAND")
    run = own.add_parser("run", help="run a suite; the exit code is its verdict")
    run.add_argument("name", metavar="NAME", help="its name or number")
    run.add_argument("--fail-under", type=_rate, metavar="X", help="the pass rate needed, 0 to 1, not the suite's own")
    run.add_argument("--timeout", type=_seconds, metavar="SECONDS", help="stop the run if it takes longer")
    run.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML, for CI servers")
    run.add_argument("--html", type=Path, metavar="FILE", help="write a page to send around")
    bring = own.add_parser("import", help="make a suite of a file: JSON Lines, CSV, a configuration of promptfoo")
    bring.add_argument("file", type=Path, metavar="FILE")
    bring.add_argument(
        "--format", default="", choices=["jsonl", "csv", "promptfoo"], help="told by its name if left out"
    )
    bring.add_argument("--name", default="", help="what the suite is called; as the file says if left out")
    bring.add_argument(
        "--agent", action="append", default=[], metavar="AGENT", help="what it tests: a name, or an exported FILE.json"
    )
    bring.add_argument("--workflow", action="append", default=[], metavar="WORKFLOW", help="what it tests, too")
    bring.add_argument("--judge", default="", metavar="AGENT", help="who judges what a model is to grade")
    bring.add_argument("--into", default="", metavar="SUITE", help="give the cases to this suite instead")
    bring.add_argument("--replace", action="store_true", help="with --into: in the place of those it has")
    add_paging(own.add_parser("list", help="the suites by name, a line each"))
    for each in own.choices.values():
        each.add_argument("--json", action="store_true", help="print JSON, as on the wire")


def _rate(word: str) -> float:
    rate = float(word)
    # Written so, it refuses what is no number, too.
    if not 0 <= rate <= 1:
        raise argparse.ArgumentTypeError("give a number from 0 to 1, such as 0.9")
    return rate


def _seconds(word: str) -> float:
    seconds = float(word)
    if not 0 < seconds <= _SECONDS_MAX:
        raise argparse.ArgumentTypeError(f"give seconds, more than 0 and at most {_SECONDS_MAX}")
    return seconds


async def do_suite(hub: TerminalHub, words: argparse.Namespace) -> int:
    """Do what the words of `suite` say, and return the exit code."""
    from execution_hub.console import suites

    match words.suite_command:
        case "run":
            wanted = suites.Wanted(words.fail_under, words.timeout, words.junit, words.html)
            return await suites.run(hub, words.name, wanted, is_json=words.json)
        case "import":
            given = suites.Incoming(
                words.file,
                words.format,
                words.name,
                tuple(words.agent),
                tuple(words.workflow),
                words.judge,
                words.into,
                words.replace,
            )
            return await suites.import_file(hub, given, is_json=words.json)
        case _:
            return await suites.list_suites(hub, words.limit, words.cursor, is_json=words.json)

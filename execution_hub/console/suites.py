"""`execution-hub suite`: suites of tests, run as a step of continuous integration does."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from execution_hub.console.beside import Folder, read_bounded
from execution_hub.console.catalogue import tell_more
from execution_hub.console.commands import ENDED, choose
from execution_hub.console.hubs import TerminalHub
from execution_hub.console.terminal import excerpt, say, say_json, say_table, tell
from execution_hub.domain.formats import counted, format_cost, format_duration
from execution_hub.domain.suite import Case
from execution_hub.domain.verdict import Verdict
from execution_hub.errors import Conflict, HubError, InvalidInput
from execution_hub.suite_files.formats import Format, format_of, read_cases_file
from execution_hub.suite_files.jsonl import write_jsonl
from execution_hub.suite_files.promptfoo_tests import Files
from execution_hub.views.run_cells import PASSED, RunCell, cell_of, cells_of_run, target_names

# A stop of the terminal is heard within so many seconds.
WAIT_SECONDS = 2
# Exit codes: it ran and passed, it ran and did not, it could not run.
IS_PASS, IS_NO_PASS, NOT_RUN = 0, 1, 2
NAME_MAX = 40
WORDS_MAX = 60
REASON_MAX = 200
# So many cells that did not pass are told; files have all of them.
TOLD_MAX = 50
# Of the text of one import, as JSON writes it; the API takes 2.4 MB.
PART_MAX = 2_000_000
AGENT_FILE = ".json"
_SUITE_RUN = "suite_run"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a suite is run, and what is made of its run.

    Attributes:
        fail_under: The pass rate that is needed, 0 to 1; None for the suite's own.
        timeout_seconds: After how long the run is stopped; None for never.
        junit, html: The files to be written; None for none.
    """

    fail_under: float | None = None
    timeout_seconds: float | None = None
    junit: Path | None = None
    html: Path | None = None

    def __post_init__(self) -> None:
        """Check where the files go, before anything runs.

        Raises:
            InvalidInput: One cannot be written there.
        """
        for path in (self.junit, self.html):
            if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
                raise InvalidInput("file", f"{path} cannot be written: name a file in a folder that is there.")


async def run(hub: TerminalHub, name: str, wanted: Wanted, *, is_json: bool) -> int:
    """Run a suite to its end, and say what came of it.

    A stop of the terminal, and the timeout, stop the run.

    Args:
        hub: The hub.
        name: The suite's name or number.
        wanted: How, and what is to be written.
        is_json: Print the execution as it ended, and nothing on the way.

    Returns:
        0 if it passed, 1 if not, 2 if it could not be run to a verdict.

    Raises:
        HubError: There is no such suite, or it cannot run.
    """
    suite = choose("suite", name, await hub.every("suite"))
    await _tell_estimate(hub, suite["id"])
    started = await hub.start(_SUITE_RUN, {"suite_id": suite["id"]})
    link = f", {hub.address}/executions/{started['id']}" if hub.is_serving else ""
    tell(f"Execution {started['id']}: {started['name']}{link}")
    try:
        async with asyncio.timeout(wanted.timeout_seconds):
            ended = await _until_ended(hub, started["id"], is_told=not is_json and sys.stderr.isatty())
    except (TimeoutError, asyncio.CancelledError) as reason:
        await asyncio.shield(hub.cancel(started["id"]))
        if isinstance(reason, asyncio.CancelledError):
            raise
        tell(f"Stopped: it took longer than {wanted.timeout_seconds:g} s.")
        ended = await _until_ended(hub, started["id"], is_told=False)
    code, words = _verdict(ended, wanted.fail_under)
    await _write(hub, ended, wanted)
    if is_json:
        say_json(ended)
    else:
        _tell_cells(ended, hub)
        say(words)
    return code


async def _tell_estimate(hub: TerminalHub, suite_id: int) -> None:
    # A hub that cannot say it, as an older one, runs the suite all the same.
    with suppress(HubError):
        likely = await hub.estimate(suite_id)
        if likely["cost_usd"] is not None:
            cost, cells = format_cost(likely["cost_usd"]), counted(likely["cells"], "cell")
            tell(f"About {cost} for {cells}, as in run {likely['run_id']}.")


async def _until_ended(hub: TerminalHub, execution_id: int, *, is_told: bool) -> dict[str, Any]:
    plan = (await hub.execution(execution_id))["definition"]
    total = len(plan["cases"]) * len(plan["targets"]) * plan["repeats"]
    names, done, after, is_due = target_names(plan), 0, 0, True
    while True:
        page = await hub.events(execution_id, after, WAIT_SECONDS)
        for event in page["events"]:
            after = event["seq"]
            # A run is long, and asked for whole: only when it moved, or is silent.
            is_due = is_due or event["kind"] == "status"
            if event["kind"] == "result":
                done += 1
                if is_told:
                    tell(f"  {done}/{total} {_told(event['data'], plan, names)}")
        if after >= page["last_seq"] and (is_due or not page["events"]):
            is_due = False
            execution = await hub.execution(execution_id)
            if execution["status"] in ENDED and execution["last_seq"] <= after:
                return execution


def _told(data: Mapping[str, Any], plan: Mapping[str, Any], names: list[str]) -> str:
    case, target, repeat = cell_of(plan, data["number"])
    again = f" #{repeat + 1}" if plan["repeats"] > 1 else ""
    return f"{data['outcome']}: {excerpt(case, WORDS_MAX)}{again} · {excerpt(names[target], NAME_MAX)}"


def _verdict(ended: Mapping[str, Any], fail_under: float | None) -> tuple[int, str]:
    """Return the exit code of an ended run, and its verdict in a line."""
    if ended["status"] != "succeeded":
        return NOT_RUN, f"{ended['status']}: {ended['error'] or 'it was stopped.'}"
    told = ended["verdict"]
    needed = ended["definition"]["pass_rate"] if fail_under is None else fail_under
    found = Verdict(told["passed"], told["failed"], told["errors"], told["total"], needed)
    parts = [f"{found.passed} of {found.total} passed"]
    parts += [
        f"{count} {word}" for count, word in ((found.failed, "failed"), (found.errors, "could not be judged")) if count
    ]
    if ended["flaky"]:
        parts.append(counted(len(ended["flaky"]), "flaky case"))
    if found.interval is not None and found.is_whole:
        low, high = found.interval
        parts.append(f"95% interval {low:.1%} to {high:.1%}")
    parts.append(f"{needed:.1%} needed")
    if ended["usage"]["cost_usd"] is not None:
        parts.append(format_cost(ended["usage"]["cost_usd"]))
    if ended["duration_ms"] is not None:
        parts.append(format_duration(ended["duration_ms"]))
    line = ", ".join(parts)
    if found.is_pass is None:
        return NOT_RUN, f"No verdict: a limit ended the run ({ended['limit']}); {line}."
    return (IS_PASS, f"Passed: {line}.") if found.is_pass else (IS_NO_PASS, f"Not passed: {line}.")


def _tell_cells(ended: Mapping[str, Any], hub: TerminalHub) -> None:
    names = target_names(ended["definition"])
    problems = [each for each in cells_of_run(ended) if each.reasons or each.outcome not in (PASSED, "not_run")]
    for cell in problems[:TOLD_MAX]:
        again = f" #{cell.repeat + 1}" if ended["definition"]["repeats"] > 1 else ""
        tell(f"{cell.outcome}: {excerpt(cell.case, WORDS_MAX)}{again} · {excerpt(names[cell.target], NAME_MAX)}")
        for reason in cell.reasons:
            tell(f"  {excerpt(reason, REASON_MAX)}")
        tell(f"  {_where(cell, hub)}")
    if len(problems) > TOLD_MAX:
        tell(f"{len(problems) - TOLD_MAX} more did not pass: --junit and --html tell all.")


def _where(cell: RunCell, hub: TerminalHub) -> str:
    number = cell.execution_id
    return f"{hub.address}/executions/{number}" if hub.is_serving else f"execution-hub show {number}"


async def _write(hub: TerminalHub, ended: Mapping[str, Any], wanted: Wanted) -> None:
    try:
        if wanted.junit is not None:
            # Loads a library for XML: only for those who want it.
            from execution_hub.views.run_junit import write_junit

            children = await hub.children(ended["id"])
            wanted.junit.write_bytes(write_junit(ended, children, hub.address if hub.is_serving else ""))
        if wanted.html is not None:
            wanted.html.write_text(await hub.report(ended["id"]), encoding="utf-8")
    except OSError as error:
        raise InvalidInput("file", f"{error.filename} cannot be written ({error.strerror}).") from None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file of cases, and what becomes of it.

    Attributes:
        path: The file.
        kind: What it is: `jsonl`, `csv`, `promptfoo`; empty to tell by its name.
        name: What the new suite is called; empty for what the file says, or the file's own name.
        agents: What it tests, by name or number, or by a file that an agent was exported to, which comes in too.
        workflows: Likewise, by name or number.
        judge: Who judges what a model is to grade, named as an agent; empty for nobody.
        into: The suite that gets the cases, by name or number; empty for a new one.
        is_replacing: Whether they come in the place of those it has.
    """

    path: Path
    kind: str = ""
    name: str = ""
    agents: tuple[str, ...] = ()
    workflows: tuple[str, ...] = ()
    judge: str = ""
    into: str = ""
    is_replacing: bool = False


async def import_file(hub: TerminalHub, given: Incoming, *, is_json: bool) -> int:
    """Store the cases of a file, and tell what of it does not map.

    Files that a configuration names are read if they are in its folder.

    Raises:
        HubError: The file does not fit, or something that was named is not there.
    """
    if given.into and (given.name or given.agents or given.workflows):
        raise Conflict("--into adds cases to a suite: leave out --name, --agent and --workflow.")
    judge = await _agent_id(hub, given.judge) if given.judge else None
    kind = format_of(given.kind or given.path.name)
    try:
        text = read_bounded(given.path)
    except OSError as error:
        raise InvalidInput("file", f"{given.path} cannot be read ({error.strerror}).") from None
    found = read_cases_file(kind, text, files=Files(Folder(given.path.parent).read), judge_agent_id=judge)
    # What the files beside it hold has come in: the hub gets the cases themselves, so many as one request may carry.
    first, *more = _parts(found.cases)
    if given.into:
        suite_id = choose("suite", given.into, await hub.every("suite"))["id"]
        stored = await hub.import_cases(suite_id, {**first, "mode": "replace" if given.is_replacing else "append"})
    else:
        targets = [{"agent_id": await _agent_id(hub, each)} for each in given.agents]
        workflows = await hub.every("workflow") if given.workflows else []
        targets += [{"workflow_id": choose("workflow", each, workflows)["id"]} for each in given.workflows]
        named = {"name": given.name or found.name or given.path.stem, "description": found.description}
        stored = await hub.import_suite({**first, **named, "targets": targets, "repeats": found.repeats})
    for part in more:
        stored = await hub.import_cases(stored["id"], {**part, "mode": "append"})
    unmapped = [each.as_json() for each in found.unmapped]
    if is_json:
        say_json({**stored, "unmapped": unmapped})
        return IS_PASS
    for each in unmapped:
        tell(f"  {each['place']}: {each['reason']}")
    tested = "" if stored["targets"] else " It tests nothing yet: give it an agent."
    say(f"Suite {stored['id']}: {stored['name']}, {counted(stored['cases_count'], 'case')}.{tested}")
    return IS_PASS


def _parts(cases: Sequence[Case]) -> list[dict[str, str]]:
    """Return cases as the texts of requests, each small enough for one."""
    parts: list[list[str]] = [[]]
    size = 0
    for each in cases:
        line = write_jsonl([each])
        size += len(json.dumps(line))
        if parts[-1] and size > PART_MAX:
            parts.append([])
            size = len(json.dumps(line))
        parts[-1].append(line)
    return [{"format": Format.JSONL.value, "text": "".join(each)} for each in parts]


async def _agent_id(hub: TerminalHub, word: str) -> int:
    """Return the agent that a word means: its name or number, or a file that it was exported to."""
    if not word.endswith(AGENT_FILE):
        return int(choose("agent", word, await hub.every("agent"))["id"])
    try:
        value = json.loads(read_bounded(Path(word)))
    except OSError as error:
        raise InvalidInput("agent", f"{word} cannot be read ({error.strerror}).") from None
    except (ValueError, RecursionError):
        raise InvalidInput("agent", f"{word} is no JSON. Name the file of an agent's export.") from None
    if not isinstance(value, dict):
        raise InvalidInput("agent", f"{word} holds no agent. Name the file of an agent's export.")
    stored = await hub.import_agent(value)
    tell(f"Agent {stored['id']}: {stored['name']}")
    return int(stored["id"])


async def list_suites(hub: TerminalHub, limit: int, cursor: str | None, *, is_json: bool) -> int:
    """Print a page of the suites, a line each."""
    page = await hub.page("suite", limit, cursor)
    if is_json:
        say_json(page)
        return IS_PASS
    rows = [("ID", "NAME", "CASES", "TARGETS", "REPEATS", "NEEDED")]
    rows += [
        (
            str(each["id"]),
            excerpt(each["name"], NAME_MAX),
            str(each["cases_count"]),
            str(len(each["targets"])),
            str(each["repeats"]),
            f"{each['pass_rate']:.0%}",
        )
        for each in page["items"]
    ]
    say_table(rows)
    tell_more(page)
    return IS_PASS

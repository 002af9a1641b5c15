"""No list and no periodic query does more work because the history has grown.

Work is counted at 1,000 and at 50,000 executions that differ in nothing else. Every function of the store that takes a
connection is here, or is named with the reason why not: a new one fails the first test until it is.
"""

import importlib
import inspect
import itertools
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from execution_hub import store
from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.call import Call, CallChange, CallKind
from execution_hub.domain.case import AgentCase
from execution_hub.domain.clock import now
from execution_hub.domain.event import EventKind
from execution_hub.domain.execution import AGENT_TEST, WORKFLOW, NewExecution
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.mark import Mark
from execution_hub.domain.result import Result, ResultChange
from execution_hub.domain.status import Status
from execution_hub.domain.step import Step
from execution_hub.domain.suite import Case, SuiteDraft
from execution_hub.domain.task import TaskDraft
from execution_hub.domain.trigger import Trigger, TriggerType
from execution_hub.domain.verdict import TargetVerdict, Verdict
from execution_hub.domain.workflow import WorkflowDraft
from execution_hub.errors import HubError
from execution_hub.store import (
    batches,
    call_changes,
    calls,
    cases,
    cells,
    children,
    counters,
    events,
    executions,
    figures,
    history,
    numbering,
    pages,
    providers,
    pruning,
    results,
    rounds,
    runs,
    search,
    steps,
    submissions,
    triggers,
    verdicts,
    versions,
    walk,
    writes,
)
from execution_hub.store.agents import agents
from execution_hub.store.call_answers import AnswerCall
from execution_hub.store.catalogue import Catalogue
from execution_hub.store.intents import Answer, Cancel, Change, Delete, Restore, SendBack, SetMark, Submit, SubmitBatch
from execution_hub.store.migrate import migrate
from execution_hub.store.pruning import RetentionLimits
from execution_hub.store.suites import cases_of, named, own_of, put_own, suites
from execution_hub.store.tasks import tasks
from execution_hub.store.workflows import workflows
from tests.support.history import ACTIVE, DELETED, RARE_AGENT, RARE_WORKFLOW, SECONDS_APART, History, fill
from tests.support.work import Counter

FEW, MANY = 1_000, 50_000
# Twice the work for fifty times the rows, and a little: trees are a page deeper, and a short list gets full.
FACTOR = 2
SLACK = {"sqlite": 5_000, "postgresql": 600}
LIMIT = 10
SAVE = Trigger(TriggerType.SAVE, "local", now(), agent_id=3, version=2)
HOUR = timedelta(hours=1)
PROVIDER = providers.ProviderKey("anthropic", "a key")

Ask = Callable[[Connection], object]

# What looks at everything, on purpose.
WHOLE = {
    "pruning.count": "a person asks how much a prune would take: `prune --dry-run`",
    "recordset.is_worth_it": "asks nothing",
    "sizes.count_executions": "a person looks at the settings: once a minute at most, and up to a bound",
    "sizes.server_size": "asks a PostgreSQL server, which keeps the figure",
    "worker_tools.of": "the processes of a hub",
    "worker_tools.put": "one of them",
    "workers.all_of": "the processes of a hub, up to a bound",
    "workers.ask_to_drain": "one of them",
    "workers.ask_to_stop": "one of them",
    "workers.remove": "one of them",
    "workers.remove_all": "the processes of a hub",
    "workers.server_started_at": "asks a PostgreSQL server, which keeps it",
}


class Place:
    """A database of so many executions, and where in it a test looks."""

    def __init__(self, url: str, rows: int, *, is_analysed: bool) -> None:
        migrate(url)
        fill(url, History(rows), is_analysed=is_analysed)
        self.rows = rows
        self.counter = Counter(url)
        # Neither the newest nor the oldest, and neither active nor deleted.
        self.deep = rows // 3
        self.ended = rows - ACTIVE - DELETED - 1
        self.middle = now() - timedelta(seconds=SECONDS_APART * rows / 2)
        self.running = self.id_of("status = 'running' AND execution_type = 'agent_test'")
        self.with_calls = self.id_of("workflow_id IS NULL AND id % 5 = 0 AND id < :deep", deep=self.deep)
        self.run = self.id_of("suite_id = 3 AND id < :deep", deep=rows)
        self.with_steps = self.id_of("workflow_id IS NOT NULL AND id < :deep", deep=self.deep)

    def id_of(self, condition: str, **values: object) -> int:
        """Return the newest execution with a property."""
        found: list[int] = []
        statement = text(f"SELECT max(id) FROM executions WHERE {condition}")
        self.counter.of(lambda c: found.append(c.execute(statement, values).scalar_one()))
        return found[0]


@pytest.fixture(scope="module", params=["sqlite", "sqlite as it is used", "postgresql"])
def places(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Place]]:
    """Yield the same history short and long, on each database; SQLite is analysed by nobody but tests."""
    names: list[str] = []
    if request.param != "postgresql":
        folder = tmp_path_factory.mktemp("growth")
        urls = [f"sqlite:///{folder}/{rows}.sqlite3" for rows in (FEW, MANY)]
    else:
        server = request.getfixturevalue("postgres_server")
        names = [f"growth_{rows}" for rows in (FEW, MANY)]
        for name in names:
            server.execute(f"CREATE DATABASE {name}")
        urls = [server.url(name) for name in names]
    is_analysed = request.param != "sqlite as it is used"
    yield [Place(url, rows, is_analysed=is_analysed) for url, rows in zip(urls, (FEW, MANY), strict=True)]
    for name in names:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _growth(places: list[Place], asks: dict[str, Callable[[Place], Ask]]) -> list[str]:
    """Return what does more work in the longer history, in words."""
    few, many = places
    slack = SLACK["sqlite" if few.counter._is_sqlite else "postgresql"]
    found = []
    for name, ask in asks.items():
        little, much = few.counter.of(ask(few)), many.counter.of(ask(many))
        if much.amount > FACTOR * little.amount + slack:
            worst = max(much.statements, key=lambda each: each[1], default=("", 0))[0]
            found.append(f"{name}: {little.amount} became {much.amount} {' '.join(worst.split())[:300]}")
    return found


def _new() -> NewExecution:
    return NewExecution(AGENT_TEST, "New", "hello", {"model": "simulated"}, agent_id=1)


_VERDICT = TargetVerdict(1, 0, 3, 3, None, 1, "simulated", Verdict(1, 0, 0, 1))


def _new_call(number: int) -> CallChange:
    return CallChange(number, new=Call(number, CallKind.TOOL, server="hub", tool="calculate", arguments={"x": 1}))


def _of_kind(name: str, table: Catalogue, draft: object, at: datetime) -> dict[str, Callable[[Place], Ask]]:
    return {
        f"{name}.every": lambda _: table.every,
        f"{name}.page": lambda _: lambda c: table.page(c, LIMIT),
        f"{name}.names": lambda _: lambda c: table.names(c, LIMIT),
        f"{name}.find": lambda _: lambda c: table.find(c, 3),
        f"{name}.some": lambda _: lambda c: table.some(c, [3, 4]),
        f"{name}.check_is_there": lambda _: lambda c: table.check_is_there(c, 3),
        f"{name}.get": lambda _: lambda c: table.get(c, 3),
        f"{name}.lock": lambda _: lambda c: table.lock(c, 3),
        f"{name}.add": lambda _: lambda c: table.add(c, draft, at),
        f"{name}.change": lambda _: lambda c: table.change(c, table.get(c, 3), draft, at),
        f"{name}.remove": lambda _: lambda c: table.remove(c, 3),
        f"{name}.versions": lambda _: lambda c: table.versions(c, 3, LIMIT),
        f"{name}.version": lambda _: lambda c: _told(lambda: table.version(c, 3, 1)),
        f"{name}.version_as_of": lambda _: lambda c: table.version_as_of(c, 3, at),
        f"{name}.label_version": lambda _: lambda c: _told(lambda: table.label_version(c, 3, 1, "A")),
    }


def _asks() -> dict[str, Callable[[Place], Ask]]:
    """Return a call of every function of the store that asks the database."""
    at = now()
    of_kinds = (
        _of_kind("agents", agents, AgentDraft(name="A", model="simulated"), at)
        | _of_kind("tasks", tasks, TaskDraft("T", "go"), at)
        | _of_kind("workflows", workflows, WorkflowDraft(name="W"), at)
        | _of_kind("suites", suites, SuiteDraft(name="S"), at)
    )
    where = ExecutionFilter(agent_id=3)
    return of_kinds | {
        "agents.of_kind": lambda _: lambda c: agents.of_kind(c, LIMIT, is_offline=True),
        "agents.with_tools": lambda _: lambda c: agents.with_tools(c, LIMIT),
        "agents.briefs": lambda _: lambda c: agents.briefs(c, [3, 4]),
        "workflows.among_using": lambda _: lambda c: workflows.among_using(c, [3, 4], 3),
        "workflows.using_agent": lambda _: lambda c: workflows.using_agent(c, 3),
        "batches.executions_of": lambda _: lambda c: batches.executions_of(c, 3),
        "batches.inputs": lambda _: lambda c: batches.inputs(c, 3),
        "batches.newest": lambda _: lambda c: batches.newest(c, 3, 4),
        "calls.asked_in": lambda p: lambda c: calls.asked_in(c, [p.with_calls, p.deep, *range(p.rows - 3, p.rows + 1)]),
        "call_changes.cancel_open": lambda p: lambda c: call_changes.cancel_open(c, [p.with_calls], at),
        "call_changes.cancel_steps": lambda p: lambda c: call_changes.cancel_steps(c, p.with_calls, ["draft"], at),
        "call_changes.change": lambda p: (
            lambda c: call_changes.change(c, p.with_calls, [_new_call(9), CallChange(2, {"status": "failed"})], at)
        ),
        "cells.find": lambda p: lambda c: cells.find(c, p.deep, 1),
        "cells.of_child": lambda p: lambda c: cells.of_child(c, p.deep, p.ended),
        "cells.outlines": lambda p: lambda c: cells.outlines(c, p.deep, 1),
        "calls.find": lambda p: lambda c: calls.find(c, p.with_calls, 2),
        "calls.fitting": lambda p: lambda c: calls.fitting(c, p.with_calls),
        "calls.approved_tools": lambda p: lambda c: calls.approved_tools(c, p.with_calls),
        "calls.open_of": lambda p: lambda c: calls.open_of(c, p.with_calls),
        "calls.of": lambda p: lambda c: calls.of(c, p.with_calls),
        "call_changes.requeue_running": lambda p: lambda c: call_changes.requeue_running(c, p.with_calls, at),
        "calls.shown": lambda p: lambda c: calls.shown(c, p.with_calls, [1, 2]),
        "calls.some": lambda p: lambda c: calls.some(c, p.with_calls, [1, 2]),
        "calls.waiting_numbers": lambda p: lambda c: calls.waiting_numbers(c, p.with_calls),
        "cases.of": lambda _: lambda c: cases.of(c, 3),
        "cases.put": lambda _: lambda c: cases.put(c, 3, [AgentCase("A", "hello")]),
        "children.active_of": lambda p: lambda c: children.active_of(c, p.deep),
        "children.all_of": lambda p: lambda c: children.all_of(c, [p.deep]),
        "children.delete_with": lambda p: lambda c: children.delete_with(c, [p.deep], at),
        "children.orphans": lambda _: lambda c: children.orphans(c, LIMIT),
        "children.restore_with": lambda p: lambda c: children.restore_with(c, {p.deep: at}, at),
        "children.some_of": lambda p: lambda c: children.some_of(c, [p.deep, p.ended], LIMIT),
        "children.usages_of": lambda p: lambda c: children.usages_of(c, p.deep),
        "counters.fact": lambda _: lambda c: counters.fact(c, "uuid"),
        "counters.is_queue_paused": lambda _: counters.is_queue_paused,
        "counters.pause_queue": lambda _: lambda c: counters.pause_queue(c, False),
        "counters.raise_by": lambda _: lambda c: counters.raise_by(c, counters.CHANGED),
        "counters.state_fact": lambda _: lambda c: counters.state_fact(c, "a", "b"),
        "counters.value_of": lambda _: lambda c: counters.value_of(c, counters.CHANGED),
        "events.after": lambda p: lambda c: events.after(c, p.deep, 0, 100),
        "events.after_each": lambda p: lambda c: events.after_each(c, [(p.deep, 0), (p.ended, 0)], 100),
        "events.append_all": lambda p: lambda c: events.append_all(c, [(p.deep, 3, 1, [])], at),
        "events.last_of_kind": lambda p: lambda c: events.last_of_kind(c, p.deep, EventKind.STATUS),
        "executions.ended_of": lambda p: lambda c: executions.ended_of(c, [p.deep, p.ended]),
        "executions.find": lambda p: lambda c: executions.find(c, p.deep),
        "executions.find_again": lambda p: lambda c: executions.find_again(c, executions.get(c, p.deep)),
        "executions.find_by_keys": lambda _: lambda c: executions.find_by_keys(c, ["key-7", "key-8"]),
        "executions.plan_text": lambda p: lambda c: executions.plan_text(c, p.deep),
        "executions.get": lambda p: lambda c: executions.get(c, p.deep),
        "executions.lock": lambda p: lambda c: executions.lock(c, p.deep),
        "executions.lock_all": lambda p: lambda c: executions.lock_all(c, [p.deep, p.ended]),
        "executions.pending_count": lambda _: executions.pending_count,
        "executions.pending_jobs": lambda _: executions.pending_jobs,
        "executions.raise_next_id": lambda p: lambda c: executions.raise_next_id(c, p.rows + 5),
        "executions.running": lambda _: executions.running,
        "figures.active_counts": lambda _: figures.active_counts,
        "figures.durations_between": lambda p: lambda c: figures.durations_between(c, p.middle, p.middle + HOUR),
        "figures.sums_between": lambda p: lambda c: figures.sums_between(c, p.middle, p.middle + HOUR),
        "figures.started_between": lambda p: lambda c: figures.started_between(c, p.middle, at, 50),
        "figures.starts_of_changed": lambda p: lambda c: figures.starts_of_changed(c, p.rows - 20, 50),
        "history.active": lambda _: history.active,
        "history.changed_after": lambda p: lambda c: history.changed_after(c, p.rows - 20, LIMIT),
        "history.fitting": lambda p: lambda c: history.fitting(c, [p.deep, p.deep + 1]),
        "history.latest_change": lambda _: history.latest_change,
        "history.matching": lambda p: lambda c: history.matching(c, where, [p.deep, p.deep + 1, p.ended]),
        "history.newest_of_workflows": lambda _: lambda c: history.newest_of_workflows(c, [3, RARE_WORKFLOW, 999_999]),
        "history.page": lambda p: lambda c: history.page(c, where, LIMIT, p.deep),
        "history.past_durations": lambda _: lambda c: history.past_durations(c, AGENT_TEST, 3, None, limit=50),
        "history.reruns_of": lambda p: lambda c: history.reruns_of(c, p.deep),
        "history.some": lambda p: lambda c: history.some(c, [p.deep, p.deep + 1]),
        "numbering.number": lambda p: lambda c: numbering.number(c, [p.deep, p.ended], is_last=False),
        "pages.places": lambda _: lambda c: pages.places(c, agents.table, is_by_name=True),
        "pages.by_name": lambda _: lambda c: pages.by_name(c, agents.table, ["system_prompt"], LIMIT, None),
        "pages.newest": lambda _: lambda c: pages.newest(c, tasks.table, ["input"], LIMIT, None),
        "pages.fitting": lambda p: lambda c: pages.fitting(c, executions.executions, ["test_input"], [p.deep, p.ended]),
        "providers.change": lambda _: (
            lambda c: providers.change(c, PROVIDER, lambda gate, at: (gate.block(1, at), None))
        ),
        "providers.find": lambda _: lambda c: providers.find(c, PROVIDER),
        "pruning.deleted_before": lambda _: lambda c: pruning.deleted_before(c, at, 100),
        "pruning.prunable": lambda p: (
            lambda c: pruning.prunable(c, RetentionLimits(p.middle - timedelta(days=9999), 500), 100)
        ),
        "pruning.remove": lambda p: lambda c: pruning.remove(c, [p.deep, p.deep + 1]),
        "pruning.parts_of": lambda p: lambda c: pruning.parts_of(c, [p.deep, p.ended], LIMIT),
        "results.add": lambda p: lambda c: results.add(c, [(p.deep, [Result(7, p.ended)])]),
        "results.change": lambda p: lambda c: results.change(c, p.deep, [ResultChange(1, p.ended)]),
        "results.find": lambda p: lambda c: results.find(c, p.run, p.ended),
        "results.fitting": lambda p: lambda c: results.fitting(c, p.run, -1, LIMIT),
        "results.measured": lambda p: lambda c: results.measured(c, p.run),
        "results.of": lambda p: lambda c: results.of(c, p.run),
        "results.outcomes": lambda p: lambda c: results.outcomes(c, p.run),
        "rounds.of": lambda p: lambda c: rounds.of(c, p.with_steps, "draft"),
        "search.among": lambda p: lambda c: search.among(c, where.but(q="week 7"), [p.deep, p.deep + 1]),
        "search.holds": lambda _: lambda c: search.holds(c, "привет"),
        "search.look_through": lambda p: lambda c: search.look_through(c, where.but(q="week 7"), [p.deep]),
        "steps.add": lambda p: lambda c: steps.add(c, [(p.deep, [Step("new", 9, "agent", 1)])]),
        "steps.asked_in": lambda p: lambda c: steps.asked_in(c, [p.with_steps, p.deep]),
        "steps.cancel_open": lambda p: lambda c: steps.cancel_open(c, [p.with_steps], at),
        "steps.change": lambda p: lambda c: steps.change(c, p.with_steps, [], at),
        "steps.fitting": lambda p: lambda c: steps.fitting(c, p.with_steps),
        "steps.find": lambda p: lambda c: steps.find(c, p.with_steps, "draft"),
        "steps.of": lambda p: lambda c: steps.of(c, p.with_steps),
        "steps.requeue_running": lambda p: lambda c: steps.requeue_running(c, p.with_steps),
        "steps.waiting_names": lambda p: lambda c: steps.waiting_names(c, p.with_steps),
        "runs.last_of": lambda _: lambda c: runs.last_of(c, [1, 2, 3]),
        "runs.marked": lambda _: lambda c: runs.marked(c, 3, LIMIT, LIMIT),
        "runs.page": lambda p: lambda c: runs.page(c, 3, LIMIT, p.deep),
        "suites.cases_of": lambda _: lambda c: cases_of(c, 3),
        "suites.named": lambda _: lambda c: named(c, "Suite 1"),
        "suites.own_of": lambda _: lambda c: own_of(c, 3),
        "suites.put_own": lambda _: lambda c: put_own(c, agents.get(c, 3), [Case("A", "hello")], at),
        "submissions.find_batch": lambda _: lambda c: submissions.find_batch(c, "key-7", None),
        "submissions.find_submitted": lambda _: lambda c: submissions.find_submitted(c, "key-7", None),
        "verdicts.newest_of_agent": lambda _: lambda c: verdicts.newest_of_agent(c, 3, LIMIT),
        "verdicts.newest_of_agents": lambda _: lambda c: verdicts.newest_of_agents(c, [2, 3, 4], LIMIT),
        "verdicts.of_runs": lambda p: lambda c: verdicts.of_runs(c, [p.run]),
        "verdicts.put": lambda p: lambda c: verdicts.put(c, p.run, [_VERDICT]),
        "triggers.due": lambda _: triggers.due,
        "triggers.note_problem": lambda _: lambda c: triggers.note_problem(c, 3, None),
        "triggers.note_save": lambda _: lambda c: triggers.note_save(c, SAVE),
        "triggers.schedules": lambda _: triggers.schedules,
        "triggers.settle": lambda _: lambda c: triggers.settle(c, 3, SAVE),
        "triggers.under_way": lambda _: lambda c: triggers.under_way(c, 3, TriggerType.SAVE),
        "versions.content": lambda _: lambda c: versions.content(c, "agent", 3, 1),
        "versions.as_of": lambda _: lambda c: versions.as_of(c, "agent", 3, at),
        "versions.find": lambda _: lambda c: versions.find(c, "agent", 3, 1),
        "versions.page": lambda _: lambda c: versions.page(c, "agent", 3, LIMIT),
        "versions.set_label": lambda _: lambda c: versions.set_label(c, "agent", 3, 1, "A"),
        "versions.keep": lambda _: lambda c: versions.keep(c, "agent", 3, 7, {"name": "A"}, at),
        "writes.write": lambda p: lambda c: writes.write(c, Change(p.running, Status.FAILED), at),
        "writes.write batch": lambda _: lambda c: writes.write(c, SubmitBatch((_new(), _new())), at),
        "writes.write answer": lambda p: (
            lambda c: _told(lambda: writes.write(c, Answer(p.with_steps, "draft", is_approved=True), at))
        ),
        "writes.write send back": lambda p: (
            lambda c: _told(lambda: writes.write(c, SendBack(p.with_steps, "draft", {}, "Again."), at))
        ),
        "writes.write answer call": lambda p: (
            lambda c: _told(
                lambda: writes.write(c, AnswerCall(p.rows - 1, 2, is_approved=True, is_for_execution=True), at)
            )
        ),
        "writes.write cancel": lambda p: lambda c: writes.write(c, Cancel(p.running), at),
        "writes.write mark": lambda p: lambda c: writes.write(c, SetMark(p.ended, Mark.RIGHT), at),
        "writes.write delete": lambda p: lambda c: writes.write(c, Delete((p.ended,)), at),
        "writes.write restore": lambda p: lambda c: writes.write(c, Restore((p.rows - ACTIVE,), timedelta(days=1)), at),
        "writes.write_all": lambda p: lambda c: writes.write_all(c, [Submit(_new()), Change(p.running)], at),
        "walk.newest_of_workflows": lambda _: lambda c: walk.newest_of_workflows(c, [3, RARE_WORKFLOW]),
        "walk.newest": lambda _: lambda c: walk.newest(c, ExecutionFilter(), LIMIT, None),
    }


def _told(work: Callable[[], object]) -> None:
    """Do something that may be refused: what it asked before counts."""
    with suppress(HubError):
        work()


def test_every_question_of_the_store_is_counted() -> None:
    """A function that takes a connection is among those whose work is counted, or says why it is not."""
    found = set()
    for info in pkgutil.iter_modules([str(Path(store.__file__).parent)]):
        module = importlib.import_module(f"execution_hub.store.{info.name}")
        own = [each for each in inspect.getmembers(module, inspect.isfunction) if each[1].__module__ == module.__name__]
        # A kind of object is a value of its module, under the same name.
        table = getattr(module, info.name, None)
        methods = inspect.getmembers(type(table), inspect.isfunction) if isinstance(table, Catalogue) else []
        for name, function in (*own, *methods):
            if not name.startswith("_") and "connection" in inspect.signature(function).parameters:
                found.add(f"{info.name}.{name}")
    assert found == {name.split()[0] for name in _asks()} | set(WHOLE)


def test_no_question_grows_with_the_history(places: list[Place]) -> None:
    """Each function of the store does the same work at 1,000 and at 50,000 executions."""
    grown = _growth(places, _asks())
    assert not grown, "\n".join(grown)


OWNERS: list[dict[str, Any]] = [
    {},
    {"execution_type": AGENT_TEST},
    {"execution_type": WORKFLOW},
    {"execution_type": "unheard_of"},
    {"agent_id": 3},
    {"agent_id": RARE_AGENT},
    {"workflow_id": 3},
    {"workflow_id": RARE_WORKFLOW},
    {"task_id": 2},
    {"execution_type": AGENT_TEST, "agent_id": 3},
    {"execution_type": WORKFLOW, "agent_id": 3},
    {"execution_type": WORKFLOW, "workflow_id": 3},
    {"execution_type": AGENT_TEST, "workflow_id": 3},
    {"agent_id": 3, "workflow_id": 3},
    {"workflow_id": 3, "task_id": 2},
    {"suite_id": 3},
]
STATUSES = [None, Status.RUNNING, Status.SUCCEEDED]
# Which span, and whether from deep in the list on.
WHERE = [(0, False), (0, True), (1, False), (2, False), (3, False), (3, True)]


def _spans(place: Place) -> list[tuple[datetime | None, datetime | None]]:
    return [(None, None), (place.middle - HOUR, place.middle + HOUR), (place.middle + HOUR, None), (None, place.middle)]


def _lists() -> dict[str, Callable[[Place], Ask]]:
    """Return every list a person can ask for: each filter, two of them, each span, the first page and a deep one."""
    found: dict[str, Callable[[Place], Ask]] = {}
    for owner, status, (span, is_deep) in itertools.product(OWNERS, STATUSES, WHERE):

        def ask(place: Place, owner: Any = owner, status: Any = status, span: int = span, deep: Any = is_deep) -> Ask:
            since, until = _spans(place)[span]
            where = ExecutionFilter(**owner, status=status, since=since, until=until)
            before = place.deep if deep else None
            if walk.is_direct(where):
                return lambda c: history.page(c, where, LIMIT, before)
            return lambda c: search.find(lambda work: work(c), where, LIMIT, before, seconds=0)

        found[f"{owner} {status} span {span} {'deep' if is_deep else 'first'}"] = ask
    return found


def test_no_list_grows_with_the_history(places: list[Place]) -> None:
    """Each filter, alone and with another, within a span or not, on the first page or a deep one; rare or never met."""
    grown = _growth(places, _lists())
    assert not grown, "\n".join(grown)

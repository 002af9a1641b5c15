"""The suites of tests."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from execution_hub.domain.case import read_cases as read_agent_cases
from execution_hub.domain.clock import now
from execution_hub.domain.execution import Execution
from execution_hub.domain.kinds import check_id
from execution_hub.domain.pin import pinned
from execution_hub.domain.result import Result
from execution_hub.domain.suite import NAME_MAX, Suite, SuiteDraft
from execution_hub.domain.target import Target
from execution_hub.domain.texts import check_name
from execution_hub.errors import Conflict, InvalidInput, NotFound
from execution_hub.hub.catalogue import nobody
from execution_hub.hub.run_comparisons import ComparedRuns, Pair, RunComparisons
from execution_hub.hub.suite_drafts import check_schemas, read_cases, read_draft
from execution_hub.hub.suite_files import SuiteFiles
from execution_hub.hub.suite_runs import SuiteRuns
from execution_hub.pool import WorkPool
from execution_hub.runners.suite_run import SUITE_RUN
from execution_hub.store import executions, history
from execution_hub.store.agents import agents
from execution_hub.store.database import Connection, Database
from execution_hub.store.suites import named, suites
from execution_hub.store.workflows import workflows

# Characters of each text of a child, and one more, which shows that there are more.
REPORTED_TEXT_MAX = 4_001


class Reported(NamedTuple):
    """A run for a report of it.

    Attributes:
        run: The execution, with `verdict` and `results`.
        children: Those of its children that were asked for.
    """

    run: dict[str, Any]
    children: list[dict[str, Any]]


class Suites(SuiteRuns, SuiteFiles):
    """What is tested, on which cases."""

    def __init__(self, database: Database, pool: WorkPool, on_change: Callable[[], None] = nobody) -> None:
        """Keep them in a database; long work is done in a pool; of `on_change` see Catalogue."""
        super().__init__(database, suites, on_change)
        self._pool = pool
        self._comparisons = RunComparisons(database, pool)

    async def compare(self, pair: Pair, *, turn: str, most: int) -> ComparedRuns:
        """Compare two runs of a suite as they are now, or two targets of one.

        Args:
            pair: What is held against each other.
            turn: Of the cases only those that went so: a value of Turn; empty for all.
            most: How many cases at most; the counts are of all.

        Raises:
            InvalidInput: One has no such target, or both are the same.
            NotFound: One of them is no run of this suite.
        """
        return await self._comparisons.of(pair, turn=turn, most=most)

    async def compare_text(self, pair: Pair) -> str:
        """Compare them as `compare` does, and return all of it as on the wire: in JSON."""
        return await self._comparisons.text_of(pair)

    async def looked(self, execution_id: int, child_id: int) -> tuple[Result, list[dict[str, Any]]] | None:
        """Return what came of the cell of a run that an execution ran, and its checks; None where there is none."""
        return await self._comparisons.looked(execution_id, child_id)

    async def read(self, values: Mapping[str, Any]) -> SuiteDraft:
        """Return the draft of a suite as people send it; see `SuiteDraft`.

        Args:
            values: What it is made of, by name, as on the wire.

        Raises:
            InvalidInput: A value does not fit; the place is named.
        """
        return await read_draft(self._pool, values)

    async def create(self, draft: SuiteDraft) -> Suite:
        """See Catalogue."""
        await check_schemas(self._pool, draft.cases)
        return await super().create(draft)

    async def update(self, object_id: int, changes: dict[str, Any], *, version: int | None = None) -> Suite:
        """See Catalogue; `cases` replaces all of them."""
        if "cases" in changes:
            cases = await read_cases(self._pool, changes["cases"])
            await check_schemas(self._pool, cases)
            changes = {**changes, "cases": cases}
        return await super().update(object_id, changes, version=version)

    async def pin(self, execution_id: int, suite_id: int | None = None, suite_name: str | None = None) -> Suite:
        """Make a case of an execution that has ended: its input, and its output as the golden answer.

        Args:
            execution_id: Which execution; one that is a case of the suite already is not made one again.
            suite_id: The suite to put it in.
            suite_name: Or its name; where no suite has it, one is made that tests what the execution ran.

        Returns:
            The suite, with the case.

        Raises:
            InvalidInput: Not one of id and name is given, or what the execution says does not fit a case.
            NotFound: There is no such execution or suite.
            Conflict: The execution cannot be pinned: see `pinned`.
        """
        check_id("execution_id", execution_id)
        if (suite_id is None) == (suite_name is None):
            raise InvalidInput("suite_id", "Say which suite: give suite_id or suite_name, and not both.")
        if suite_id is not None:
            check_id("suite_id", suite_id)
        name = None if suite_name is None else _check_name(suite_name)

        def work(connection: Connection) -> Suite:
            # Locked: of two who pin the same one, the second finds what the first has made.
            execution = executions.lock(connection, execution_id)
            if execution is None or execution.deleted_at is not None:
                raise NotFound(f"There is no execution {execution_id}.", field="execution_id", id=execution_id)
            suite = _suite(connection, suite_id, name)
            if suite is None:
                targets, case = _targets(connection, execution), pinned(execution, ())
                return suites.add(connection, SuiteDraft(name or "", targets=targets, cases=(case,)), now())
            if any(each.execution_id == execution_id for each in suite.cases):
                return suite
            case = pinned(execution, [each.name for each in suite.cases])
            draft = suite.draft(cases=(*suite.cases, case))
            self._check(connection, draft, suite)
            return suites.change(connection, suite, draft, now())

        found = await self._database.awrite(work)
        self._note("suite.pinned", suite_id=found.id, execution_id=execution_id)
        return found

    async def reported(self, execution_id: int, show: Callable[[dict[str, Any]], Sequence[int]]) -> "Reported":
        """Return a run of a suite for a report of it, as on the wire.

        Args:
            execution_id: The run.
            show: Says of which of its children more is shown.

        Raises:
            NotFound: There is no such execution, or it is no run of a suite.
        """
        check_id("execution_id", execution_id)
        execution = await self._database.aread(lambda connection: executions.get(connection, execution_id))
        if execution.execution_type != SUITE_RUN:
            raise NotFound(f"Execution {execution_id} is no run of a suite.", id=execution_id)
        run = {**execution.as_json(), **await self.judged(execution)}
        while (cursor := run["results_cursor"]) is not None:
            more, run["results_cursor"] = await self.results(execution_id, cursor=cursor)
            run["results"] += more
        ids = show(run)
        children = await self._database.aread(
            lambda connection: history.some(connection, ids, texts_max=REPORTED_TEXT_MAX)
        )
        return Reported(run, [each.as_json() for each in children])

    @property
    def _copy_changes(self) -> dict[str, Any]:
        # Nobody has asked the copy to run by itself: it would cost what the first one costs, again.
        return {"on_save": False, "schedule": None}

    def _check(self, connection: Connection, draft: SuiteDraft, current: Suite | None) -> None:
        """Refuse targets and judges that are not there; those it had before may stay: they may have gone since."""
        if current is not None and current.agent_id is not None:
            _check_own(current.agent_id, draft)
        before = frozenset(current.targets) if current is not None else frozenset()
        new = [(place, each) for place, each in enumerate(draft.targets) if each not in before]
        known: dict[str, set[int]] = {
            "agent_id": set(agents.some(connection, [each.agent_id or 0 for _, each in new])),
            "workflow_id": set(workflows.some(connection, [each.workflow_id or 0 for _, each in new])),
        }
        for place, target in new:
            name = "workflow_id" if target.agent_id is None else "agent_id"
            number = getattr(target, name)
            if number not in known[name]:
                where = f"targets[{place}].{name}"
                raise InvalidInput(where, f"{where} is none of this hub: {number}. Give one that is there.")

    def _check_unused(self, connection: Connection, object_id: int) -> None:
        suite = suites.get(connection, object_id)
        if suite.agent_id is not None:
            raise Conflict(
                f"This suite is agent {suite.agent_id}'s own, and goes with it. Delete its cases instead.",
                agent_id=suite.agent_id,
            )


def _check_own(agent_id: int, draft: SuiteDraft) -> None:
    """Refuse what the page of an agent could do nothing with: the suite of its own is what that page shows."""
    if all(target.agent_id != agent_id for target in draft.targets):
        raise InvalidInput(
            "targets", f'This suite is agent {agent_id}\'s own. Leave {{"agent_id": {agent_id}}} among its targets.'
        )
    read_agent_cases((each.name, each.input) for each in draft.cases)


def _check_name(name: object) -> str:
    if not isinstance(name, str):
        raise InvalidInput("suite_name", "suite_name is no text. Give the name of a suite.")
    return check_name("suite_name", name, NAME_MAX)


def _suite(connection: Connection, suite_id: int | None, name: str | None) -> Suite | None:
    if suite_id is not None:
        return suites.get(connection, suite_id, is_locked=True)
    return named(connection, name or "")


def _targets(connection: Connection, execution: Execution) -> tuple[Target, ...]:
    """Return what an execution ran, as what a suite tests; nothing where it has gone."""
    if execution.workflow_id is not None:
        is_there = workflows.find(connection, execution.workflow_id) is not None
        return (Target(workflow_id=execution.workflow_id),) if is_there else ()
    if execution.agent_id is not None and agents.find(connection, execution.agent_id) is not None:
        return (Target(execution.agent_id),)
    return ()

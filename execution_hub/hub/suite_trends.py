"""How suites and agents fared over time: the newest runs and verdicts."""

from collections.abc import Collection

from execution_hub.domain.execution import Execution
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.verdict import TargetVerdict, Verdict
from execution_hub.store import history, verdicts
from execution_hub.store.database import Connection, Database

RUNS_MAX = 200


async def newest_runs(database: Database, suite_id: int, limit: int) -> list[tuple[Execution, Verdict | None]]:
    """Return runs of a suite as excerpts, the newest first, and what came of each; None as long as that is open."""

    def work(connection: Connection) -> list[tuple[Execution, Verdict | None]]:
        runs = history.page(connection, ExecutionFilter(suite_id=suite_id), min(limit, RUNS_MAX), None)
        found = verdicts.of_runs(connection, [each.id for each in runs])
        return [(each, _together(found.get(each.id, []))) for each in runs]

    return await database.aread(work)


async def newest_verdicts(database: Database, agent_ids: Collection[int], each: int) -> dict[int, list[TargetVerdict]]:
    """Return the newest verdicts of some agents, by agent, the newest first."""
    if not agent_ids:
        return {}
    return await database.aread(lambda connection: verdicts.newest_of_agents(connection, agent_ids, each))


def _together(targets: list[TargetVerdict]) -> Verdict | None:
    """Return the verdict of a run from those of its targets; None of none."""
    if not targets:
        return None
    found = [each.verdict for each in targets]
    return Verdict(
        sum(each.passed for each in found),
        sum(each.failed for each in found),
        sum(each.errors for each in found),
        sum(each.total for each in found),
        found[0].needed,
    )

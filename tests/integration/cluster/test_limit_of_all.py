"""How many may run at once is one number for all processes: who was given it sets it, the others keep to it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.status import Status
from execution_hub.domain.suite import SuiteDraft, Target
from execution_hub.hub.hub import Hub
from execution_hub.runners.suite_run import SuiteRun
from execution_hub.runners.suite_runner import SPARE
from tests.support.hub import eventually, make_settings

pytestmark = pytest.mark.usefixtures("patient_lease")


async def test_who_joins_without_a_limit_keeps_to_what_stands_and_a_suite_s_run_follows(
    tmp_path: Path, make_postgres: Callable[[], str]
) -> None:
    url = make_postgres().replace("+psycopg", "")

    async def opened(name: str, role: str, **settings: object) -> Hub:
        return await Hub.open(make_settings(tmp_path / name, HUB_DATABASE_URL=url, HUB_ROLE=role, **settings))

    hubs = [await opened("first", "web")]
    try:
        assert await hubs[0].queue.limit() == 10
        hubs.append(await opened("given", "web", HUB_MAX_CONCURRENCY=2))
        hubs.append(worker := await opened("not-given", "all"))
        for each in hubs:
            await eventually(partial(_limits, each, 2))
        agent = next(each for each in (await worker.agents.page(limit=10)).items if each.model == "simulated")
        cases: Any = [{"name": f"{number}", "input": f"[slow] {number}"} for number in range(14)]
        suite = await worker.suites.create(SuiteDraft("Slow", targets=(Target(agent.id),), cases=cases))
        started = await worker.executions.start(SuiteRun(suite.id))

        async def parts(status: Status) -> list[int]:
            wanted = ExecutionFilter(parent_id=started.id, status=status)
            return [each.id for each in (await worker.history.page(wanted, limit=100)).items]

        async def is_as_limited(limit: int) -> bool:
            found = len(await parts(Status.RUNNING)), len(await parts(Status.PENDING))
            return found == (limit, SPARE)

        await eventually(partial(is_as_limited, 2))
        hubs.append(await opened("more", "web", HUB_MAX_CONCURRENCY=4))
        await eventually(partial(_limits, worker, 4))
        # The run looks again when one of its cells has ended.
        await worker.executions.cancel((await parts(Status.RUNNING))[0])
        await eventually(partial(is_as_limited, 4))
        await worker.executions.cancel(started.id)
    finally:
        for each in reversed(hubs):
            await each.close()


async def _limits(hub: Hub, limit: int) -> bool:
    return await hub.queue.limit() == limit

"""Several executions that are pinned at once, into a suite that is not there yet."""

import asyncio
from pathlib import Path

import pytest

from execution_hub.domain.filters import ExecutionFilter
from execution_hub.domain.suite import SuiteDraft
from execution_hub.domain.target import Target
from execution_hub.hub.hub import Hub
from tests.support.hub import make_settings
from tests.support.suites import store_run

HELPER, COUNT = 1, 6


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_one_suite_is_made_for_all(kind: str, data_dir: Path, request: pytest.FixtureRequest) -> None:
    """The first makes it, the others find it: also where the database has many writers."""
    url = "" if kind == "sqlite" else request.getfixturevalue("postgres_url").replace("+psycopg", "")
    hub = await Hub.open(make_settings(data_dir, **({"HUB_DATABASE_URL": url} if url else {})))
    try:
        cases = [{"name": f"{number}", "input": "x"} for number in range(COUNT)]
        suite = await hub.suites.create(SuiteDraft("Source", targets=(Target(HELPER),), cases=cases))  # type: ignore[arg-type]
        run = await hub._database.awrite(lambda connection: store_run(connection, suite.id, "+" * COUNT))
        parts = (await hub.history.page(ExecutionFilter(parent_id=run))).items
        for name in ("First", "Second", "Third"):
            found = await asyncio.gather(*(hub.suites.pin(each.id, suite_name=name) for each in parts))
            assert {each.id for each in found} == {found[0].id}
            assert len((await hub.suites.get(found[0].id)).cases) == COUNT
    finally:
        await hub.close()

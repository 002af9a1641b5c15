"""What tests of a hub in their own process share."""

import pytest

from execution_hub.hub.hub import Hub
from tests.support.bench_tools import BenchTools, add_tools
from tests.support.workflow_runs import CLAUDE


@pytest.fixture
async def claude(hub: Hub) -> int:
    """Return an agent that asks the local Messages API."""
    return (await hub.agents.create(CLAUDE)).id


@pytest.fixture
def bench(hub: Hub) -> BenchTools:
    """Return the tools of the server `bench`, which the hub has."""
    source = BenchTools()
    add_tools(hub, source)
    return source

"""The list of suites: what its State does."""

from typing import Any

from execution_hub.domain.suite import SuiteDraft
from execution_hub.domain.target import Target
from execution_hub.hub.hub import Hub, set_current_hub
from execution_hub.ui.acting import ActionState
from execution_hub.ui.pages.suites.state import SuitesState
from tests.support.states import page_state


async def path_after(events: Any) -> str:
    """Run a handler and return where it leads; empty for nowhere."""
    found = [str(each.args[0][1]) for each in [each async for each in events] if each is not None]
    return found[-1].strip('"') if found else ""


async def test_two_quick_clicks_start_one_run_and_what_is_refused_is_told(hub: Hub) -> None:
    set_current_hub(hub)
    cases: Any = [{"name": "one", "input": "Say hello"}]
    suite = await hub.suites.create(SuiteDraft("Quick", targets=(Target(1),), cases=cases))
    page = page_state(SuitesState, "/suites")
    first = await path_after(page.run(suite.id))
    assert first.startswith("/executions/")
    assert await path_after(page.run(suite.id)) == first
    assert await path_after(page.run(999_999)) == ""
    assert (page.starting, (await page.get_state(ActionState)).told.is_problem) == (0, True)
    set_current_hub(None)

"""The page of a suite: what its State holds."""

from typing import Any

from execution_hub.domain.suite import SuiteDraft
from execution_hub.domain.target import Target
from execution_hub.hub.hub import Hub
from execution_hub.ui.pages.suite.state import SuiteState
from tests.support.states import page_state
from tests.support.suites import store_run

HELPER = 1


async def test_what_a_run_is_likely_to_cost_follows_from_the_last_one_as_cases_are_typed(asked_hub: Hub) -> None:
    """Nothing is said before the first run, nor of other targets than those that ran."""
    cases: Any = [{"name": f"case {n}", "input": "x"} for n in range(2)]
    number = (await asked_hub.suites.create(SuiteDraft("Priced", targets=(Target(HELPER),), cases=cases))).id
    page = page_state(SuiteState, f"/suites/{number}")
    await page.load()
    assert (page.cells, page.likely_cost) == (2, "")
    run = await asked_hub._database.awrite(lambda connection: store_run(connection, number, "+-", cost_usd=0.3))
    await page.take_outcomes()
    assert (page.cells, page.likely_cost, page.likely_run) == (2, "$0.60", run)
    await page.change_setting("repeats", "4")
    assert (page.cells, page.likely_cost) == (8, "$2.40")
    await page.change_model(0, "another-model")
    assert page.likely_cost == ""

"""Two runs of a suite beside each other, and verdicts of agents: what the States hold, and what they do."""

from typing import Any

import pytest

from execution_hub.domain.suite import SuiteDraft
from execution_hub.domain.target import Target
from execution_hub.hub.hub import Hub
from execution_hub.ui.pages.agents import AgentsState
from execution_hub.ui.pages.compare_runs import CompareRunsState
from execution_hub.ui.pages.compare_runs.state import suite_in
from tests.support.states import page_state, turn_to
from tests.support.suites import store_run

HELPER = 1


async def suite(hub: Hub, count: int, *targets: int, repeats: int = 1) -> int:
    """Make a suite of so many cases and return its number."""
    cases: Any = [{"name": f"case {n}", "input": "x", "checks": [{"type": "is_json"}]} for n in range(count)]
    tested = tuple(Target(each) for each in targets or (HELPER,))
    return (await hub.suites.create(SuiteDraft("Compared", targets=tested, cases=cases, repeats=repeats))).id


async def stored(hub: Hub, suite_id: int, marks: str, **values: Any) -> int:
    """Store an ended run and return its id."""
    return int(await hub._database.awrite(lambda connection: store_run(connection, suite_id, marks, **values)))


async def opened(address: str) -> Any:
    """Return the State of a page that has just been opened."""
    page = page_state(CompareRunsState, address)
    await page.load()
    return page


async def test_the_newest_two_runs_are_compared(asked_hub: Hub) -> None:
    """Regressions first; a row opens what both answered, and its checks."""
    number = await suite(asked_hub, 3)
    await stored(asked_hub, number, "---")
    first, second = (
        await stored(asked_hub, number, "++-"),
        await stored(asked_hub, number, "-++", outputs=["It is 48."]),
    )
    page = await opened(f"/suites/{number}/compare")
    assert (page.name, page.first, page.second, page.problem) == ("Compared", str(first), str(second), "")
    assert page.counts == [("regression", 1), ("fixed", 1), ("still_passing", 1)]
    assert [row.case for row in page.rows] == ["case 0", "case 2", "case 1"]
    assert page.chance.kind == "few"
    await page.toggle(page.rows[0].key)
    assert [text.pieces[0].text for text in page.outputs] == ["The answer is 84.", "The answer is 84."]
    assert [(each.first, each.second, each.is_changed) for each in page.checks] == [("passed", "failed", True)]
    await page.toggle(page.rows[0].key)
    assert (page.opened, page.items) == ("", [])
    await page.show("fixed")
    assert [row.case for row in page.rows] == ["case 2"]
    await page.show("no such turn")
    assert page.turn == "fixed"
    await page.toggle("no such row")
    assert page.opened == ""


async def test_targets_of_one_run_are_compared(asked_hub: Hub) -> None:
    """With repeats, each case has a rate."""
    number = await suite(asked_hub, 6, HELPER, 2, repeats=2)
    run = await stored(asked_hub, number, "+-" * 12)
    page = await opened(f"/suites/{number}/compare?first={run}&second={run}")
    assert (page.first_target, page.second_target, page.counts) == ("0", "1", [("regression", 6)])
    assert [choice.value for choice in page.first_targets] == ["0", "1"]
    assert page.rows[0].first.share == "2/2"
    assert (page.chance.kind, page.chance.in_hundred) == ("more", "3")


@pytest.mark.parametrize("address", ["/suites/99/compare", "/suites/x/compare", "/suites/1/compare?first=77&second=78"])
async def test_what_is_not_there_is_said(asked_hub: Hub, address: str) -> None:
    """In words, whatever the address holds."""
    await suite(asked_hub, 1)
    page = await opened(address)
    assert page.problem.startswith("There is no such suite")
    assert page.is_loaded


async def test_one_run_alone_is_not_compared(asked_hub: Hub) -> None:
    """A second one is asked for."""
    number = await suite(asked_hub, 1)
    await stored(asked_hub, number, "+")
    page = await opened(f"/suites/{number}/compare")
    assert (page.problem, page.counts, len(page.runs)) == ("", [], 1)


async def test_who_comes_back_finds_open_what_was(asked_hub: Hub) -> None:
    """The connection was lost; at another address it begins anew."""
    number = await suite(asked_hub, 1)
    ids = [await stored(asked_hub, number, mark) for mark in "++-"]
    page = await opened(f"/suites/{number}/compare")
    await page.toggle(page.rows[0].key)
    await page.load()
    assert page.opened == page.rows[0].key
    turn_to(page, f"/suites/{number}/compare?first={ids[0]}&second={ids[1]}")
    await page.load()
    assert (page.opened, page.first, page.rows[0].turn) == ("", str(ids[0]), "still_passing")


async def test_cards_of_agents_carry_their_newest_verdict(asked_hub: Hub) -> None:
    """And the last ones as a trend; an agent that no suite tests carries none."""
    number = await suite(asked_hub, 2)
    for marks in ("++", "+-", "++"):
        await stored(asked_hub, number, marks)
    page = page_state(AgentsState, "/agents")
    await page.load()
    trends = {each.id: each.trend for each in page.items}
    assert (trends[HELPER].newest.verdict, trends[HELPER].newest.text, trends[HELPER].newest.suite) == (
        "passed",
        "2/2",
        "Compared",
    )
    assert [each.verdict for each in trends[HELPER].dots] == ["passed", "failed", "passed"]
    assert all(not each.dots for number, each in trends.items() if number != HELPER)


def test_the_suite_is_read_from_the_address() -> None:
    """Whatever it holds."""
    paths = ("/suites/12/compare", "/suites/", "", "/suites/①/compare", f"/suites/{'9' * 30}/compare")
    assert [suite_in(path) for path in paths] == [12, 0, 0, 0, 0]

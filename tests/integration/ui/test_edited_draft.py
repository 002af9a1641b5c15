"""The editors of a suite and of a workflow, when somebody else saves meanwhile: one way for both."""

from typing import Any

from execution_hub.domain.suite import SuiteDraft
from execution_hub.domain.target import Target
from execution_hub.hub.hub import Hub
from execution_hub.ui.pages.suite.state import SuiteState
from execution_hub.ui.pages.workflow.state import WorkflowState
from tests.support.states import page_state

HELPER = 1


async def save(page: Any) -> None:
    """Press Save."""
    _ = [each async for each in page.save()]


async def test_a_suite_keeps_mine_beside_theirs_and_takes_theirs(asked_hub: Hub) -> None:
    """What was changed elsewhere is told while this page is dirty, and taken once it is clean."""
    suites, cases = asked_hub.suites, [{"name": "a", "input": "x"}, {"name": "b", "input": "x"}]
    draft: Any = SuiteDraft("Shared", targets=(Target(HELPER),), cases=cases)  # type: ignore[arg-type]
    number = (await suites.create(draft)).id
    page = page_state(SuiteState, f"/suites/{number}")
    await page.load()
    await page.change_setting("description", "Mine")
    await suites.update(number, {"cases": [cases[0], {"name": "b", "input": "theirs"}], "description": "Theirs"})
    await page.look_again()
    assert (page.is_dirty, page.newer) == (True, "Description, Cases")
    await save(page)
    assert (page.conflict.is_open, page.conflict.both, page.is_saving) == (True, "Description", False)
    await suites.update(number, {"name": "Renamed"})
    await page.keep_mine()
    assert (page.conflict.is_open, page.conflict.version) == (True, 3)
    await page.keep_mine()
    stored = await suites.get(number)
    assert (stored.name, stored.description, stored.version) == ("Renamed", "Mine", 4)
    assert [each.input for each in stored.cases] == ["x", "theirs"]
    assert (page.title, page.saved_version, page.is_saved, page.is_dirty) == ("Renamed", 4, True, False)
    assert (page.conflict.is_open, page.newer) == (False, "")

    await page.change_setting("description", "Mine again")
    await suites.update(number, {"description": "Last"})
    await save(page)
    await page.take_theirs()
    assert (page.settings.description, page.is_dirty, page.conflict.is_open) == ("Last", False, False)
    await suites.update(number, {"description": "Later"})
    await page.look_again()
    assert (page.settings.description, page.saved_version) == ("Later", 6)

    # Both made the same of it: nothing is asked.
    await page.change_setting("description", "Same")
    await suites.update(number, {"description": "Same"})
    await save(page)
    assert (page.conflict.is_open, page.is_saved, page.is_dirty, page.saved_version) == (False, True, False, 7)


async def test_a_workflow_keeps_mine_beside_theirs_and_takes_theirs(asked_hub: Hub) -> None:
    """As a suite does; fields that hold already what is stored are left alone."""
    workflows = asked_hub.workflows
    (workflow, *_) = (await workflows.page()).items
    number, (first, *others) = workflow.id, workflow.steps
    page = page_state(WorkflowState, f"/workflows/{number}")
    await page.load_workflow()
    await page.change_text("description", "Mine")
    theirs = [first.model_copy(update={"input": f"Theirs {first.input}"}), *others]
    await workflows.update(number, {"steps": theirs, "description": "Theirs"})
    await page.look_again()
    assert (page.is_dirty, page.newer) == (True, "Description, Steps")
    await save(page)
    assert (page.conflict.is_open, page.conflict.both, page.is_saving) == (True, "Description", False)
    await workflows.update(number, {"name": "Renamed"})
    await page.keep_mine()
    assert (page.conflict.is_open, page.conflict.version) == (True, 3)
    await page.keep_mine()
    stored = await workflows.get(number)
    assert (stored.name, stored.description, list(stored.steps), stored.version) == ("Renamed", "Mine", theirs, 4)
    assert (page.title, page.name, page.saved_version) == ("Renamed", "Renamed", 4)
    assert (page.is_saved, page.is_dirty, page.conflict.is_open, page.newer) == (True, False, False, "")

    # Nothing of theirs is left to be shown: the fields stay.
    key = page.form_key
    await page.change_text("description", "Mine again")
    await workflows.update(number, {"description": "Last"})
    await save(page)
    await page.keep_mine()
    assert (page.form_key, page.saved_version, page.is_dirty) == (key, 6, False)

    await page.change_text("description", "Once more")
    await workflows.update(number, {"description": "Later"})
    await save(page)
    await page.take_theirs()
    assert (page.description, page.is_dirty, page.saved_version) == ("Later", False, 7)
    await page.change_text("description", "Same")
    await workflows.update(number, {"description": "Same"})
    await save(page)
    assert (page.conflict.is_open, page.is_saved, page.is_dirty, page.saved_version) == (False, True, False, 8)
    await page.forget_changes()
    await workflows.delete(number, version=8)
    await page.change_text("description", "Gone")
    await save(page)
    assert page.failure.startswith("It was deleted meanwhile.")

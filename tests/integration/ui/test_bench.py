"""An agent's page as a bench: what is on it is what runs, and what it was can be seen and brought back."""

from typing import Any

import pytest

from execution_hub.domain.agent import Agent, AgentDraft
from execution_hub.domain.difference import ADDED, REMOVED, SAME, Piece
from execution_hub.domain.filters import ExecutionFilter
from execution_hub.errors import InvalidInput
from execution_hub.hub.hub import Hub
from execution_hub.ui.catalogue.drafts import draft_values
from execution_hub.ui.pages.agent.state import AgentState
from execution_hub.ui.pages.agent.versions_state import AgentVersions
from tests.support.states import page_state


@pytest.fixture
async def agent(asked_hub: Hub) -> Any:
    """Return an agent of the hub that the pages ask."""
    return await asked_hub.agents.create(AgentDraft("Bench", system_prompt="Be short.", max_tokens=500))


async def opened(agent: Agent) -> tuple[Any, Any]:
    """Return the States of a page that has just loaded the agent: its form, and its versions."""
    form = page_state(AgentState, f"/agents/{agent.id}")
    await form.load()
    versions = await form.get_state(AgentVersions)
    await versions.load_versions()
    return form, versions


async def type_into(form: Any, **texts: str) -> None:
    """Type into the fields, as the browser tells it."""
    await form.note_dirty(True)
    form.note_edits(texts)


async def test_what_is_typed_and_not_saved_is_what_a_test_takes(agent: Agent) -> None:
    """Only what differs; a text that is typed back is none, and nothing of it stays once it is let go."""
    form, _ = await opened(agent)
    assert draft_values(form) is None
    await type_into(form, system_prompt="Be kind.", max_tokens="500", colour="red")
    assert draft_values(form) == {"system_prompt": "Be kind."}
    await type_into(form, max_tokens="many")
    with pytest.raises(InvalidInput) as error:
        draft_values(form)
    assert error.value.field == "max_tokens"
    form.forget_changes()
    assert (draft_values(form), form.is_dirty) == (None, False)
    await type_into(form, name="Other")
    await form.note_dirty(False)
    assert draft_values(form) is None


async def test_a_test_with_a_setting_that_does_not_fit_marks_it_and_starts_nothing(hub: Hub, agent: Agent) -> None:
    form, _ = await opened(agent)
    await type_into(form, max_tokens="0")
    await AgentState.run_test.fn(form, {"input": "Hi [fast]"})
    assert "max_tokens" in form.problems
    assert form.problem == "Correct the marked setting first."
    assert (await hub.history.page(ExecutionFilter())).items == []


async def test_save_and_test_saves_what_is_on_the_page_first(hub: Hub, agent: Agent) -> None:
    """And starts nothing where it could not be saved."""
    form, _ = await opened(agent)
    await type_into(form, system_prompt="Saved by the button.")
    found = [each async for each in form.save_and_test({"input": "Hi"})]
    assert found[-1] is not None
    assert (await hub.agents.get(agent.id)).system_prompt == "Saved by the button."
    assert (form.agent.version, form.is_dirty) == (2, False)
    await type_into(form, name="")
    assert [each for each in [each async for each in form.save_and_test({"input": "Hi"})] if each] == []
    assert list(form.problems) == ["name"]


async def test_a_version_is_shown_beside_what_is_on_the_page(hub: Hub, agent: Agent) -> None:
    """Unsaved words too; the values of other fields as the form shows them."""
    await hub.agents.update(agent.id, {"max_tokens": 900})
    form, versions = await opened(agent)
    assert [(each.version, each.changed) for each in versions.versions] == [(2, ["max_tokens"]), (1, [])]
    await type_into(form, system_prompt="Be very short.")
    await AgentVersions.open_version.fn(versions, 1)
    assert (versions.opened.version, versions.is_comparing) == (1, False)
    assert {each.name: each.pieces for each in versions.differences} == {
        "system_prompt": [Piece(SAME, "Be "), Piece(ADDED, "very "), Piece(SAME, "short.")],
        "max_tokens": [Piece(REMOVED, "500"), Piece(ADDED, "900")],
    }
    await versions.label_version({"version-label": "First"})
    assert (versions.opened.label, versions.versions[1].label) == ("First", "First")
    await versions.label_version({"version-label": "x" * 61})
    assert versions.version_problem == "Use up to 60 characters on one line."
    await AgentVersions.open_version.fn(versions, 77)
    assert versions.opened.version == 1
    versions.close_version()
    assert versions.opened.version == 0


async def test_restoring_asks_before_unsaved_changes_are_dropped(hub: Hub, agent: Agent) -> None:
    """Then the fields begin with what was restored; what others saved meanwhile is told first."""
    await hub.agents.update(agent.id, {"system_prompt": "Be long."})
    form, versions = await opened(agent)
    await type_into(form, name="Typed")
    key = form.form_key
    await AgentVersions.open_version.fn(versions, 1)
    await hub.agents.update(agent.id, {"description": "Theirs"})
    for is_asked in (True, False):
        assert [each async for each in versions.restore_version() if each] == []
        assert versions.is_dropping
        assert (versions.version_problem == "") is is_asked
    assert form.newer == "Description"
    form.forget_changes()
    await form.look_again()
    assert [each async for each in versions.restore_version() if each] == []
    found = await hub.agents.get(agent.id)
    assert (found.system_prompt, found.description, found.version) == ("Be short.", "", 4)
    assert (form.agent.system_prompt, form.is_saved, form.is_dirty, versions.opened.version) == (
        "Be short.",
        True,
        False,
        0,
    )
    assert form.form_key != key

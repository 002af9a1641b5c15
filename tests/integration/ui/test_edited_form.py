"""Two pages edit one agent: what the form sends, what it asks, and what each answer does."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from execution_hub.domain.agent import Agent, AgentDraft
from execution_hub.errors import NotFound
from execution_hub.hub.agents import Agents
from execution_hub.hub.hub import set_current_hub
from execution_hub.store.database import Database
from execution_hub.ui import problems
from execution_hub.ui.catalogue import deleting, edited_form
from execution_hub.ui.pages.agent.state import AgentState
from tests.support.states import page_state, turn_to


@pytest.fixture
def agents(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Agents]:
    """Yield the agents of a hub that has nothing else, read in English."""

    async def english(_state: Any) -> str:
        return "en"

    for module in (deleting, edited_form, problems):
        monkeypatch.setattr(module, "language_of", english)
    found = Agents(database)
    models, tools = SimpleNamespace(refresh=lambda: None, known=tuple), SimpleNamespace(servers=tuple)
    hub: Any = SimpleNamespace(agents=found, models=models, tools=tools)
    hub.as_ = lambda _actor: hub
    set_current_hub(hub)
    yield found
    set_current_hub(None)


async def opened(agent: Agent) -> Any:
    """Return the State of a page that has just loaded an agent."""
    make: Any = AgentState  # Reflex alone is to make States; a test does what it does.
    state = make(_reflex_internal_init=True)
    await state._meet(agent)
    return state


async def save(state: Any, **typed: Any) -> None:
    """Type into the fields of a page and save all of them, as a browser sends them."""
    state.is_dirty = True
    await state._save({**{name: getattr(state._base, name) for name in state.noun.fields}, **typed})


async def write(agents: Agents) -> Agent:
    """Store an agent."""
    return await agents.create(AgentDraft("Writer", system_prompt="Before", description="D"))


async def test_a_save_sends_only_what_was_typed(agents: Agents) -> None:
    """A prompt saved elsewhere meanwhile stays, and the page says so and shows it."""
    made = await write(agents)
    first, second = await opened(made), await opened(made)
    await save(first, system_prompt="Theirs")
    key = second.form_key
    await save(second, name="Renamed")
    stored = await agents.get(made.id)
    assert (stored.name, stored.system_prompt, stored.version) == ("Renamed", "Theirs", 3)
    assert (second.agent.system_prompt, second.joined, second.is_saved) == ("Theirs", "System prompt", True)
    assert second.form_key != key
    assert not second.conflict.is_open


async def test_a_field_that_both_have_changed_is_asked_about(agents: Agents) -> None:
    """Nothing is stored; who is newer and what differs is shown, and the page keeps what was typed."""
    made = await write(agents)
    first, second = await opened(made), await opened(made)
    await save(first, system_prompt="Theirs", max_tokens=7)
    key = second.form_key
    await save(second, system_prompt="Mine", description="E")
    assert (await agents.get(made.id)).system_prompt == "Theirs"
    asked = second.conflict
    assert (asked.is_open, asked.version, asked.both) == (True, 2, "System prompt")
    assert [(each.label, each.mine, each.theirs) for each in asked.differences] == [
        ("Description", "E", "D"),
        ("System prompt", "Mine", "Theirs"),
        ("Most output tokens", "4096", "7"),
    ]
    assert [(each.is_mine, each.is_theirs) for each in asked.differences] == [
        (True, False),
        (True, True),
        (False, True),
    ]
    assert (second.form_key, second.is_dirty) == (key, True)


async def test_keeping_mine_saves_over_what_was_shown_and_nothing_newer(agents: Agents) -> None:
    """What only they changed stays; a third save in between is asked about anew."""
    made = await write(agents)
    second = await opened(made)
    await agents.update(made.id, {"system_prompt": "Theirs", "max_tokens": 7})
    await save(second, system_prompt="Mine")
    await agents.update(made.id, {"system_prompt": "Theirs again"})
    await second.keep_mine()
    assert (second.conflict.is_open, second.conflict.version) == (True, 3)
    assert second.conflict.differences[0].theirs == "Theirs again"
    await second.keep_mine()
    stored = await agents.get(made.id)
    assert (stored.system_prompt, stored.max_tokens, stored.version) == ("Mine", 7, 4)
    assert (second.conflict.is_open, second.is_saved, second.agent.max_tokens) == (False, True, 7)


async def test_taking_theirs_lets_the_fields_begin_anew(agents: Agents) -> None:
    """Nothing is saved."""
    made = await write(agents)
    second = await opened(made)
    newer = await agents.update(made.id, {"system_prompt": "Theirs"})
    await save(second, system_prompt="Mine")
    key = second.form_key
    await second.take_theirs()
    assert await agents.get(made.id) == newer
    assert (second.agent.system_prompt, second.is_dirty, second.conflict.is_open) == ("Theirs", False, False)
    assert second.form_key != key


async def test_a_page_that_is_come_back_to_shows_what_was_saved_unless_it_is_being_edited(agents: Agents) -> None:
    """A clean form takes it; a dirty one is told, and takes it once it is clean again."""
    made = await write(agents)
    page = await opened(made)
    await agents.update(made.id, {"system_prompt": "Two"})
    await page.look_again()
    assert page.agent.system_prompt == "Two"
    await page.note_dirty(True)
    await agents.update(made.id, {"system_prompt": "Three"})
    await page.look_again()
    assert (page.agent.system_prompt, page.newer) == ("Two", "System prompt")
    await page.note_dirty(False)
    assert (page.agent.system_prompt, page.newer) == ("Three", "")


async def test_equal_changes_are_no_conflict_and_line_ends_no_change(agents: Agents) -> None:
    """Both typed the same: nothing is asked. A stored line end of another kind is not sent back changed."""
    made = await agents.create(AgentDraft("Writer", system_prompt="one\r\ntwo"))
    page = await opened(made)
    await agents.update(made.id, {"description": "Same"})
    await save(page, description="Same", system_prompt="one\ntwo")
    assert (await agents.get(made.id)).system_prompt == "one\r\ntwo"
    assert (page.conflict.is_open, page.is_saved, page.agent.description) == (False, True, "Same")


async def test_what_was_changed_meanwhile_is_told_before_it_is_deleted(agents: Agents) -> None:
    """The first yes is to what the person saw; the second to what it is now."""
    made = await write(agents)
    page = await opened(made)
    page.ask_to_delete(True)
    await agents.update(made.id, {"system_prompt": "Theirs"})
    assert [each async for each in page.delete()] == []
    assert "System prompt" in page.delete_warning
    # Before the page is left, it asks about nothing any more.
    page.is_dirty = True
    first, goes = [each async for each in page.delete()]
    assert first is None
    assert goes is not None
    assert not page.is_dirty
    with pytest.raises(NotFound):
        await agents.get(made.id)


async def test_what_was_typed_stays_when_the_agent_is_deleted_meanwhile(agents: Agents) -> None:
    """The save says so; the form is still there."""
    made = await write(agents)
    page = await opened(made)
    await agents.delete(made.id)
    form = {name: str(getattr(made, name) or "") for name in page.noun.fields}
    async for _ in page.save({**form, "system_prompt": "Mine"}):
        assert page.is_saving
    assert (page.failure, page.is_saving) == ("It was deleted meanwhile. What you typed is still here.", False)
    assert page.agent.id == made.id


async def test_an_address_that_names_nothing_says_so(agents: Agents) -> None:
    """Also after another agent was there, of which nothing stays; one that cannot be an id names nothing either."""
    made = await write(agents)
    page = page_state(AgentState, f"/agents/{made.id}")
    await page.load()
    assert (page.agent.name, page.is_missing) == ("Writer", False)
    for address in ("/agents/999", "/agents/x", "/agents/0"):
        turn_to(page, address)
        await page.load()
        assert (page.agent.id, page.agent.name, page.is_missing, page.failure) == (0, "", True, "")
    set_current_hub(None)
    turn_to(page, f"/agents/{made.id}")
    await page.load()
    assert page.failure.startswith("The hub is starting or stopping.")

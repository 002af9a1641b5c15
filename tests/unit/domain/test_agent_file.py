"""An agent as a file: what is written is read again, and a second one gets a name of its own."""

from typing import Any

import pytest
from pydantic import ValidationError

from execution_hub.domain.agent import Agent, AgentDraft
from execution_hub.domain.agent_file import AgentFile, as_file
from execution_hub.domain.clock import now
from execution_hub.errors import InvalidInput

DRAFT = AgentDraft("Writer", "Writes.", "claude-x", "Be brief.", 900, 2.5, 1, "fail")


def stored(draft: AgentDraft) -> Agent:
    """Return a draft as if it were stored."""
    values: dict[str, Any] = {name: getattr(draft, name) for name in AgentDraft.__dataclass_fields__}
    return Agent(id=7, created_at=now(), updated_at=now(), version=3, **values)


def test_what_is_exported_is_imported_again() -> None:
    """With every value; its number and version here mean nothing there."""
    assert AgentFile(**as_file(stored(DRAFT))).draft(frozenset()) == DRAFT
    assert AgentFile(**stored(DRAFT).as_json()).draft(frozenset()) == DRAFT


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert AgentFile(name=" Writer ").draft(frozenset({"Writer", "Writer (2)"})).name == "Writer (3)"


def test_what_does_not_fit_is_named() -> None:
    """A field that no agent has by the shape, a value that no agent may have by its limit."""
    with pytest.raises(ValidationError, match="colour"):
        AgentFile(name="W", colour="red")
    with pytest.raises(InvalidInput) as caught:
        AgentFile(name="W", max_tokens=0).draft(frozenset())
    assert caught.value.field == "max_tokens"

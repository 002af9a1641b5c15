"""What an agent may do: its tools, its limits, and what its answers must fit."""

from dataclasses import replace
from typing import Any

import pytest

from execution_hub.domain.agent import ACTING, Agent, AgentDefinition, AgentDraft, check_changes, with_acting
from execution_hub.domain.agent_file import AgentFile, as_file
from execution_hub.domain.clock import now
from execution_hub.domain.tool_choice import ToolChoice
from execution_hub.errors import InvalidInput

SCHEMA = {
    "$defs": {"part": {"type": ["string", "null"], "pattern": "^a"}},
    "type": "object",
    "properties": {"answer": {"$ref": "#/$defs/part"}, "rest": {"type": "array", "items": {"enum": [1, "a"]}}},
    "required": ["answer"],
    "additionalProperties": False,
}
ACTS = AgentDraft(
    "Clockwork",
    model="claude-sonnet-5",
    tools=(ToolChoice("hub", "current_time", "auto"), ToolChoice("files", "write_file")),
    max_turns=4,
    max_tool_calls=0,
    max_total_tokens=90_000,
    max_cost_usd=0.25,
    tool_timeout_seconds=2.5,
    tool_result_max_chars=500,
    effort="low",
    thinking="adaptive",
    output_schema=SCHEMA,
)


def stored(draft: AgentDraft) -> Agent:
    """Return a draft as if it were stored."""
    values: dict[str, Any] = {name: getattr(draft, name) for name in AgentDraft.__dataclass_fields__}
    return Agent(id=7, created_at=now(), updated_at=now(), version=3, **values)


def test_what_is_written_is_read_again() -> None:
    """As a definition, as a draft from JSON values, and as a file."""
    assert AgentDefinition.from_json(ACTS.definition().as_json()) == ACTS.definition()
    assert AgentDraft(**ACTS.as_json()) == ACTS
    assert AgentFile(**as_file(stored(ACTS))).draft(frozenset()) == ACTS
    assert AgentFile(**stored(ACTS).as_json()).draft(frozenset()) == ACTS


def test_what_was_stored_before_there_were_tools_reads_as_none() -> None:
    """And does not differ from the same agent of today; one that was given a tool does."""
    new = AgentDraft("Helper", retries=0).definition().as_json()
    old = {name: value for name, value in new.items() if name not in ACTING}
    assert AgentDefinition.from_json(old).tools == ()
    assert with_acting(old) == new
    agent = stored(AgentDraft("Helper", retries=0))
    assert not AgentDefinition.from_json(old).differs_from(agent)
    assert AgentDefinition.from_json(old).differs_from(replace(agent, tools=(ToolChoice("hub", "calculate"),)))


def test_a_tool_asks_first_unless_it_is_told_otherwise() -> None:
    assert AgentDraft("A", tools=[{"server": "hub", "tool": "calculate"}]).tools[0].approval == "ask"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"tools": "hub"}, "tools"),
        ({"tools": ["hub"]}, "tools[0]"),
        ({"tools": [{"server": "hub"}]}, "tools[0].tool"),
        ({"tools": [{"server": "a/b", "tool": "c"}]}, "tools[0].server"),
        ({"tools": [{"server": "a", "tool": "b\u202ec"}]}, "tools[0].tool"),
        ({"tools": [{"server": "a", "tool": "b", "approval": "yes"}]}, "tools[0].approval"),
        ({"tools": [{"server": "a", "tool": "b", "approval": []}]}, "tools[0].approval"),
        ({"tools": [{"server": "a", "tool": "b", "colour": "red"}]}, "tools[0]"),
        ({"tools": [ToolChoice("a", "b"), ToolChoice("a", "b", "auto")]}, "tools[1]"),
        ({"tools": [ToolChoice("a", str(n)) for n in range(101)]}, "tools"),
        ({"max_turns": 0}, "max_turns"),
        ({"max_turns": 201}, "max_turns"),
        ({"max_tool_calls": -1}, "max_tool_calls"),
        ({"max_tool_calls": 701}, "max_tool_calls"),
        ({"max_total_tokens": 0}, "max_total_tokens"),
        ({"max_cost_usd": 0.0}, "max_cost_usd"),
        ({"max_cost_usd": float("nan")}, "max_cost_usd"),
        ({"tool_timeout_seconds": 0}, "tool_timeout_seconds"),
        ({"tool_result_max_chars": 99}, "tool_result_max_chars"),
        ({"effort": "some"}, "effort"),
        ({"thinking": ""}, "thinking"),
        ({"output_schema": []}, "output_schema"),
        ({"output_schema": {"default": ["\ud800"]}}, "output_schema"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        AgentDraft("A", **values)
    assert caught.value.field == field


@pytest.mark.parametrize("name", ACTING)
def test_an_unsaved_value_of_another_kind_is_refused(name: str) -> None:
    """Before anything is made of it: a flag is none of them."""
    with pytest.raises(InvalidInput) as caught:
        check_changes("agent", {name: True})
    assert caught.value.field == f"agent.{name}"
    assert check_changes("agent", ACTS.as_json())[name] == ACTS.as_json()[name]

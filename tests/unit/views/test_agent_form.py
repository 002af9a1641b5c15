"""What an agent's form sends, and what it says when something does not fit."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from execution_hub.domain.agent import ACTING, NAME_MAX, Agent, AgentDraft
from execution_hub.domain.tool_choice import ToolChoice
from execution_hub.errors import InvalidInput
from execution_hub.views.agent_form import AgentView, read_form, say_problem

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

FORM = {
    "name": "Helper",
    "description": "",
    "model": "simulated",
    "system_prompt": "Be brief.",
    "max_tokens": "100",
    "timeout_seconds": "",
    "retries": "2",
}


def test_a_form_gives_the_values_of_an_agent() -> None:
    """Texts become values, figures become numbers; without a time limit the hub's own holds."""
    plain = {name: getattr(AgentDraft("x"), name) for name in ACTING}
    values = {**FORM, "max_tokens": 100, "timeout_seconds": None, "retries": 2, "on_cut": "mark", **plain}
    assert read_form(FORM) == values
    assert read_form({**FORM, "on_cut": "fail"})["on_cut"] == "fail"
    assert read_form({**FORM, "timeout_seconds": " 2.5 "})["timeout_seconds"] == 2.5


def test_a_form_begins_with_what_is_stored() -> None:
    """An empty field for the hub's own time limit, else the seconds without needless zeros."""
    stored = Agent(7, "Helper", "", "simulated", "", 100, None, 3, AT, AT)
    assert (AgentView.of(stored).timeout_text, AgentView.of(stored).retries) == ("", 3)
    assert AgentView.of(replace(stored, timeout_seconds=90.0)).timeout_text == "90"


def test_what_an_agent_may_do_goes_through_its_form_and_back() -> None:
    """Tools a line each, figures without needless zeros and none of their digits lost, a schema as JSON."""
    acts: dict[str, Any] = {
        "tools": (
            ToolChoice("hub", "calculate", "auto"),
            ToolChoice("files", "a: b", "ask"),
            ToolChoice("x", "y", "never"),
        ),
        "max_turns": 4,
        "max_tool_calls": 0,
        "max_total_tokens": 90_000,
        "max_cost_usd": 0.123456789,
        "tool_timeout_seconds": 2.0,
        "tool_result_max_chars": 500,
        "effort": "low",
        "thinking": None,
        "output_schema": {"type": "object"},
    }
    stored = Agent(7, "Helper", "", "claude-sonnet-5", "", 100, None, 3, AT, AT, **acts)
    view = AgentView.of(stored)
    assert (view.tools_count, view.acting.max_cost_usd, view.acting.tool_timeout_seconds) == (2, "0.123456789", "2")
    sent = {name: getattr(view.acting, name).replace("\n", "\r\n") for name in ACTING}
    found = read_form({**FORM, **sent})
    assert {name: found[name] for name in ACTING} == acts
    assert AgentView.excerpt_of(stored).acting.tools == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "x" * 121),
        ("model", ""),
        ("max_tokens", "many"),
        ("max_tokens", ""),
        ("max_tokens", "0"),
        ("timeout_seconds", "soon"),
        ("timeout_seconds", "0"),
        ("timeout_seconds", "nan"),
        ("timeout_seconds", "86401"),
        ("retries", ""),
        ("retries", "-1"),
        ("retries", "11"),
        ("retries", "1.5"),
        ("max_turns", "0"),
        ("max_tool_calls", ""),
        ("max_total_tokens", "0"),
        ("max_cost_usd", "free"),
        ("tool_timeout_seconds", ""),
        ("tool_result_max_chars", "99"),
        ("effort", "some"),
        ("thinking", "enabled"),
        ("output_schema", "{"),
        ("output_schema", "[]"),
        ("output_schema", '{"$ref": "https://example.com/a.json"}'),
    ],
)
def test_what_does_not_fit_names_its_field(field: str, value: str) -> None:
    """Each wrong value is refused under the name of its field, and told in both languages."""
    with pytest.raises(InvalidInput) as caught:
        read_form({**FORM, field: value})
    assert caught.value.field == field
    english, chinese = (say_problem(language, caught.value, value) for language in ("en", "zh"))
    assert english and chinese and english != chinese


def test_a_cost_that_cannot_be_limited_is_told_with_its_model() -> None:
    error = InvalidInput("max_cost_usd", "max_cost_usd: nobody …", model="openai/llama")
    assert all("openai/llama" in say_problem(language, error, "1") for language in ("en", "zh"))


def test_a_problem_says_what_would_be_right() -> None:
    """The words hold the limit; a NUL character is told as one."""
    error = InvalidInput("name", "name is empty.")
    assert str(NAME_MAX) in say_problem("en", error, "")
    assert "NUL" in say_problem("en", error, "a\x00b")
    for language in ("en", "zh"):
        with pytest.raises(InvalidInput) as caught:
            read_form({**FORM, "name": "a\u202eb"})
        assert "U+202E" in say_problem(language, caught.value, "a\u202eb")


def test_an_unknown_field_keeps_its_own_message() -> None:
    """What the catalogue has no words for is told as the hub told it."""
    assert say_problem("zh", InvalidInput("other", "other is wrong."), "") == "other is wrong."

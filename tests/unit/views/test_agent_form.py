"""What an agent's form sends, and what it says when something does not fit."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from execution_hub.domain.agent import NAME_MAX, Agent
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
    assert read_form(FORM) == {**FORM, "max_tokens": 100, "timeout_seconds": None, "retries": 2, "on_cut": "mark"}
    assert read_form({**FORM, "on_cut": "fail"})["on_cut"] == "fail"
    assert read_form({**FORM, "timeout_seconds": " 2.5 "})["timeout_seconds"] == 2.5


def test_a_form_begins_with_what_is_stored() -> None:
    """An empty field for the hub's own time limit, else the seconds without needless zeros."""
    stored = Agent(7, "Helper", "", "simulated", "", 100, None, 3, AT, AT)
    assert (AgentView.of(stored).timeout_text, AgentView.of(stored).retries) == ("", 3)
    assert AgentView.of(replace(stored, timeout_seconds=90.0)).timeout_text == "90"


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
    ],
)
def test_what_does_not_fit_names_its_field(field: str, value: str) -> None:
    """Each wrong value is refused under the name of its field, and told in both languages."""
    with pytest.raises(InvalidInput) as caught:
        read_form({**FORM, field: value})
    assert caught.value.field == field
    english, chinese = (say_problem(language, caught.value, value) for language in ("en", "zh"))
    assert english and chinese and english != chinese


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

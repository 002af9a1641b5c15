"""Versions: what differs, and what one may be called."""

import pytest

from execution_hub.domain.version import LABEL_MAX, changed_fields, check_label
from execution_hub.errors import InvalidInput


def test_a_field_that_an_older_hub_did_not_know_has_not_changed() -> None:
    """One that has another value has."""
    assert changed_fields({"name": "A", "retries": 2}, {"name": "B", "retries": 2, "on_cut": "mark"}) == ["name"]


@pytest.mark.parametrize(("given", "kept"), [("  Calm tone ", "Calm tone"), ("", ""), ("  ", ""), ("语气", "语气")])
def test_a_label_is_a_line_of_text_or_none(given: str, kept: str) -> None:
    assert check_label(given) == kept


@pytest.mark.parametrize("given", ["x" * (LABEL_MAX + 1), "two\nlines", "\u202eback", "\x00", "\t"])
def test_a_label_that_shows_as_something_else_is_refused(given: str) -> None:
    with pytest.raises(InvalidInput) as error:
        check_label(given)
    assert error.value.field == "label"

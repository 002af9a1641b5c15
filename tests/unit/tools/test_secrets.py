"""Secrets are taken out of texts in every form in which programs write them."""

import doctest

import pytest

from execution_hub.tools import secrets as module
from execution_hub.tools.secrets import Secrets
from tests.support.forms import forms, traces


@pytest.mark.parametrize("secret", ["tok-123456789", "tok/en+1 \"'&é=x%20\\y", "世界🚀-token", "a" * 500])
def test_no_form_of_a_secret_is_left(secret: str) -> None:
    """Plain, in JSON, in Python, in HTML, in an address, and wherever it stands in base64."""
    found = Secrets({"A": secret}).redact("\n".join(forms(secret))).encode()
    assert [trace for trace in traces(secret) if trace in found] == []


def test_each_line_of_a_key_is_a_secret() -> None:
    """A program that writes it to standard error writes line by line."""
    secrets = Secrets({"KEY": "-----BEGIN KEY-----\nMIIabcdefghijk\nend\n"})
    assert secrets.redact("MIIabcdefghijk end") == "[secret KEY] end"


def test_values_inside_of_json_are_redacted_one_by_one() -> None:
    """The names of fields too; a secret that looks like JSON breaks nothing."""
    secrets = Secrets({"A": '": {"x', "B": "token-1"})
    assert secrets.redact_json({"a": {"x": ["token-1", 1, None]}, "token-1": '": {"x'}) == {
        "a": {"x": ["[secret B]", 1, None]},
        "[secret B]": "[secret A]",
    }


def test_no_cut_leaves_half_a_secret() -> None:
    """Whatever stands around it, and however much shorter the marks are."""
    long = "a much longer one than the mark that stands for it"
    secrets = Secrets({"A": "abcdefgh-12345678", "B": long})
    for before in range(60):
        cut = secrets.redact_cut(long * 3 + "." * before + "abcdefgh-12345678" * 40, 200)
        rest = cut.replace("[secret A]", "").replace("[secret B]", "")
        assert len(cut) <= 200 and set(rest.rstrip("[secrt AB")) <= {"."}, rest
    assert secrets.redact_cut(f"short {long}", 200) == "short [secret B]"


def test_the_examples_in_the_docstrings_hold() -> None:
    """They are the shortest documentation."""
    assert doctest.testmod(module).failed == 0

"""A provider's words without secrets, in whatever shape they come back."""

from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import pytest

from execution_hub.llm.faults import WORDS_MAX, redact

KEY = "key/with+signs?and~more>>>ÿÿÿ"


@pytest.mark.parametrize("before", ["", "u", "us", "user:", "x-api-key: "])
@pytest.mark.parametrize("after", ["", ":", "\n{}"])
def test_a_key_is_hidden_in_base64_too_wherever_it_stands_in_it(before: str, after: str) -> None:
    whole = f"{before}{KEY}{after}".encode()
    for encoded in (
        b64encode(whole).decode(),
        urlsafe_b64encode(whole).decode(),
        b64encode(whole).decode().rstrip("="),
    ):
        assert redact(f"refused {encoded} here", KEY) == "refused [key] here"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (f"no {KEY}!", "no [key]!"),
        (f"no {quote(KEY, safe='')}!", "no [key]!"),
        ("at https://ann:pass@host/v1", "at https://[key]@host/v1"),
        ("at http://token@proxy:3128", "at http://[key]@proxy:3128"),
        ("Authorization: Basic YW5uOnBhc3M=", "Authorization: Basic [key]"),
        ("authorization: bearer abc.def-ghi", "authorization: bearer [key]"),
        ("Basic needs are met at https://host/a@b", "Basic needs are met at https://host/a@b"),
    ],
)
def test_what_opens_a_door_is_hidden(said: str, told: str) -> None:
    assert redact(said, KEY) == told


def test_words_without_end_are_cut_before_they_are_searched() -> None:
    assert len(redact("a" * 10_000_000, KEY)) == WORDS_MAX + 1

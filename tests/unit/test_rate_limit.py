"""What a setting says of the rate limits of providers."""

import pytest

from execution_hub.rate_limit import RateLimit, read_limits

PROVIDERS = ("anthropic", "openai")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("anthropic=50/40000", {"anthropic": RateLimit(50, 40_000)}),
        (" openai = 500 , anthropic=/9 ", {"openai": RateLimit(500), "anthropic": RateLimit(None, 9)}),
    ],
)
def test_the_setting_is_read(text: str, found: dict[str, RateLimit]) -> None:
    assert read_limits(text, PROVIDERS) == found


@pytest.mark.parametrize(
    "text",
    ["50", "anthropic", "anthropic=", "anthropic=/", "anthropic=5/", "google=5", "anthropic=0", "anthropic=-1",
     "anthropic=1.5", "anthropic=1000001", "anthropic=1/1000000001", "anthropic=5,anthropic=6", "anthropic=٣",
     "anthropic=5/6/7"],
)  # fmt: skip
def test_what_does_not_fit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"requests|tokens|twice|PROVIDER"):
        read_limits(text, PROVIDERS)

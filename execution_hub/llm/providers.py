"""Which providers there are, and what of the settings each of them needs: whether it is there, never what it is."""

from urllib.parse import urlsplit

from execution_hub.domain.about import Provider
from execution_hub.settings import Settings

ANTHROPIC_URL = "https://api.anthropic.com"


def providers(settings: Settings) -> tuple[Provider, ...]:
    """Return all providers that need something of the settings."""
    key = settings.anthropic_api_key
    return (
        Provider(
            "Anthropic",
            key is not None and bool(key.get_secret_value().strip()),
            "ANTHROPIC_API_KEY",
            _host(settings.anthropic_base_url or ANTHROPIC_URL),
            "ANTHROPIC_BASE_URL",
        ),
    )


def _host(url: str) -> str:
    # Whatever stands before an @ is a secret, also where the settings let none pass.
    return urlsplit(url).netloc.rpartition("@")[2]

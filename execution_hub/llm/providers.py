"""Which providers there are, and what of the settings each of them needs: whether it is there, never what it is."""

from hashlib import blake2b
from urllib.parse import urlsplit

from pydantic import SecretStr

from execution_hub.domain.about import Provider
from execution_hub.domain.agent import SIMULATED
from execution_hub.settings import ANTHROPIC, OPENAI, Settings

ANTHROPIC_URL = "https://api.anthropic.com"
OPENAI_URL = "https://api.openai.com/v1"
# Models of a server that speaks OpenAI's chat completions are named so, with their name there after it.
OPENAI_PREFIX = "openai/"
# A model's name of each: that it has no model of this name does not matter.
EXAMPLES = ("claude", f"{OPENAI_PREFIX}any")


def providers(settings: Settings) -> tuple[Provider, ...]:
    """Return all providers that need something of the settings."""
    return (
        Provider(
            "Anthropic",
            bool(secret_of(settings.anthropic_api_key)),
            "ANTHROPIC_API_KEY",
            _host(settings.anthropic_base_url or ANTHROPIC_URL),
            "ANTHROPIC_BASE_URL",
        ),
        Provider(
            "OpenAI",
            bool(secret_of(settings.openai_api_key)),
            "OPENAI_API_KEY",
            _host(settings.openai_base_url or OPENAI_URL),
            "OPENAI_BASE_URL",
            needs_key=not settings.openai_base_url,
        ),
    )


def provider_of(model: str) -> str:
    """Return whose a model is: `anthropic`, `openai` (or a server of its kind), `hub`.

    Args:
        model: The model's name, as an agent has it.

    >>> provider_of("claude-sonnet-5"), provider_of("openai/llama"), provider_of("simulated")
    ('anthropic', 'openai', 'hub')
    """
    if model == SIMULATED:
        return "hub"
    return OPENAI if model.startswith(OPENAI_PREFIX) else ANTHROPIC


def missing_key(settings: Settings, model: str) -> str:
    """Return the variable of the environment without which a model does not answer; empty if nothing is missing.

    Args:
        settings: The hub's.
        model: The model's name, as an agent has it.
    """
    if model == SIMULATED:
        return ""
    anthropic, openai = providers(settings)
    found = openai if model.startswith(OPENAI_PREFIX) else anthropic
    return "" if found.has_key or not found.needs_key else found.key_variable


def fingerprint(settings: Settings, provider: str, salt: str) -> str:
    """Return what tells the address and key of a provider from others, and gives neither away.

    Args:
        settings: The hub's.
        provider: Its name.
        salt: The same for all processes of a hub, and no other.
    """
    address, key = {
        ANTHROPIC: (settings.anthropic_base_url or ANTHROPIC_URL, settings.anthropic_api_key),
        OPENAI: (settings.openai_base_url or OPENAI_URL, settings.openai_api_key),
    }[provider]
    secret = secret_of(key).encode(errors="surrogatepass")
    return blake2b(b"\0".join((address.encode(), secret)), key=salt.encode()[:64], digest_size=16).hexdigest()


def secret_of(secret: SecretStr | None) -> str:
    """Return a secret's text without the space around it; empty for none."""
    return secret.get_secret_value().strip() if secret else ""


def _host(url: str) -> str:
    # Whatever stands before an @ is a secret, also where the settings let none pass.
    return urlsplit(url).netloc.rpartition("@")[2]

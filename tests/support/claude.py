"""Claude as tests ask it, pointed at a local server."""

from execution_hub.llm.messages import user_message
from execution_hub.llm.port import ModelRequest
from execution_hub.settings import Settings

KEY = "sk-ant-api03-local-test-key-0123456789"
MODEL = "claude-sonnet-5-5"


def claude_settings(url: str, key: str | None = KEY) -> Settings:
    """Return settings with a key and a base URL."""
    return Settings(_env_file=None, anthropic_api_key=key, anthropic_base_url=url)


def ask(text: str = "Hi", *, model: str = MODEL, prompt: str = "Be kind.", max_tokens: int = 64) -> ModelRequest:
    """Return a plain request."""
    return ModelRequest(model, prompt, (user_message(text),), max_tokens)

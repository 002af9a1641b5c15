"""A server of chat completions as tests ask it."""

from execution_hub.llm.messages import user_message
from execution_hub.llm.port import ModelRequest
from execution_hub.settings import Settings

KEY = "sk-proj-local-test-key-0123456789"
MODEL = "openai/gpt-local"


def completion_settings(url: str, key: str | None = KEY) -> Settings:
    """Return settings with a key and a base URL."""
    return Settings(_env_file=None, openai_api_key=key, openai_base_url=f"{url}/v1")


def ask(text: str = "Hi", *, model: str = MODEL, prompt: str = "Be kind.", max_tokens: int = 64) -> ModelRequest:
    """Return a plain request."""
    return ModelRequest(model, prompt, (user_message(text),), max_tokens)

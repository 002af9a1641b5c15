"""Which provider answers for which model, and what each needs."""

import pytest

from execution_hub.llm.claude import Claude
from execution_hub.llm.openai_compatible import OpenAiCompatible
from execution_hub.llm.providers import missing_key
from execution_hub.llm.registry import Models
from execution_hub.llm.simulated import SimulatedModel
from execution_hub.settings import Settings
from tests.support.claude import MODEL, claude_settings


async def test_the_registry_knows_who_answers() -> None:
    """`simulated` stays at home, `openai/` names a server of chat completions, every other name goes to Claude."""
    models = Models(claude_settings("http://127.0.0.1:9"))
    assert isinstance(models.get("simulated"), SimulatedModel)
    assert isinstance(models.get("openai/gpt"), OpenAiCompatible)
    assert isinstance(models.get(MODEL), Claude)
    assert models.get("anything") is models.get(MODEL)
    await models.close()


@pytest.mark.parametrize(
    ("settings", "model", "variable"),
    [
        ({}, "simulated", ""),
        ({}, MODEL, "ANTHROPIC_API_KEY"),
        ({"anthropic_api_key": " "}, MODEL, "ANTHROPIC_API_KEY"),
        ({"anthropic_api_key": "sk-ant"}, MODEL, ""),
        ({"anthropic_api_key": "sk-ant"}, "openai/gpt", "OPENAI_API_KEY"),
        ({"openai_api_key": "sk"}, "openai/gpt", ""),
        ({"openai_base_url": "http://localhost:11434/v1"}, "openai/llama", ""),
    ],
)
def test_what_a_model_lacks_is_known(settings: dict[str, str], model: str, variable: str) -> None:
    """Before anybody asks it; a server of one's own needs no key."""
    assert missing_key(Settings(_env_file=None, **settings), model) == variable  # type: ignore[arg-type]

"""Which provider answers for which model."""

from execution_hub.llm.claude import Claude
from execution_hub.llm.registry import Models
from execution_hub.llm.simulated import SimulatedModel
from tests.support.claude import MODEL, claude_settings


async def test_the_registry_knows_who_answers() -> None:
    """`simulated` stays at home; every other name goes to Claude; each provider is made once."""
    models = Models(claude_settings("http://127.0.0.1:9"))
    assert isinstance(models.get("simulated"), SimulatedModel)
    assert isinstance(models.get(MODEL), Claude)
    assert models.get("anything") is models.get(MODEL)
    await models.close()

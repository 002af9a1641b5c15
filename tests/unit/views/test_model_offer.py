"""What a form says of a model."""

from execution_hub.llm.catalogue import OFFLINE
from execution_hub.llm.model_info import ModelInfo
from execution_hub.views.model_offer import ModelOffer


def test_a_model_lacks_only_what_its_provider_says_it_lacks() -> None:
    """Of what nobody tells nothing is said: it may be there."""
    told = frozenset({"effort", "thinking", "structured_outputs"})
    claude = ModelInfo("claude-x", "anthropic", "X", capabilities=frozenset({"tools", "thinking"}), told=told)
    assert ModelOffer.of(claude).lacks == ("effort", "output_schema")
    assert ModelOffer.of(ModelInfo("openai/x", "openai", "X")).lacks == ()
    assert ModelOffer.of(OFFLINE).lacks == ("effort", "thinking")
    assert ModelOffer.of(OFFLINE).provider == "hub"

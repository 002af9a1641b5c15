"""The models a form offers, as values. Pure."""

from dataclasses import dataclass

from execution_hub.domain.formats import format_count
from execution_hub.llm.model_info import ModelInfo

# The fields of an agent that a model may lack, by what its provider calls it.
_FIELDS = {"tools": "tools", "effort": "effort", "thinking": "thinking", "structured_outputs": "output_schema"}


@dataclass(frozen=True, slots=True)
class ModelOffer:
    """A model to choose.

    Attributes:
        name: What an agent names it by.
        label: What it is and costs, in figures any language reads: `Claude Sonnet 5 · 200k · $3 / $15`.
        provider: Whose it is: see `ModelInfo`.
        lacks: The fields of an agent for which it has no setting, as its provider says.
    """

    name: str = ""
    label: str = ""
    provider: str = ""
    lacks: tuple[str, ...] = ()

    @classmethod
    def of(cls, model: ModelInfo) -> "ModelOffer":
        """Read it from what is known of a model."""
        size = f"{format_count(model.context_tokens)}" if model.context_tokens else ""
        price = f"${model.price.input:g} / ${model.price.output:g}" if model.price else ""
        gone = f"† {model.retires_at[:10]}" if model.retires_at else ""
        title = model.display_name if model.display_name != model.name else ""
        label = " · ".join(part for part in (title, size, price, gone) if part)
        lacks = tuple(field for name, field in _FIELDS.items() if name in model.told - model.capabilities)
        return cls(model.name, label, model.provider, lacks)

"""The models a form offers, as values. Pure."""

from dataclasses import dataclass

from execution_hub.domain.formats import format_count
from execution_hub.llm.catalogue import ModelInfo


@dataclass(frozen=True, slots=True)
class ModelOffer:
    """A model to choose.

    Attributes:
        name: What an agent names it by.
        label: What it is and costs, in figures any language reads: `Claude Sonnet 5 · 200k · $3 / $15`.
    """

    name: str = ""
    label: str = ""

    @classmethod
    def of(cls, model: ModelInfo) -> "ModelOffer":
        """Read it from what is known of a model."""
        size = f"{format_count(model.context_tokens)}" if model.context_tokens else ""
        price = f"${model.price.input:g} / ${model.price.output:g}" if model.price else ""
        gone = f"† {model.retires_at[:10]}" if model.retires_at else ""
        title = model.display_name if model.display_name != model.name else ""
        return cls(model.name, " · ".join(part for part in (title, size, price, gone) if part))

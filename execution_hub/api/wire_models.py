"""The shape of models on the wire."""

from pydantic import BaseModel, Field


class ModelPrice(BaseModel):
    """What a model costs, in USD per million tokens."""

    input: float = Field(examples=[3.0])
    output: float = Field(examples=[15.0])
    cache_write: float | None = Field(description="Null where nobody told.", examples=[3.75])
    cache_read: float | None = Field(description="Null where nobody told.", examples=[0.3])
    is_own: bool = Field(description="Whether it is from HUB_PRICES_FILE.", examples=[False])


class Model(BaseModel):
    """What is known of a model."""

    name: str = Field(description="What an agent names it by.", examples=["claude-sonnet-5"])
    provider: str = Field(description="`hub`, `anthropic` or `openai`.", examples=["anthropic"])
    display_name: str = Field(examples=["Claude Sonnet 5"])
    context_tokens: int | None = Field(
        description="How many tokens it reads at once; null where nobody told.", examples=[200_000]
    )
    max_output_tokens: int | None = Field(
        description="How many it writes at most; null where nobody told.", examples=[64_000]
    )
    capabilities: list[str] = Field(
        description="What it can, as far as its provider tells.", examples=[["effort", "thinking", "tools"]]
    )
    retires_at: str | None = Field(description="When it will be gone, in its provider's words.", examples=[None])
    is_listed: bool = Field(description="Whether its provider lists it; else it is known from its price.")
    price: ModelPrice | None = Field(description="Null where none is known.")


class Models(BaseModel):
    """The models there are; all of them, on one page."""

    items: list[Model]
    next_cursor: str | None = Field(description="Always null.", examples=[None])

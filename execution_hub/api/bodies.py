"""What the bodies of requests have in common: strict types, and texts a database can hold."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, WithJsonSchema


def _storable(text: str) -> str:
    # JSON may escape half a character ("\ud800"); no database can store it.
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("holds half a character (a lone surrogate); remove it") from None
    return text


def example(**values: Any) -> ConfigDict:
    """Return the configuration of a body whose document shows an example."""
    return ConfigDict(json_schema_extra={"examples": [values]})


class Body(BaseModel):
    """A JSON object whose types are not bent, and which holds nothing unknown."""

    model_config = ConfigDict(extra="forbid", strict=True)


def text_of(limit: int, *, is_needed: bool = False) -> Any:
    r"""Return the type of a text in a body, whose limits the document tells.

    Only told: the domain checks them, with words that say what to do.

    Args:
        limit: The most characters.
        is_needed: Whether it must hold more than space.
    """
    # Without NUL, which no database of ours can store.
    pattern = r"^[^\x00]*\S[^\x00]*$" if is_needed else r"^[^\x00]*$"
    told = {"type": "string", "maxLength": limit, "pattern": pattern, **({"minLength": 1} if is_needed else {})}
    return Annotated[str, AfterValidator(_storable), WithJsonSchema(told)]

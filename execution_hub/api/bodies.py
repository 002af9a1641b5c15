"""What the bodies of requests have in common: strict types, and texts a database can hold."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict


def _storable(text: str) -> str:
    # JSON may escape half a character ("\ud800"); no database can store it.
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("holds half a character (a lone surrogate); remove it") from None
    return text


Text = Annotated[str, AfterValidator(_storable)]


class Body(BaseModel):
    """A JSON object whose types are not bent, and which holds nothing unknown."""

    model_config = ConfigDict(extra="forbid", strict=True)

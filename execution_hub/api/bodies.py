"""What the bodies of requests have in common: strict types, and texts a database can hold."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core.core_schema import CoreSchema, no_info_after_validator_function

from execution_hub.domain.texts import STEERING


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


@dataclass(frozen=True, slots=True)
class TextLimit:
    """Marks the type of a text in a body; its limits are told in the document.

    Only told: the domain checks them, with words that say what to do.

    Attributes:
        most: The most characters.
        is_needed: Whether it must hold more than space.
        is_name: Whether it may hold nothing that steers what shows it; see `domain.texts.check_name`.
    """

    most: int
    is_needed: bool = False
    is_name: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Refuse what no database can store: pydantic asks for this."""
        return no_info_after_validator_function(_storable, handler(source))

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Tell the limits: pydantic asks for this."""
        # Without NUL, which no database of ours can store.
        refused = STEERING if self.is_name else r"\x00"
        needed = rf"[^{refused}\s][^{refused}]*" if self.is_needed else ""
        pattern = f"^[^{refused}]*{needed}$"
        least = {"minLength": 1} if self.is_needed else {}
        return {"type": "string", "maxLength": self.most, "pattern": pattern, **least}

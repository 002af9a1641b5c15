"""What is wrong with a field of a form, in words."""

from collections.abc import Mapping

from execution_hub.errors import InvalidInput
from execution_hub.words.by_value import FIELD_PROBLEMS
from execution_hub.words.say import say


def say_field_problem(language: str, error: InvalidInput, value: str, limits: Mapping[str, object]) -> str:
    """Say what is wrong with a field, in the language of the page.

    Args:
        language: The page's.
        error: What the hub said; its field is named.
        value: What the field held.
        limits: What its words say is the most, by the name of the field.
    """
    if "\x00" in value:
        return say(language, "Remove the NUL character.")
    if "character" in error.details:
        return say(
            language,
            "Remove the character {character}: it is a control character, or turns text around.",
            character=error.details["character"],
        )
    if error.field not in limits:
        return error.message
    return say(language, FIELD_PROBLEMS[error.field], n=limits[error.field])

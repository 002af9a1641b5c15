"""The arguments of a tool call, as a model writes them: JSON in pieces, which may be anything else."""

import json
from typing import Any

from execution_hub.domain.texts import storable
from execution_hub.errors import MalformedReply

# Far more than any model writes in a turn; only a provider that has lost its way goes on past it.
MAX_CHARS = 1_000_000
# Deeper JSON can be read, but hardly written again.
_DEPTH_MAX = 100
# Blocks must hold an object: this is how the provider wants what is none
# (https://platform.claude.com/docs/en/agents-and-tools/tool-use/fine-grained-tool-streaming).
INVALID = "INVALID_JSON"


class Pieces:
    """JSON that comes in pieces."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._parts: list[str] = []
        self._room = MAX_CHARS

    def add(self, text: str) -> None:
        """Take more.

        Raises:
            MalformedReply: It is too much.
        """
        self._room -= len(text)
        if self._room < 0:
            raise MalformedReply(f"The provider's answer held a tool call of more than {MAX_CHARS:,} characters.")
        self._parts.append(text)

    @property
    def text(self) -> str:
        """All that has come."""
        return "".join(self._parts)


def read(text: str) -> tuple[dict[str, Any] | None, str]:
    """Return the arguments, and what is wrong with them, in words for the model.

    >>> read('{"city": "Bern"}'), read("")
    (({'city': 'Bern'}, ''), ({}, ''))
    >>> read("[1]")
    (None, 'The arguments are not a JSON object. Send an object with the arguments by name.')

    Args:
        text: What the model wrote; nothing is no arguments.

    Returns:
        None for what is no object, then with words.
    """
    try:
        found = json.loads(text.strip() or "{}", parse_constant=_refuse_constant)
        is_deep = _depth(found) > _DEPTH_MAX
    except json.JSONDecodeError as error:
        where = f"{error.msg.lower()} at character {error.pos}"
        return None, f"The arguments are not valid JSON ({where}). Send a JSON object."
    except (ValueError, RecursionError):
        return None, "The arguments are not valid JSON. Send a JSON object with plain values."
    if is_deep:
        return None, f"The arguments are nested more than {_DEPTH_MAX} deep. Send flatter ones."
    if not isinstance(found, dict):
        return None, "The arguments are not a JSON object. Send an object with the arguments by name."
    return storable_json(found), ""


def as_sent_back(text: str) -> dict[str, Any]:
    """Return the arguments as a `tool_use` block holds them: an object, whatever the model wrote.

    >>> as_sent_back('{"city": ')
    {'INVALID_JSON': '{"city": '}
    """
    found, _ = read(text)
    return {INVALID: storable(text)} if found is None else found


def storable_text(value: object) -> str:
    """Return a text of a model as it can be stored.

    Raises:
        TypeError: It is none: an SDK does not check types, and a number among the texts would only fail where they are
            stored.
    """
    if not isinstance(value, str):
        raise TypeError("text is not a string")
    return storable(value)


def storable_json(value: Any) -> Any:
    """Return JSON whose texts hold nothing that no database can store.

    Args:
        value: It; nested no deeper than its parser went.
    """
    match value:
        case str():
            return storable(value)
        case dict():
            return {storable_json(name): storable_json(each) for name, each in value.items()}
        case list():
            return [storable_json(each) for each in value]
    return value


def _refuse_constant(name: str) -> None:
    # Neither a database nor a provider takes them.
    raise ValueError(name)


def _depth(value: Any) -> int:
    """Return how deep lists and objects are nested, at most one more than is allowed."""
    depth, level = 0, [value]
    while level and depth <= _DEPTH_MAX:
        level = [
            each
            for part in level
            if isinstance(part, dict | list)
            for each in (part.values() if isinstance(part, dict) else part)
        ]
        depth += 1
    return depth

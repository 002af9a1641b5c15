"""The messages of a conversation, in the form of the Messages API: made here, and looked into."""

from collections.abc import Iterator, Sequence
from typing import Any

Message = dict[str, Any]
Block = dict[str, Any]


def user_message(text: str) -> Message:
    """Return what a person says.

    Args:
        text: It.
    """
    return {"role": "user", "content": text}


def assistant_message(blocks: Sequence[Block]) -> Message:
    """Return what a model said.

    Args:
        blocks: The turn's blocks as they came, `Finished.blocks`.
    """
    return {"role": "assistant", "content": list(blocks)}


def tool_result(call_id: str, text: str, *, is_error: bool = False) -> Block:
    """Return what a tool answered to one call.

    Args:
        call_id: The call's id, `ToolCall.id`.
        text: The answer, or what went wrong.
        is_error: Whether it went wrong.
    """
    block = {"type": "tool_result", "tool_use_id": call_id, "content": text}
    return block | {"is_error": True} if is_error else block


def tool_results_message(results: Sequence[Block]) -> Message:
    """Return the answers to all calls of a turn; the providers want every one, in one message.

    Args:
        results: Each made by `tool_result`.
    """
    return {"role": "user", "content": list(results)}


def text_of(content: object) -> str:
    """Return the text of a message's or a result's content; what is no text says nothing.

    >>> text_of([{"type": "text", "text": "One, "}, {"type": "image"}, {"type": "text", "text": "two."}])
    'One, two.'
    """
    if isinstance(content, str):
        return content
    return "".join(block["text"] for block in _blocks(content) if block.get("type") == "text")


def blocks_of(message: Message, kind: str) -> Iterator[Block]:
    """Yield a message's blocks of one kind.

    Args:
        message: The message.
        kind: The blocks' type, `tool_use` or another.
    """
    return (block for block in _blocks(message["content"]) if block.get("type") == kind)


def _blocks(content: object) -> list[Block]:
    return content if isinstance(content, list) else []

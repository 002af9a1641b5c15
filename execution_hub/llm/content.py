"""The content of a model's message as it must be sent back for the model to go on. Knows no SDK: blocks by shape."""

import json
from collections.abc import Iterator
from typing import Any

from execution_hub.domain.texts import storable
from execution_hub.errors import MalformedReply
from execution_hub.llm.arguments import Pieces, as_sent_back, read, storable_json, storable_text
from execution_hub.llm.port import ToolCall

# No model writes so many; only a provider that has lost its way goes on past it.
BLOCKS_MAX = 10_000
_TOOL = "tool_use"
_TOOLS = (_TOOL, "server_tool_use")
# What a delta adds to, by its type: `citations_delta` and `signature_delta` are not texts that grow.
_GROWS = {"text_delta": "text", "thinking_delta": "thinking"}


class Content:
    """The blocks of one message, put together from its stream."""

    def __init__(self) -> None:
        """Start without a block."""
        self._blocks: dict[int, dict[str, Any]] = {}
        self._texts: dict[int, list[str]] = {}
        self._inputs: dict[int, Pieces] = {}
        # The tool calls that are not told yet.
        self._open: list[int] = []

    def begin(self, index: int, block: Any) -> None:
        """Take the beginning of a block; what is none adds nothing.

        Raises:
            MalformedReply: There are too many.
        """
        if not hasattr(block, "to_dict"):
            return
        if len(self._blocks) >= BLOCKS_MAX:
            raise MalformedReply(f"The provider's answer had more than {BLOCKS_MAX:,} blocks.")
        begun = storable_json(block.to_dict())
        self._texts[index], self._inputs[index] = [], Pieces()
        if begun.get("type") in _TOOLS and begun.get("input"):
            # Some send a call's arguments at once, with the block itself.
            self._inputs[index].add(json.dumps(begun["input"]))
        if begun.get("type") == _TOOL:
            # Checked here, for who runs the call trusts them.
            begun["name"], begun["id"] = storable_text(begun.get("name")), self._own_id(index, begun.get("id"))
            self._open.append(index)
        self._blocks[index] = begun

    def grow(self, index: int, delta: Any) -> None:
        """Take more of a block; what is of an unknown kind adds nothing."""
        block = self._blocks.get(index)
        if block is None:
            return
        match getattr(delta, "type", None):
            case "text_delta" | "thinking_delta" as kind:
                self._texts[index].append(storable_text(getattr(delta, _GROWS[kind])))
            case "input_json_delta":
                self._inputs[index].add(delta.partial_json)
            case "signature_delta":
                block["signature"] = delta.signature
            case "citations_delta":
                block["citations"] = [*(block.get("citations") or []), delta.citation.to_dict()]

    def finish(self, index: int | None = None) -> Iterator[ToolCall]:
        """Yield the tool call that is complete with this block, if it is one and not told yet.

        Args:
            index: The block; all of them if omitted.
        """
        for each in [each for each in self._open if index in (None, each)]:
            self._open.remove(each)
            block = self._blocks[each]
            arguments, error = read(self._inputs[each].text)
            yield ToolCall(block["id"], block["name"], arguments, error)

    def as_json(self) -> tuple[dict[str, Any], ...]:
        """Return the blocks in their order, as the API takes them: it refuses blank texts, and space at the end."""
        blocks = [self._whole(index) for index in sorted(self._blocks)]
        if blocks and blocks[-1].get("type") == "text":
            blocks[-1]["text"] = blocks[-1]["text"].rstrip()
        return tuple(block for block in blocks if block.get("type") != "text" or block["text"].strip())

    def _own_id(self, index: int, told: object) -> str:
        """Return an id that no other call of the message has: results are told apart by it."""
        name = storable(told) if isinstance(told, str) else ""
        is_free = name and all(block.get("id") != name for block in self._blocks.values())
        return name if is_free else f"{name or 'call'}_{index}"

    def _whole(self, index: int) -> dict[str, Any]:
        block = dict(self._blocks[index])
        kind = block.get("type")
        if kind in _TOOLS:
            block["input"] = as_sent_back(self._inputs[index].text)
        elif kind in ("text", "thinking"):
            block[kind] = storable_text(block.get(kind) or "") + "".join(self._texts[index])
        return block

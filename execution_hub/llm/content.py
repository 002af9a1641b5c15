"""The content of a model's message as it must be sent back for the model to go on. Knows no SDK: blocks by shape."""

import json
from typing import Any

from execution_hub.domain.texts import storable

# What a delta adds to, by its type: `citations_delta` and `signature_delta` are not texts that grow.
_GROWS = {"text_delta": "text", "thinking_delta": "thinking"}


class Content:
    """The blocks of one message, put together from its stream."""

    def __init__(self) -> None:
        """Start without a block."""
        self._blocks: dict[int, dict[str, Any]] = {}
        self._parts: dict[int, dict[str, list[str]]] = {}

    def begin(self, index: int, block: Any) -> None:
        """Take the beginning of a block; what is none adds nothing."""
        if hasattr(block, "to_dict"):
            self._blocks[index], self._parts[index] = block.to_dict(), {}

    def grow(self, index: int, delta: Any) -> None:
        """Take more of a block; what is of an unknown kind adds nothing."""
        block = self._blocks.get(index)
        if block is None:
            return
        match getattr(delta, "type", None):
            case "text_delta" | "thinking_delta" as kind:
                self._add(index, _GROWS[kind], getattr(delta, _GROWS[kind]))
            case "input_json_delta":
                self._add(index, "input", delta.partial_json)
            case "signature_delta":
                block["signature"] = delta.signature
            case "citations_delta":
                block["citations"] = [*(block.get("citations") or []), delta.citation.to_dict()]

    def as_json(self) -> tuple[dict[str, Any], ...]:
        """Return the blocks in their order, as the API takes them: it refuses blank texts, and space at the end.

        Raises:
            ValueError: A tool call is not JSON.
        """
        blocks = [self._whole(index) for index in sorted(self._blocks)]
        if blocks and blocks[-1].get("type") == "text":
            blocks[-1]["text"] = blocks[-1]["text"].rstrip()
        return tuple(block for block in blocks if block.get("type") != "text" or block["text"].strip())

    def _add(self, index: int, name: str, text: str) -> None:
        self._parts[index].setdefault(name, []).append(storable(text))

    def _whole(self, index: int) -> dict[str, Any]:
        block = dict(self._blocks[index])
        for name, parts in self._parts[index].items():
            text = "".join(parts)
            block[name] = (json.loads(text) if text else {}) if name == "input" else (block.get(name) or "") + text
        return block

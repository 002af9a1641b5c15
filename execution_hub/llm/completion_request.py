"""A request in the form of OpenAI's chat completions, made from one in the hub's form (the Messages API's)."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from execution_hub.llm.messages import Message, blocks_of, text_of
from execution_hub.llm.port import NONE, ModelRequest, ToolSpec
from execution_hub.llm.providers import OPENAI_PREFIX

# Their newer models take the limit under its newer name alone; of other servers many know the older one alone.
_NEWER_LIMIT = ("openai.com", "azure.com")


def completion_body(request: ModelRequest, url: str) -> dict[str, Any]:
    """Return what is asked, as https://platform.openai.com/docs/api-reference/chat/create has it.

    Args:
        request: The request.
        url: Where it goes.
    """
    host = urlsplit(url).hostname or ""
    limit = "max_completion_tokens" if host.endswith(_NEWER_LIMIT) else "max_tokens"
    body: dict[str, Any] = {
        "model": request.model.removeprefix(OPENAI_PREFIX),
        "messages": list(_messages(request)),
        limit: request.max_tokens,
        # Else nobody tells what it used.
        "stream_options": {"include_usage": True},
    }
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
        if request.tool_choice == NONE:
            body["tool_choice"] = "none"
    if request.output_schema is not None:
        # Not strict: that refuses schemas with an optional field. What comes is checked anyway.
        form = {"name": "answer", "schema": request.output_schema, "strict": False}
        body["response_format"] = {"type": "json_schema", "json_schema": form}
    # There is no word for thinking but this one.
    effort = request.effort or ("none" if request.thinking == "disabled" else None)
    return body if effort is None else body | {"reasoning_effort": effort}


def _tool(tool: ToolSpec) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": tool.input_schema}
    return {"type": "function", "function": function}


def _messages(request: ModelRequest) -> Iterator[dict[str, Any]]:
    if request.system_prompt.strip():
        yield {"role": "system", "content": request.system_prompt}
    for message in request.messages:
        yield from _said(message) if message["role"] == "assistant" else _heard(message)


def _said(message: Message) -> Iterator[dict[str, Any]]:
    """Yield what the model said, with the calls it made."""
    text, calls = text_of(message["content"]), [_call(block) for block in blocks_of(message, "tool_use")]
    said: dict[str, Any] = {"role": "assistant", "content": text if text or not calls else None}
    if calls:
        said["tool_calls"] = calls
        # Some go on from what they thought before a call, and refuse the turn without it: under the name it came by.
        for block in blocks_of(message, "thinking"):
            said[block.get("field", "reasoning_content")] = block["thinking"]
    yield said


def _call(block: dict[str, Any]) -> dict[str, Any]:
    arguments = json.dumps(block["input"], ensure_ascii=False)
    return {"id": block["id"], "type": "function", "function": {"name": block["name"], "arguments": arguments}}


def _heard(message: Message) -> Iterator[dict[str, Any]]:
    """Yield what tools answered, each in a message of its own, then what the person said."""
    for result in blocks_of(message, "tool_result"):
        text = text_of(result.get("content"))
        # There is no mark for what went wrong.
        said = f"Error: {text}" if result.get("is_error") else text
        yield {"role": "tool", "tool_call_id": result["tool_use_id"], "content": said}
    if text := text_of(message["content"]):
        yield {"role": "user", "content": text}

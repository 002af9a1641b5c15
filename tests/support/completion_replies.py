"""What a local server of chat completions can be told to reply: scripts for `MessagesServer`, which plays any.

Chunks, order and headers are those of https://platform.openai.com/docs/api-reference/chat/streaming.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from tests.support.messages_replies import Call, Cut, Reply, Step, default_text

PROMPT_TOKENS = 25


def line(data: dict[str, Any] | str) -> bytes:
    """Return a server-sent event without a name, framed as a chunk of the body."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    body = f"data: {text}\n\n".encode(errors="backslashreplace")
    return f"{len(body):x}\r\n".encode() + body + b"\r\n"


def chunk(call: Call, delta: dict[str, Any] | None, finish_reason: str | None = None, **more: Any) -> bytes:
    """Return a chunk of an answer; one without a delta has no choice."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish_reason}]
    told = {"id": f"chatcmpl-{call.request_id}", "object": "chat.completion.chunk", "created": 1}
    return line({**told, "model": call.body.get("model", ""), "choices": choices, **more})


def head(call: Call, content_type: str = "text/event-stream") -> bytes:
    """Return the headers of a streamed reply."""
    lines = f"content-type: {content_type}\r\nx-request-id: {call.request_id}\r\ntransfer-encoding: chunked\r\n\r\n"
    return f"HTTP/1.1 200 OK\r\n{lines}".encode()


def usage(completion_tokens: int, cached: int = 0, **more: Any) -> dict[str, Any]:
    """Return figures as the last chunk tells them."""
    return {
        "prompt_tokens": PROMPT_TOKENS,
        "completion_tokens": completion_tokens,
        "total_tokens": PROMPT_TOKENS + completion_tokens,
        "prompt_tokens_details": {"cached_tokens": cached},
        **more,
    }


def played(*deltas: dict[str, Any], reason: str | None = "stop", told: dict[str, Any] | None = None) -> Reply:
    """Reply with these deltas, then a reason, the usage if it is to be told, and the end."""

    def play(call: Call) -> Iterator[Step]:
        yield head(call)
        yield chunk(call, {"role": "assistant", "content": ""})
        for delta in deltas:
            yield chunk(call, delta)
        yield chunk(call, {}, reason)
        if told is not None:
            yield chunk(call, None, usage=told)
        yield line("[DONE]")
        yield b"0\r\n\r\n"

    return play


def text(parts: Sequence[str] = ("Hello", " ", "world"), *, reason: str = "stop", cached: int = 0) -> Reply:
    """Reply with a text and its usage."""
    deltas = [{"content": part} for part in parts]
    return played(*deltas, reason=reason, told=usage(len(parts), cached))


def tool_call(index: int | None, call_id: str | None, name: str | None, arguments: Any) -> dict[str, Any]:
    """Return a delta with a piece of a tool call."""
    piece: dict[str, Any] = {"function": {"arguments": arguments}}
    if index is not None:
        piece["index"] = index
    if call_id is not None:
        piece |= {"id": call_id, "type": "function"}
    if name is not None:
        piece["function"]["name"] = name
    return {"tool_calls": [piece]}


def default_reply(call: Call) -> Iterator[Step]:
    """Answer with `default_text` of the input, seven characters a time."""
    words = default_text(call.input)
    return text([words[at : at + 7] for at in range(0, len(words), 7)])(call)


def fault(status: int, error: Any, headers: dict[str, str] | None = None) -> Reply:
    """Reply with an error instead of a stream."""

    def play(call: Call) -> Iterator[Step]:
        body = json.dumps({"error": error}).encode()
        lines = {"content-type": "application/json", "x-request-id": call.request_id, **(headers or {})}
        told = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        yield f"HTTP/1.1 {status} Status\r\n{told}content-length: {len(body)}\r\n\r\n".encode() + body

    return play


def begun(*steps: Step) -> Reply:
    """Begin well, then do these."""

    def play(call: Call) -> Iterator[Step]:
        yield head(call)
        yield chunk(call, {"role": "assistant", "content": "Hel"})
        yield from steps

    return play


def cut() -> Reply:
    """Begin well, then cut the TCP connection, once the client has had the time to read."""
    return begun(0.05, Cut)


def listing(*models: dict[str, Any]) -> Reply:
    """Reply with a list of models."""

    def play(_call: Call) -> Iterator[Step]:
        body = json.dumps({"object": "list", "data": models}).encode()
        yield b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
        yield f"content-length: {len(body)}\r\n\r\n".encode() + body

    return play

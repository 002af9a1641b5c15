"""What the local Messages API can be told to reply: each takes the call and yields what to do, step by step.

Events, order and headers are those of https://platform.claude.com/docs/en/build-with-claude/streaming.
"""

import hashlib
import itertools
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

INPUT_TOKENS = 25


@dataclass
class Call:
    """One request as it arrived.

    Attributes:
        path: Its path.
        headers: Its headers, names in lower case.
        body: Its JSON body; empty if it had none.
        started_at: When it had arrived whole, `time.monotonic()`.
        closed_by_client: When the client hung up before the reply was over; None if it did not.
        finished_at: When the server was through with it.
        request_id: The id the server gave it.
    """

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    started_at: float
    request_id: str
    closed_by_client: float | None = None
    finished_at: float | None = None

    @property
    def input(self) -> str:
        """The text of the last message."""
        messages = self.body.get("messages") or [{"content": ""}]
        content = messages[-1]["content"]
        return content if isinstance(content, str) else "".join(block.get("text", "") for block in content)


class Cut(Exception):
    """A script's wish to cut the connection here."""


Step = bytes | float | type[Cut] | None
"""What a reply does next: send bytes, wait so many seconds, cut the connection, or (None) be silent for ever."""

Reply = Callable[[Call], Iterator[Step]]


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def event(data: dict[str, Any], name: str | None = None) -> bytes:
    """Return a server-sent event, framed as a chunk of the body."""
    # Half a character goes out escaped, as JSON allows it.
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return _chunk(f"event: {name or data['type']}\ndata: {text}\n\n".encode(errors="backslashreplace"))


def stream_head(
    call: Call, content_type: str = "text/event-stream; charset=utf-8", headers: dict[str, str] | None = None
) -> bytes:
    """Return the headers of a streamed reply."""
    more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    return (
        f"HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncache-control: no-cache\r\n"
        f"request-id: {call.request_id}\r\n{more}transfer-encoding: chunked\r\n\r\n"
    ).encode()


def message_start(call: Call, usage: dict[str, Any] | None = None, *, is_told: bool = True) -> bytes:
    """Return the event that begins a message; without any usage where that is not told."""
    message: dict[str, Any] = {
        "id": f"msg_{call.request_id}",
        "type": "message",
        "role": "assistant",
        "model": call.body.get("model", ""),
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {
            "input_tokens": INPUT_TOKENS,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": 1,
            "service_tier": "standard",
            **(usage or {}),
        },
    }
    if not is_told:
        del message["usage"]
    return event({"type": "message_start", "message": message})


def block(index: int, kind: str, parts: Iterable[str], delay: float = 0.0, **more: Any) -> Iterator[Step]:
    """Yield the events of one content block.

    Args:
        index: Its place in the message.
        kind: `text`, `thinking`, `tool_use` or `server_tool_use`.
        parts: The deltas, in order.
        delay: Seconds before each.
        **more: More fields of the block: `id`, `name`.
    """
    shapes: dict[str, tuple[dict[str, Any], str, str]] = {
        "text": ({"text": ""}, "text_delta", "text"),
        "thinking": ({"thinking": "", "signature": ""}, "thinking_delta", "thinking"),
        "tool_use": ({"input": {}}, "input_json_delta", "partial_json"),
        "server_tool_use": ({"input": {}}, "input_json_delta", "partial_json"),
    }
    empty, delta, key = shapes[kind]
    yield event({"type": "content_block_start", "index": index, "content_block": {"type": kind, **empty, **more}})
    if index == 0:
        yield event({"type": "ping"})
    for part in parts:
        if delay:
            yield delay
        yield event({"type": "content_block_delta", "index": index, "delta": {"type": delta, key: part}})
    if kind == "thinking":
        signature = {"type": "signature_delta", "signature": "c2lnbmVk"}
        yield event({"type": "content_block_delta", "index": index, "delta": signature})
    yield event({"type": "content_block_stop", "index": index})


def message_end(stop_reason: str, output_tokens: int, **delta: Any) -> Iterator[Step]:
    """Yield the events that end a message, and the end of the body."""
    yield event(
        {
            "type": "message_delta",
            "delta": {"stop_reason": stop_reason, "stop_sequence": None, **delta},
            "usage": {"output_tokens": output_tokens},
        }
    )
    yield event({"type": "message_stop"})
    yield b"0\r\n\r\n"


def default_text(input_text: str) -> str:
    """Return the text of an unscripted reply: the input, marked with its own digest, in several scripts."""
    mark = hashlib.sha256(input_text.encode()).hexdigest()[:16]
    return "".join(f"[{mark} {part}] {input_text} — 世界 🚀 naïve\n" for part in range(1, 6))


def default_reply(call: Call, delay: float = 0.0) -> Iterator[Step]:
    """Answer with `default_text` of the input, seven characters a time; `stream` must be asked for, and a known key."""
    if not call.headers.get("authorization", call.headers.get("x-api-key")):
        return fault(401, "authentication_error", "x-api-key header is required")(call)
    words = default_text(call.input)
    return text([words[at : at + 7] for at in range(0, len(words), 7)], delay=delay)(call)


def is_listing(call: Call) -> bool:
    """Tell whether a call asks which models there are."""
    return call.path.partition("?")[0].endswith("/models")


def listing(*models: dict[str, Any]) -> Reply:
    """Reply with a list of models."""
    body = json.dumps({"object": "list", "data": models, "has_more": False}).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return lambda call: iter((head.encode() + body,))


def no_models(call: Call) -> Iterator[Step]:
    """Reply that there are no models."""
    return listing()(call)


def text(
    parts: Sequence[str] = ("Hello", " ", "world"),
    *,
    delay: float = 0.0,
    usage: dict[str, Any] | None = None,
    output_tokens: int | None = None,
    headers: dict[str, str] | None = None,
    stop_reason: str = "end_turn",
) -> Reply:
    """Reply with a text.

    Args:
        parts: Its deltas.
        delay: Seconds before each: the slow one.
        usage: Figures of `message_start`, over the usual ones.
        output_tokens: The final count; the number of parts if omitted.
        stop_reason: Why it ends: `max_tokens` for one that is cut.
        headers: More headers.
    """

    def play(call: Call) -> Iterator[Step]:
        yield stream_head(call, headers=headers)
        yield message_start(call, usage)
        yield from block(0, "text", parts, delay)
        yield from message_end(stop_reason, len(parts) if output_tokens is None else output_tokens)

    return play


def endless(over: threading.Event, delay: float) -> Reply:
    """Reply with `word0 word1 …` until told to end; its last words are `The end.`, which tell that it has.

    Args:
        over: Set to end it.
        delay: Seconds before each word.
    """

    def words() -> Iterator[str]:
        for number in itertools.count():
            if over.is_set():
                yield "The end."
                return
            yield f"word{number} "

    def play(call: Call) -> Iterator[Step]:
        yield stream_head(call)
        yield message_start(call)
        yield from block(0, "text", words(), delay)
        yield from message_end("end_turn", 1)

    return play


def thinking(thoughts: Sequence[str], parts: Sequence[str]) -> Reply:
    """Reply with thinking, then a text."""

    def play(call: Call) -> Iterator[Step]:
        yield stream_head(call)
        yield message_start(call)
        yield from block(0, "thinking", thoughts)
        yield from block(1, "text", parts)
        yield from message_end("end_turn", len(thoughts) + len(parts))

    return play


def tool_use(name: str, parts: Sequence[str], stop_reason: str = "tool_use") -> Reply:
    """Reply with a text and a tool call whose arguments come as pieces of JSON."""

    def play(call: Call) -> Iterator[Step]:
        yield stream_head(call)
        yield message_start(call)
        yield from block(0, "text", ["Let me look. "])
        yield from block(1, "tool_use", parts, id="toolu_local_1", name=name)
        yield from message_end(stop_reason, 20)

    return play


def tool_calls(*calls: tuple[str, str, Sequence[str]], text: Sequence[str] = ("Let me look.",)) -> Reply:
    """Reply with thinking, a text and several tool calls in one turn.

    Args:
        *calls: Of each the id, the tool's name, and its arguments as pieces of JSON.
        text: The text before them.
    """

    def play(call: Call) -> Iterator[Step]:
        yield stream_head(call)
        yield message_start(call)
        yield from block(0, "thinking", ["I need a tool."])
        yield from block(1, "text", text)
        for number, (call_id, name, parts) in enumerate(calls, 2):
            yield from block(number, "tool_use", parts, id=call_id, name=name)
        yield from message_end("tool_use", 20 + 10 * len(calls))

    return play


def paused(parts: Sequence[str] = ("Let me search. ",), output_tokens: int = 20) -> Reply:
    """Reply with a text and a search of the provider's own, then pause: the caller is to send it back."""

    def play(call: Call) -> Iterator[Step]:
        yield stream_head(call)
        yield message_start(call)
        yield from block(0, "thinking", ["I must search."])
        yield from block(1, "text", parts)
        yield from block(2, "server_tool_use", ['{"query": ', '"rain"}'], id="srvtoolu_1", name="web_search")
        yield from message_end("pause_turn", output_tokens)

    return play


def untold(parts: Sequence[str] = ("Hello",), output_tokens: int | None = None) -> Reply:
    """Reply with a text and no usage, as some gateways do; or only with what went out."""

    def play(call: Call) -> Iterator[Step]:
        yield stream_head(call)
        yield message_start(call, is_told=False)
        yield from block(0, "text", parts)
        end: dict[str, Any] = {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}}
        yield event(end if output_tokens is None else {**end, "usage": {"output_tokens": output_tokens}})
        yield event({"type": "message_stop"})
        yield b"0\r\n\r\n"

    return play


def refusal(parts: Sequence[str] = ("I",), explanation: str | None = None) -> Reply:
    """Reply with a few words, then refuse."""

    def play(call: Call) -> Iterator[Step]:
        yield stream_head(call)
        yield message_start(call)
        yield from block(0, "text", parts)
        details = {"type": "refusal", "category": None, "explanation": explanation}
        yield from message_end("refusal", 4, stop_details=details)

    return play


def fault(status: int, kind: str, message: str, headers: dict[str, str] | None = None) -> Reply:
    """Reply with an error instead of a stream."""

    def play(call: Call) -> Iterator[Step]:
        error = {"type": "error", "error": {"type": kind, "message": message}, "request_id": call.request_id}
        body = json.dumps(error).encode()
        lines = {"content-type": "application/json", "request-id": call.request_id, **(headers or {})}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        yield f"HTTP/1.1 {status} Status\r\n{head}content-length: {len(body)}\r\n\r\n".encode() + body

    return play


def page(status: int) -> Reply:
    """Reply with a page and a status, as what stands between us and a provider does."""
    body = b"<!doctype html><title>Blocked</title><h1>Ask your administrator</h1>"
    head = f"HTTP/1.1 {status} Status\r\ncontent-type: text/html\r\ncontent-length: {len(body)}\r\n\r\n"
    return lambda call: iter((head.encode() + body,))


def bad_key() -> Reply:
    """Reply 401."""
    return fault(401, "authentication_error", "invalid x-api-key")


def forbidden() -> Reply:
    """Reply 403."""
    return fault(403, "permission_error", "Your API key does not have permission to use the specified resource.")


def unknown_model(name: str = "claude-of-tomorrow") -> Reply:
    """Reply 404."""
    return fault(404, "not_found_error", f"model: {name}")


def invalid(message: str = "max_tokens: 999999 > 128000, which is the maximum allowed") -> Reply:
    """Reply 400."""
    return fault(400, "invalid_request_error", message)


def rate_limited(retry_after: int | str | None = 17) -> Reply:
    """Reply 429."""
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    return fault(429, "rate_limit_error", "This request would exceed your organization's rate limit.", headers)


def internal_error(status: int = 500) -> Reply:
    """Reply 500."""
    return fault(status, "api_error", "Internal server error")


def overloaded() -> Reply:
    """Reply 529."""
    return fault(529, "overloaded_error", "Overloaded")


def error_event(kind: str, message: str, parts: Sequence[str] = ("Hel",)) -> Reply:
    """Begin well, then send an error event inside the stream."""

    def play(call: Call) -> Iterator[Step]:
        yield from _opening(call, parts)
        yield event({"type": "error", "error": {"type": kind, "message": message}}, "error")
        yield b"0\r\n\r\n"

    return play


def cut(parts: Sequence[str] = ("Hel", "lo")) -> Reply:
    """Begin well, then cut the TCP connection."""

    def play(call: Call) -> Iterator[Step]:
        yield from _opening(call, parts)
        # The client must have had the time to read: an abort throws away what is still on its way.
        yield 0.05
        yield Cut

    return play


def ended_early(parts: Sequence[str] = ("Hel", "lo")) -> Reply:
    """Begin well, then end the body in good order, without `message_stop`."""

    def play(call: Call) -> Iterator[Step]:
        yield from _opening(call, parts)
        yield b"0\r\n\r\n"

    return play


def malformed(data: bytes = b'event: content_block_delta\ndata: {"type": "content_block_del\n\n') -> Reply:
    """Begin well, then send something that is no event."""

    def play(call: Call) -> Iterator[Step]:
        yield from _opening(call, ("Hel",))
        yield _chunk(data)
        yield b"0\r\n\r\n"

    return play


def web_page() -> Reply:
    """Reply with a page, as a proxy or a wrong address would."""

    def play(call: Call) -> Iterator[Step]:
        yield stream_head(call, "text/html")
        yield _chunk(b"<html><body>Welcome</body></html>")
        yield b"0\r\n\r\n"

    return play


def hanging(parts: Sequence[str] | None = None) -> Reply:
    """Be silent for ever: from the start, or after the headers and these parts."""

    def play(call: Call) -> Iterator[Step]:
        if parts is not None:
            yield from _opening(call, parts)
        yield None

    return play


def refusing_connection() -> Reply:
    """Take the request and cut the connection without a word."""
    return lambda call: iter((Cut,))


def _opening(call: Call, parts: Sequence[str]) -> Iterator[Step]:
    """The beginning of a good reply: all but the end of its first block."""
    yield stream_head(call)
    yield message_start(call)
    yield from list(block(0, "text", parts))[:-1]

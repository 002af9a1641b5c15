"""A session with an MCP server. Loads the MCP SDK, which takes a while: only where there are servers."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, cast

import httpx2
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp_types import (
    CONNECTION_CLOSED,
    PARSE_ERROR,
    AudioContent,
    BlobResourceContents,
    CallToolResult,
    EmbeddedResource,
    ImageContent,
    Implementation,
    RequestParamsMeta,
    ResourceLink,
    TextContent,
    TextResourceContents,
    ToolListChangedNotification,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from execution_hub.domain.formats import format_bytes
from execution_hub.domain.texts import storable
from execution_hub.errors import HubError, ToolFailed
from execution_hub.tools.bounded_http import bounded_client
from execution_hub.tools.catalogue import TOOLS_MAX, ToldTool
from execution_hub.tools.keeper import Keeper
from execution_hub.tools.lost import AGAIN, Lost, leaves
from execution_hub.tools.mcp_file import ServerConfig
from execution_hub.tools.port import RESULT_MAX, ToolResult
from execution_hub.tools.secrets import Secrets
from execution_hub.tools.stdio import MESSAGE_MAX_BYTES, Life, stdio_streams
from execution_hub.version import VERSION

PAGES_MAX = 50
CONNECT_SECONDS = 60.0
# A server that is reached by HTTP does not tell that it has gone, and some do not tell that their tools have changed.
ASK_SECONDS = 60.0
# One that changes its tools all the time is asked so often at most.
CHANGE_SECONDS = 1.0
ERROR_MAX = 2_000
# What the SDK says of an answer that it could not read to its end.
_UNREAD = "Failed to parse JSON response: "

# What the SDK logs may hold all that a server said, secrets included; what is worth knowing is said by the hub.
logging.getLogger("mcp").setLevel(logging.CRITICAL + 1)


@dataclass
class Session:
    """An open session; used on the loop that opened it.

    Attributes:
        name: The server's.
        client: The SDK's client.
        secrets: What is taken out of all it says.
        life: What becomes of its process; None for one that is reached by HTTP.
        is_changed: Set when it says that its tools are others now.
    """

    name: str
    client: Client
    secrets: Secrets
    life: Life | None
    is_changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def tools(self) -> list[ToldTool]:
        """Return what it offers, one more than is taken at most."""
        found: list[ToldTool] = []
        cursor: str | None = None
        for _ in range(PAGES_MAX):
            page = await self.client.list_tools(cursor=cursor)
            found += [self._told(each) for each in page.tools]
            cursor = page.next_cursor
            if cursor is None or len(found) > TOOLS_MAX:
                break
        return found

    async def call(self, name: str, arguments: dict[str, Any], meta: dict[str, Any]) -> ToolResult:
        """Call a tool; cancelled, the server is told so.

        Raises:
            ToolFailed: It gave no result.
        """
        if self.life is not None and self.life.is_over.is_set():
            raise ToolFailed(
                self._redacted(f"The server {self.name} has gone, and was not called. {self.life} {AGAIN}")
            )
        try:
            result = await self.client.call_tool(name, arguments, meta=cast(RequestParamsMeta, meta))
        except MCPError as error:
            if self.life is None:
                # It may have been restarted, and know nothing of this session: it is asked now.
                self.is_changed.set()
            if error.code == PARSE_ERROR and self.life is None:
                why = error.message.removeprefix(_UNREAD)
                raise ToolFailed(self._redacted(f"The server {self.name} gave no result. {why}")) from None
            if error.code == CONNECTION_CLOSED or (self.life is not None and self.life.is_over.is_set()):
                why = f"The server {self.name} went away during the call, which may have had its effect."
                raise ToolFailed(self._redacted(f"{why} {await self.why_over(error)} {AGAIN}")) from None
            return self._result(error.message, is_error=True)
        except ValidationError:
            raise ToolFailed(f"The server {self.name} answered with something that is no result.") from None
        except Exception as error:
            raise ToolFailed(self._redacted(f"The server {self.name} gave no result. {words_of(error)}")) from None
        return self._result(text_of(result), is_error=result.is_error)

    async def news(self) -> None:
        """Wait until its tools may be others.

        Raises:
            Lost: It is gone.
        """
        waiting = [asyncio.create_task(self.is_changed.wait())]
        if self.life is not None:
            waiting.append(asyncio.create_task(self.life.is_over.wait()))
        try:
            await asyncio.wait(waiting, timeout=ASK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()
        if self.life is not None and self.life.is_over.is_set():
            raise Lost(self._redacted(str(self.life)))
        if self.is_changed.is_set():
            await asyncio.sleep(CHANGE_SECONDS)
        self.is_changed.clear()

    async def why_over(self, error: BaseException) -> str:
        """Return why the connection ended, in words that may hold secrets."""
        if self.life is None:
            return words_of(error)
        with suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await self.life.is_over.wait()
        return str(self.life)

    def _result(self, text: str, *, is_error: bool = False) -> ToolResult:
        return ToolResult(storable(self.secrets.redact_cut(text, RESULT_MAX)), is_error, len(text))

    def _redacted(self, words: str) -> str:
        return self.secrets.redact_cut(words, ERROR_MAX)

    def _told(self, tool: Any) -> ToldTool:
        hints = {} if tool.annotations is None else tool.annotations.model_dump(by_alias=True, exclude_none=True)
        redact = self.secrets.redact_json
        return ToldTool(
            redact(tool.name),
            redact(tool.description or ""),
            redact(tool.input_schema),
            redact(hints),
            tool.execution is not None and tool.execution.task_support == "required",
        )


@asynccontextmanager
async def open_session(
    config: ServerConfig, secrets: Secrets, keeper: Keeper, say: Callable[[str], None]
) -> AsyncIterator[Session]:
    """Connect to a server, and keep the session for as long as the block runs; to be left by the task that entered.

    Raises:
        Lost: It cannot be reached, or does not answer the handshake in time.
    """
    seconds = config.timeout_seconds or CONNECT_SECONDS
    life = None if config.url else Life()
    opened: list[Session] = []

    async def on_message(message: object) -> None:
        if isinstance(message, ToolListChangedNotification):
            for session in opened:
                session.is_changed.set()

    async with _lost(secrets, life), AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(seconds):
                if life is not None:
                    transport: Any = stdio_streams(config, keeper, life, secrets, say)
                else:
                    http = bounded_client(dict(config.headers), MESSAGE_MAX_BYTES)
                    await stack.enter_async_context(http)
                    transport = streamable_http_client(
                        config.url, http_client=http, max_sse_event_size=MESSAGE_MAX_BYTES
                    )
                client = await stack.enter_async_context(
                    Client(
                        transport,
                        client_info=Implementation(name="execution-hub", version=VERSION),
                        message_handler=on_message,
                        cache=None,
                    )
                )
        except TimeoutError:
            raise Lost(f"It did not answer the handshake within {seconds:g} s.") from None
        # The schema of results is the server's own word, and to check it would run its regular expressions here.
        client.session.validate_tool_result = _unchecked  # type: ignore[method-assign]
        session = Session(config.name, client, secrets, life)
        opened.append(session)
        listening = asyncio.create_task(_listen(session))
        try:
            yield session
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


@asynccontextmanager
async def _lost(secrets: Secrets, life: Life | None) -> AsyncIterator[None]:
    """Say in words what ended a session; our own errors, and those of time, pass."""
    try:
        yield
    except Exception as error:
        for each in leaves(error):
            if isinstance(each, Lost | HubError | TimeoutError):
                raise each from None
        is_over = life is not None and (life.is_over.is_set() or life.code is not None)
        words = str(life) if is_over else words_of(error)
        raise Lost(secrets.redact_cut(words, ERROR_MAX)) from None


async def _listen(session: Session) -> None:
    """Hear of changed tools from servers of the newer protocol, which tell only those who asked."""
    if session.client.protocol_version not in MODERN_PROTOCOL_VERSIONS:
        return
    with suppress(Exception):
        async with session.client.listen(tools_list_changed=True) as changes:
            async for _ in changes:
                session.is_changed.set()


async def _unchecked(name: str, result: CallToolResult) -> None:
    del name, result


def words_of(error: BaseException) -> str:
    """Return why a connection failed, for an admin; the words may hold secrets."""
    first = next(leaves(error))
    if isinstance(first, FileNotFoundError):
        return f"There is no command {first.args[0]!r}, neither on PATH nor as a file, or no such working folder."
    if isinstance(first, PermissionError):
        return "Its command may not be run by the hub's user."
    if isinstance(first, httpx2.HTTPStatusError):
        return f"It answered with the status {first.response.status_code}."
    if isinstance(first, httpx2.ConnectError | httpx2.ConnectTimeout):
        return f"It could not be reached ({_named(first)})."
    if isinstance(first, httpx2.TransportError):
        return f"The connection was lost ({_named(first)})."
    if isinstance(first, MCPError):
        return f"It answered: {first.message}."
    return f"{_named(first)}."


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def text_of(result: CallToolResult) -> str:
    """Return a result as a text; what is none is told in words."""
    parts = [_part(each) for each in result.content]
    if not parts and result.structured_content is not None:
        return json.dumps(result.structured_content, ensure_ascii=False)
    return "\n".join(parts)


def _part(content: Any) -> str:
    if isinstance(content, TextContent):
        return content.text
    if isinstance(content, ImageContent | AudioContent):
        return f"[{content.type} {content.mime_type[:100]}, {_size(content.data)}]"
    if isinstance(content, ResourceLink):
        return f"[resource {content.uri}]"
    if isinstance(content, EmbeddedResource):
        held = content.resource
        if isinstance(held, TextResourceContents):
            return held.text
        if isinstance(held, BlobResourceContents):
            return f"[resource {held.uri} {held.mime_type or ''}, {_size(held.blob)}]"
    return "[something that is no text]"


def _size(base64: str) -> str:
    return format_bytes(len(base64) * 3 // 4)

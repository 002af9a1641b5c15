"""`/ws/executions`: a snapshot, then every status and progress change of every execution."""

import asyncio
from collections.abc import Coroutine
from contextlib import aclosing, suppress
from typing import Any

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from execution_hub.api.connections import TOO_SLOW, Connection, ConnectionManager, encode
from execution_hub.api.params import NUMBER_MAX
from execution_hub.api.socket_commands import answer_to
from execution_hub.background import end_tasks
from execution_hub.domain.clock import to_wire
from execution_hub.domain.execution import Execution
from execution_hub.errors import Unavailable
from execution_hub.hub.hub import Hub, current_hub

logger = structlog.get_logger(__name__)
router = APIRouter()

UNSUPPORTED = 1003
POLICY_VIOLATION = 1008
TOO_BIG = 1009
INTERNAL_ERROR = 1011
MESSAGE_MAX = 64 * 1024  # bytes
OUTPUT_MAX = 64 * 1024  # bytes
CLIENT_ID_MAX = 200
RETRY_SECONDS = 1.0
# How much of a backlog is read at a time: it is sent before more is read.
BACKLOG_PAGE = 200


class SocketHub:
    """Feeds the connections of this process from one watch of the hub."""

    def __init__(self) -> None:
        """Start with nobody connected and nothing watched."""
        self.connections = ConnectionManager()
        self._task: asyncio.Task[None] | None = None

    def ensure_running(self) -> None:
        """Watch the hub from the first connection on."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="ws-executions")

    async def close(self) -> None:
        """Stop watching and close every connection."""
        await end_tasks(self._task)
        await self.connections.close()

    async def _run(self) -> None:
        while True:
            try:
                await self._broadcast(current_hub())
            except Unavailable as error:
                logger.warning("socket.watch_failed", error=error.message)
            except Exception:
                logger.exception("socket.watch_failed")
            # What ends before the next watch begins would be told to nobody: who comes back asks for it.
            await self.connections.close()
            await asyncio.sleep(RETRY_SECONDS)

    async def _broadcast(self, hub: Hub) -> None:
        async with aclosing(hub.history.watch()) as updates:
            async for update in updates:
                if not len(self.connections):
                    continue
                for execution in update.executions:
                    found = await _with_output(hub, execution)
                    if found is not None:
                        self.connections.broadcast(found.id, found.changed, update_message(found))


class _WebSocketPeer:
    """A WebSocket as the connection manager sees it.

    Closing is only asked for here and done by whoever serves the socket: the server does not send
    the close frame while a receive is pending (seen with granian 2.8).
    """

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._asked: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()

    async def send_text(self, text: str) -> None:
        await self._socket.send_text(text)

    async def close(self, code: int, reason: str) -> None:
        if not self._asked.done():
            self._asked.set_result((code, reason))

    async def serve(self, work: Coroutine[Any, Any, tuple[int, str] | None]) -> None:
        """Run what serves the client until it ends or closing is asked for; then close."""
        task = asyncio.ensure_future(work)
        try:
            either: list[asyncio.Future[Any]] = [task, self._asked]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                task.cancel()
            ended = (await asyncio.gather(task, return_exceptions=True))[0]
            if isinstance(ended, WebSocketDisconnect):
                return
            if isinstance(ended, Exception):
                logger.error("socket.mistake", exc_info=ended)
            failed = (INTERNAL_ERROR, "the hub made a mistake")
            code, reason = ended if isinstance(ended, tuple) else self._asked.result() if self._asked.done() else failed
            with suppress(RuntimeError, WebSocketDisconnect):
                await self._socket.close(code, reason)
        finally:
            task.cancel()


sockets = SocketHub()


def update_message(execution: Execution) -> dict[str, Any]:
    """Return a change of an execution as on the wire; `output` is null until the end."""
    return {"type": "execution_update", "data": _data(execution)}


@router.websocket("/ws/executions")
async def executions_socket(socket: WebSocket, client_id: str = "", after: str = "") -> None:
    """Serve one client of `/ws/executions`."""
    await socket.accept()
    if not 1 <= len(client_id) <= CLIENT_ID_MAX:
        await socket.close(POLICY_VIOLATION, "client_id is missing or too long")
        return
    if after and not (after.isdecimal() and len(after) < 20 and int(after) <= NUMBER_MAX):
        await socket.close(POLICY_VIOLATION, "after is not a number that this hub gave")
        return
    sockets.ensure_running()
    peer = _WebSocketPeer(socket)
    # Connected before the backlog is read: what changes meanwhile waits its turn, older news is dropped.
    connection = await sockets.connections.connect(client_id, peer, is_held=True)
    try:
        await peer.serve(_converse(socket, connection, int(after) if after else None))
    finally:
        sockets.connections.disconnect(connection)


async def _converse(socket: WebSocket, connection: Connection, after: int | None) -> tuple[int, str]:
    try:
        await _greet(current_hub(), connection, after)
    except TimeoutError:
        return TOO_SLOW, "not reading"
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1006))
        text = message.get("text")
        if text is None:
            return UNSUPPORTED, "text messages only"
        if len(text.encode()) > MESSAGE_MAX:
            return TOO_BIG, "message over 64 KiB"
        answer = await answer_to(text)
        if answer is not None:
            connection.say(answer)
        if connection.is_far_behind:
            return TOO_SLOW, "answers are not read"


async def _greet(hub: Hub, connection: Connection, after: int | None) -> None:
    # A number beyond the hub's own is from another database: nothing would ever come after it.
    if after is None or after > (await hub.ready())["changed"]:
        async with aclosing(hub.history.watch()) as updates:
            snapshot = await anext(updates)
        data = [_data(execution) for execution in snapshot.executions]
        connection.say({"type": "snapshot", "data": data, "changed": snapshot.changed})
        connection.release(snapshot.changed)
        return
    while True:
        changes = await hub.history.changed(after, limit=BACKLOG_PAGE, texts_max=OUTPUT_MAX)
        for execution in changes.items:
            await connection.send_now(encode(update_message(execution)))
        after = changes.changed
        if len(changes.items) < BACKLOG_PAGE:
            connection.release(after)
            return


async def _with_output(hub: Hub, execution: Execution) -> Execution | None:
    """Return an execution with its output once it has ended: read once for all clients. None if it has gone."""
    while execution.is_finished:
        try:
            return await hub.history.peek(execution.id, OUTPUT_MAX)
        except Unavailable as error:
            # An end comes once: it is told late rather than never.
            logger.warning("socket.read_failed", execution_id=execution.id, error=error.message)
            await asyncio.sleep(RETRY_SECONDS)
    return execution


def _cut(output: str | None) -> str | None:
    """Cut an output to what a message may hold; the API has all of it."""
    if output is None or len(output) * 4 <= OUTPUT_MAX:
        return output
    return output.encode()[:OUTPUT_MAX].decode(errors="ignore")


def _data(execution: Execution) -> dict[str, Any]:
    return {
        "id": execution.id,
        "execution_type": execution.execution_type,
        "status": execution.status.value,
        "agent_id": execution.agent_id,
        "workflow_id": execution.workflow_id,
        "name": execution.name,
        "started_at": to_wire(execution.started_at),
        "finished_at": to_wire(execution.finished_at),
        "output": _cut(execution.output) if execution.is_finished else None,
        "error": execution.error,
        "stop_reason": execution.stop_reason,
        "is_cut": execution.is_cut,
        "progress": execution.progress.as_json(),
        "seq": execution.last_seq,
        "changed": execution.changed,
    }

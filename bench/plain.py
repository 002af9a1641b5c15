"""The reference of the fan-out: FastAPI, one websocket per client, each change sent to all as FastAPI's manual does it.

`granian --interface asgi bench.plain:app`. `POST /rows` with the rows as its body sends them to everybody.
"""

from contextlib import suppress

from fastapi import FastAPI, Request, WebSocket, WebSocketDisconnect

app = FastAPI()
sockets: list[WebSocket] = []


@app.websocket("/rows")
async def rows_socket(socket: WebSocket) -> None:
    """Keep a client."""
    await socket.accept()
    sockets.append(socket)
    with suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()
    sockets.remove(socket)


@app.post("/rows")
async def send_rows(request: Request) -> None:
    """Send rows to every client, encoded once."""
    text = (await request.body()).decode()
    for socket in sockets:
        await socket.send_text(text)

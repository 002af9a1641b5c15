"""How much one request may send."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A workflow of 200 steps with 20 000 characters each, four bytes a character: what can be stored can be sent.
BODY_MAX_MIB = 18
BODY_MAX = BODY_MAX_MIB * 2**20


class BodyLimit:
    """ASGI middleware: a body of the API that is too large is not read to its end, and answered 413."""

    def __init__(self, app: ASGIApp) -> None:
        """Limit what an app is sent."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http" or not scope["path"].startswith("/api"):
            await self._app(scope, receive, send)
            return
        received = 0

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > BODY_MAX:
                # Raised where the body is read, so that it is answered like any other error.
                raise HTTPException(413, f"The body is larger than {BODY_MAX_MIB} MiB. Send less")
            return message

        await self._app(scope, limited, send)

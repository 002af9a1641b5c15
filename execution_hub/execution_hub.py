"""TEMPORARY: one page, no hub. The lead replaces it."""

import reflex as rx
from fastapi import FastAPI

from execution_hub.settings import load_settings
from execution_hub.ui.transport import socket_server


class ProbeState(rx.State):
    """One number."""

    count: int = 0

    @rx.event
    def add(self) -> None:
        """Count one more."""
        self.count += 1


def index() -> rx.Component:
    """Return the page."""
    return rx.el.div(rx.el.h1(ProbeState.count, id="count"), rx.el.button("Add", on_click=ProbeState.add, id="add"))


api = FastAPI()


@api.get("/api/ready")
async def ready() -> dict[str, str]:
    """Say yes."""
    return {"status": "ready"}


app = rx.App(sio=socket_server(load_settings()), api_transformer=[api])
app.add_page(index, route="/")

"""The one way from a browser into the States: every event is held against its handler before Reflex sees it.

Reflex's namespace is where all that a socket sends comes in: events for handlers of every kind, background ones and
Reflex's own too, the first event that comes with the connection, and messages of other names. What handlers call
afterwards is our own and is not checked again.
"""

import time
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

import reflex as rx
import structlog
from pydantic import Field, TypeAdapter, ValidationError
from reflex.app import EventNamespace
from reflex.state import BaseState, FrontendEventExceptionState, State
from reflex_base.registry import RegistrationContext
from socketio import AsyncServer
from typing_extensions import TypedDict

from execution_hub.ui.payload import STORED_COUNT_MAX, Refused, check_bounds, check_payload, stored

logger = structlog.get_logger(__name__)

NAME_MAX = 300
ADDRESS_MAX = 20_000
REPORT_MAX = 500
# A press that was longer on its way, with the packet by which the page knew the time, starts nothing any more.
LATE_SECONDS = 12.0
# What a page sends besides events.
_OTHERS = ("ping", "client_error")

_Part = Annotated[str, Field(max_length=ADDRESS_MAX)]

_Parts = Annotated[list[_Part], Field(max_length=STORED_COUNT_MAX)]


class _Address(TypedDict, total=False):
    """Where a page is: what Reflex's client tells with each event."""

    pathname: _Part
    asPath: _Part
    # At an address that leads nowhere, its parts.
    query: Annotated[dict[_Part, _Part | _Parts], Field(max_length=STORED_COUNT_MAX)]


_address: TypeAdapter[_Address] = TypeAdapter(_Address)


class CheckedServer(AsyncServer):  # type: ignore[misc] # socketio has no types
    """A Socket.IO server that drops what it cannot read with one line: a traceback for each would fill the log."""

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        try:
            await super()._handle_eio_message(eio_sid, data)
        except (ValueError, TypeError, LookupError, RecursionError) as error:
            logger.warning("message.refused", kind=type(error).__name__, why=str(error))


class CheckedEvents(EventNamespace):
    """Reflex's namespace, for which annotations are rules."""

    async def trigger_event(self, event: Any, *args: Any) -> Any:
        """Let through what pages send, and what the server itself tells of connections; drop the rest."""
        sid, *more = args
        if event == "event":
            return await self.on_event(sid, *more[:1])
        if event in _OTHERS:
            return await super().trigger_event(event, sid, *_fitting(more[: event == "client_error"]))
        # A browser may name its messages so too: these come from the server only.
        is_ours = (event == "connect" and more and more[0] is self.server.get_environ(sid, self.namespace)) or (
            event == "disconnect" and not self.server.manager.is_connected(sid, self.namespace)
        )
        if is_ours:
            return await super().trigger_event(event, *args)
        return _drop(event, "no message of a page")

    async def on_event(self, sid: str, data: Any = None) -> None:
        """Hand an event to Reflex if its handler takes it."""
        name = data.get("name") if isinstance(data, Mapping) else None
        if is_late(data, time.time()):
            _drop(name, "pressed too long ago")
            await self.emit("refused", to=sid)
            return
        try:
            checked = checked_event(data)
        except Refused as error:
            _drop(name, str(error))
        else:
            await super().on_event(sid, checked)


def is_late(data: Any, seconds: float) -> bool:
    """Tell whether an event was pressed so long ago that nobody expects it any more.

    A network that swallows what is sent may give it back when it is well again: what was pressed meanwhile would start
    by itself. The page says when it was pressed (browser/presses.js), unless it has just heard the hub.

    Args:
        data: What came.
        seconds: The present, since 1970.
    """
    pressed_at = data.get("pressed_at") if isinstance(data, Mapping) else None
    return isinstance(pressed_at, int | float) and seconds - pressed_at / 1000 > LATE_SECONDS


def check_events(app: rx.App) -> None:
    """Have every event for an app checked from now on.

    Args:
        app: The app, before it is served.
    """
    assert app.sio is not None
    assert app.event_namespace is not None
    app._event_namespace = CheckedEvents(app.event_namespace.namespace, app)
    app.sio.register_namespace(app.event_namespace)
    # To load a page anew after some errors, Reflex sends it a script as text, which the pages' policy refuses.
    FrontendEventExceptionState.auto_reload_on_errors = []


def checked_event(data: Any) -> dict[str, Any]:
    """Return an event as a browser sent it, if there is a handler that takes it.

    Args:
        data: What came, as JSON.

    Raises:
        Refused: It is no event, or not one for its handler.
    """
    if not isinstance(data, Mapping):
        raise Refused("no event")
    name, payload, where = data.get("name"), data.get("payload", {}), data.get("router_data", {})
    if not isinstance(name, str) or len(name) > NAME_MAX:
        raise Refused("no name of a handler")
    registered = RegistrationContext.get().event_handlers.get(name)
    if registered is None:
        raise Refused("no such handler")
    if not isinstance(payload, Mapping) or not isinstance(where, Mapping):
        raise Refused("no event")
    values = check_payload(registered.handler, payload)
    if not registered.states[0].is_user_defined():
        # Reflex searches a browser's report with expressions that take cubic time, and the log shows no more of it.
        values = {name: each[:REPORT_MAX] if isinstance(each, str) else each for name, each in values.items()}
        if values.get("vars"):
            values["vars"] = stored(values["vars"], stored_vars())
    return {"name": name, "payload": values, "router_data": _checked_address(where)}


@cache
def stored_vars() -> frozenset[str]:
    """Return the full names of all vars that browsers keep."""
    found = set[str]()
    ahead: list[type[BaseState]] = [State]
    while ahead:
        state = ahead.pop()
        ahead += state.get_substates()
        found |= {f"{state.get_full_name()}.{name}" for name in state.get_fields() if state._is_client_storage(name)}
    return frozenset(found)


def _checked_address(where: Mapping[str, Any]) -> dict[str, Any]:
    check_bounds(where)
    try:
        return dict(_address.validate_python(where, strict=True))
    except ValidationError:
        raise Refused("no address of a page") from None


def _fitting(values: list[Any]) -> list[Any]:
    try:
        check_bounds(values)
    except Refused:
        return []
    return values


def _drop(name: Any, why: str) -> None:
    # Without the values: they are anybody's words.
    logger.warning("event.refused", handler=name[:NAME_MAX] if isinstance(name, str) else None, why=why)

"""Events as a browser sends them, and as nobody's page would: for every handler that is registered."""

import json
from collections.abc import Iterator
from inspect import Parameter, signature
from types import TracebackType
from typing import Any, Self, get_args, get_origin, get_type_hints
from uuid import uuid4

from reflex_base.event import EventHandler
from reflex_base.registry import RegistrationContext
from websockets.sync.client import ClientConnection, connect

from execution_hub.execution_hub import app  # noqa: F401 - registers every handler
from execution_hub.ui.payload import LIST_MAX, TEXT_MAX
from execution_hub.views import agent_form, task_form

DEEP: Any = []
for _ in range(50):
    DEEP = [DEEP]
# Wrong for every parameter of ours, by what is wrong with it.
NEVER: dict[str, Any] = {
    "half": "\ud800",
    "nul": "a\x00b",
    "huge": "x" * (TEXT_MAX + 1),
    "deep": DEEP,
    "long": [1] * (LIST_MAX + 1),
    "many": {str(each): 1 for each in range(LIST_MAX + 1)},
    "nan": float("nan"),
    "infinite": float("inf"),
    "enormous": 10**400,
    "nothing": None,
}
# With every field that a form of ours has.
FORM = {**dict.fromkeys((*agent_form.FIELDS, *task_form.FIELDS), "1"), "input": "x", "text": "{}"}
# Each is right for one type at most.
KINDS: dict[type, Any] = {bool: True, int: 1, float: 1.5, str: "1", list: [1], dict: FORM}
_ANY = {"var_name": "told", "value": "x"}


def handlers() -> dict[str, EventHandler]:
    """Return every registered handler by its full name."""
    return {name: each.handler for name, each in RegistrationContext.get().event_handlers.items()}


def parameters(handler: EventHandler) -> dict[str, Any]:
    """Return the annotations of a handler's parameters by name."""
    hints = get_type_hints(handler.fn)
    own = list(signature(handler.fn).parameters.values())[1:]
    return {each.name: hints.get(each.name, Parameter.empty) for each in own}


def right(handler: EventHandler) -> dict[str, Any]:
    """Return a payload that a handler takes."""
    return {
        name: _ANY[name] if hint is Any else KINDS[get_origin(hint) or hint]
        for name, hint in parameters(handler).items()
    }


def wrong(handler: EventHandler) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield payloads that a handler does not take, each with what is wrong with it."""
    good = right(handler)
    yield "extra", {**good, "is_admin": True}
    for name, hint in parameters(handler).items():
        yield f"{name} missing", {key: value for key, value in good.items() if key != name}
        for why, value in NEVER.items():
            yield f"{name} {why}", {**good, name: value}
        kind = get_origin(hint) or hint
        for other, value in KINDS.items():
            # A whole number is a number, too: JSON has one type.
            if other is not kind and (kind, other) != (float, int):
                yield f"{name} {other.__name__}", {**good, name: value}
        inner = get_args(hint)[-1:]
        for why, value in {**NEVER, "other": {"a": []}}.items() if inner else ():
            yield f"{name} within {why}", {**good, name: [value] if kind is list else {"input": value}}


# What no client of Socket.IO sends: nested without end, no list, no event, a number without end, binary parts.
PACKETS: tuple[str | bytes, ...] = (
    "42/_event," + "[" * 200_000,
    "42/_event," + '["event",' + "[" * 100_000 + "]" * 100_000 + "]",
    "42/_event,{}",
    "42/_event,[]",
    "42/_event,7",
    "42/_event,[null]",
    '42/_event,[["event"],{}]',
    '42/_event,["event",' + "9" * 100_000 + "]",
    "42/_event,\ud7ff[",
    '42/no,["event",{}]',
    '451-/_event,["event",{"_placeholder":true,"num":0}]',
    b"binary",
    '45999-/_event,["event",{"_placeholder":true,"num":7}]',
    '461-/_event,1["event"]',
    "43/_event,99[1]",
    "44/_event,{}",
    "49",
    "4",
    "4" + "x" * 100_000,
)


class Page:
    """A page's socket without its page."""

    def __init__(self, url: str, token: str = "") -> None:
        """Connect to a hub's pages.

        Args:
            url: The hub's address.
            token: Which browser tab it is; a new one if empty.
        """
        address = url.replace("http", "ws", 1) + f"/_event/?EIO=4&transport=websocket&token={token or uuid4()}"
        self._socket: ClientConnection = connect(address, origin=url, max_size=None, open_timeout=60)
        self._socket.recv(60)
        self._socket.send("40/_event,{}")
        self._socket.recv(60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()

    def raw(self, packet: str | bytes) -> None:
        """Send a packet as it is."""
        self._socket.send(packet)

    def send(self, *message: Any) -> None:
        """Send a message; what JSON has no word for goes as Python writes it."""
        self.raw(f"42/_event,{json.dumps(message)}")

    def event(self, name: str, payload: Any, path: str = "/") -> None:
        """Send an event for a handler."""
        self.send("event", {"name": name, "payload": payload, "router_data": {"pathname": path, "asPath": path}})

    def hears(self, word: str, seconds: float = 60) -> bool:
        """Read until a message holds a word; False if none does."""
        try:
            while word not in self.next(seconds):
                pass
        except TimeoutError:
            return False
        return True

    def next(self, seconds: float) -> str:
        """Return the next message.

        Raises:
            TimeoutError: None came within these seconds.
        """
        text = str(self._socket.recv(seconds))
        if text == "2":
            self._socket.send("3")
        return text

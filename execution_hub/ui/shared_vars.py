"""Vars that are the same on several pages: computed once, encoded once, and put into each page's socket.

A State's own delta costs its page's lock, comparison and encoding. A shared var goes around the State of the page, so
a State holds either shared vars alone (`SharedState`) or vars of its own, never both: nothing else ever sends them,
and a hydrate leaves them out. A page is sent all of them when it opens (`SharedVars.open`), then what changes.

Back-pressure: what waits for a page does not grow. A page whose socket has not taken what it was sent is passed over,
and so is one that nobody sees, for all that is not urgent. Each is sent everything, as it is then, once it reads again
or is looked at. Every packet carries a growing `version`, and pages ignore an older one (ui/transport.py).
"""

import asyncio
import builtins
import itertools
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import reflex as rx

from execution_hub.ui.page_sockets import is_behind, page_sockets

# How often a page that was behind is looked at again.
RETRY_SECONDS = 0.05
# What changes within so long after something urgent comes together; each page that is sent to adds a little, so that
# a burst on a full hub leaves the processor time for what causes it.
SPACING_SECONDS = 0.010
SPACING_PER_PAGE_SECONDS = 0.0001

# What a packet says of itself.
_OF_PACKETS = ("version", "sent_at")

Method = TypeVar("Method", bound=Callable[..., Any])


def _as_hydrated(method: Method) -> Method:
    """Mark a State's own `dict`: what a page is given when it is hydrated. Reflex lets no other be overridden."""
    method.__override_base_method__ = True  # type: ignore[attr-defined]
    return method


class SharedState(rx.State, mixin=True):
    """A State of shared vars alone.

    Attributes:
        version: Grows with every packet: a page ignores what is older than what it shows.
        sent_at: When the packet was sent, milliseconds since 1970: a page knows by it how far behind it is.
    """

    version: int = 0
    sent_at: float = 0

    @_as_hydrated
    def dict(self, include_computed: bool = True, initial: bool = False, **kwargs: Any) -> "builtins.dict[str, Any]":
        """Return the vars for a page that is hydrated, without these: the page keeps them until it is sent newer."""
        found: builtins.dict[str, Any] = super().dict(include_computed=include_computed, initial=initial, **kwargs)
        return found if initial else {name: each for name, each in found.items() if name != self.get_full_name()}


class SharedVars:
    """The vars of one SharedState as they are now, and the pages that are shown them.

    A State may have several of these, of which a page is shown one at a time.

    Attributes:
        values: The vars, by name.
        version: Of the newest packet.
    """

    def __init__(self, state: type[SharedState]) -> None:
        """Begin with the defaults of a State, shown to nobody."""
        self._state = state
        fields = state.get_fields()
        self.values: dict[str, Any] = {
            name: fields[name].default_value() for name in state.base_vars if name not in _OF_PACKETS
        }
        self.version = 0
        self._pages: dict[str, asyncio.Event] = {}
        # Pages that were passed over.
        self._lacking: set[str] = set()
        self._sent_at = 0.0
        self._retry: asyncio.TimerHandle | None = None

    def show(self, *, is_urgent: bool = True, **values: Any) -> None:
        """Change vars, and send those that differ.

        Args:
            is_urgent: Whether a page that nobody sees is told, too.
            **values: The vars; a page is sent each whole.
        """
        changed = {name: value for name, value in values.items() if value != self.values[name]}
        if changed:
            self.values |= changed
            self._send(changed, list(self._pages), is_urgent=is_urgent)

    def resend(self) -> None:
        """Send everything to every page: whatever was lost is put right."""
        self._lacking |= self._pages.keys()
        self._send({}, list(self._pages), is_urgent=False)

    def beat(self, seconds: float) -> None:
        """Send a sign of life to the pages that somebody sees, if nothing was sent for so long."""
        if time.time() - self._sent_at >= seconds:
            self._send({}, list(self._pages), is_urgent=False, is_sign=True)

    def open(self, token: str) -> asyncio.Event:
        """Show these to a page from now on, instead of others of the same State.

        Args:
            token: Which page.

        Returns:
            What `close` takes, and is set once the page is shown these no more.
        """
        before = _shown.get((self._state, token))
        if before is not None:
            before.close(token)
        for state, page in [key for key in _shown if page_sockets.find(key[1]) is None]:
            _shown[state, page].close(page)
        _shown[self._state, token] = self
        opened = self._pages[token] = asyncio.Event()
        self._lacking.add(token)
        self._send({}, [token])
        return opened

    def close(self, token: str, opened: asyncio.Event | None = None) -> bool:
        """Show these to a page no longer.

        Args:
            token: Which page.
            opened: What `open` returned; if the page was opened again since, it stays.

        Returns:
            Whether it was shown them until now.
        """
        if token not in self._pages or (opened is not None and self._pages[token] is not opened):
            return False
        self._pages.pop(token).set()
        self._lacking.discard(token)
        del _shown[self._state, token]
        return True

    @property
    def is_shown(self) -> bool:
        """Whether any page is shown these."""
        return bool(self._pages)

    def has(self, token: str) -> bool:
        """Tell whether a page is shown these."""
        return token in self._pages

    def lacks(self, token: str) -> bool:
        """Tell whether a page that is shown these was passed over."""
        return token in self._lacking

    async def left(self, token: str) -> None:
        """Wait for as long as a page is shown these."""
        if token in self._pages:
            await self._pages[token].wait()

    def catch_up(self, token: str) -> None:
        """Send a page what it lacks."""
        if token in self._lacking:
            self._send({}, [token])

    async def pause(self) -> None:
        """Wait after something urgent, so that what follows comes together."""
        await asyncio.sleep(SPACING_SECONDS + SPACING_PER_PAGE_SECONDS * len(self._pages))

    def _send(
        self, changed: Mapping[str, Any], tokens: Iterable[str], *, is_urgent: bool = True, is_sign: bool = False
    ) -> None:
        some = everything = None
        self.version = next(_versions)
        for token in tokens:
            socket = page_sockets.find(token)
            if socket is None:
                # It was closed. If it comes back, it opens again.
                self.close(token)
            elif is_behind(socket) or (not is_urgent and page_sockets.is_hidden(token)):
                self._lacking.add(token)
            elif token in self._lacking:
                self._lacking.discard(token)
                everything = everything or self._packet(self.values)
                socket.queue.put_nowait(everything)
            elif changed or is_sign:
                some = some or self._packet(changed)
                socket.queue.put_nowait(some)
        if self._retry is None and any(not page_sockets.is_hidden(each) for each in self._lacking):
            self._retry = asyncio.get_running_loop().call_later(RETRY_SECONDS, self._send_again)

    def _send_again(self) -> None:
        self._retry = None
        self._send({}, list(self._lacking), is_urgent=False)

    def _packet(self, values: Mapping[str, Any]) -> Any:
        self._sent_at = time.time()
        return page_sockets.packet(
            self._state, {**values, "version": self.version, "sent_at": round(self._sent_at * 1000)}
        )


# Which vars of a State a page is shown.
_shown: dict[tuple[type[SharedState], str], SharedVars] = {}
_versions = itertools.count(1)


def note_visibility(token: str, is_visible: bool) -> None:
    """Remember whether somebody sees a page; one that is looked at again is sent what it lacks."""
    page_sockets.note_hidden(token, not is_visible)
    if is_visible:
        for (_, page), shared in list(_shown.items()):
            if page == token:
                shared.catch_up(token)
